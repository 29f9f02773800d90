# Everything that is done to Palmar from a shell. `make` alone lists it.
# The work is in scripts/; nothing but Python 3.11 or newer is needed to begin.
.DEFAULT_GOAL := help
.PHONY: help setup run run-elasticsearch test check journeys bench rehearse lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: ## make .venv, migrate, load the vocabulary
	@scripts/setup

run: ## start the site on http://localhost:8000 with made-up therapists (PORT=8001 for another port)
	@scripts/run

run-elasticsearch: ## as run, searching with Elasticsearch (fetched with Maven; needs Java 21 or newer)
	@scripts/run elasticsearch

test: ## run every test: SQLite, and PostgreSQL, Elasticsearch and a browser where there are such
	@scripts/test

check: ## format, lint, types, templates, migrations, layering, deployment settings, a scan of the tree
	@scripts/check

journeys: ## walk through the pages in a real browser, with the figures at the end
	@scripts/journeys

bench: ## measure the search on 300,000 therapists, with the figures at the end
	@scripts/bench

rehearse: ## start what docker-compose.yml describes, natively, and run the search tests on it
	@scripts/rehearse

lock: ## write requirements/*.txt anew from requirements/*.in
	@scripts/lock
