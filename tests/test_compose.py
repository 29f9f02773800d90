"""docker-compose.yml keeps the rules of a site that can be run: no engine runs it here, so it is read."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from config import gunicorn
from scripts.compose_file import COMPOSE, Service, Unset, example, filled, services
from scripts.scan_tree import ROOT

SERVICES = services(example())
OF_PALMAR = ("prepare", "web", "worker")
EVERY = pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
LASTING = pytest.mark.parametrize(
    "service", [service for service in SERVICES.values() if service.name != "prepare"], ids=lambda s: s.name
)


def seconds(text: str) -> float:
    return timedelta(seconds=int(text.removesuffix("s"))).total_seconds()


def test_the_file_keeps_the_schema_of_compose() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [str(checker), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parts_are_the_web_server_the_worker_and_the_two_stores() -> None:
    assert set(SERVICES) == {*OF_PALMAR, "postgresql", "elasticsearch"}


def test_only_the_web_server_is_published_and_on_this_machine_alone() -> None:
    published = {name: service.raw["ports"] for name, service in SERVICES.items() if "ports" in service.raw}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_stores_have_no_way_out() -> None:
    for name in ("postgresql", "elasticsearch", "prepare"):
        assert SERVICES[name].raw["networks"] == ["inside"]
    assert "inside: {internal: true}" in COMPOSE.read_text(encoding="utf-8")


@EVERY
def test_commands_are_lists_so_that_signals_reach_the_process(service: Service) -> None:
    assert isinstance(service.raw.get("command", []), list)
    assert service.command or service.name == "elasticsearch", "the image's own command"


@EVERY
def test_nobody_is_root_or_can_become_more_than_they_are(service: Service) -> None:
    assert re.fullmatch(r"[1-9]\d*:\d+", service.raw["user"])
    assert service.raw["cap_drop"] == ["ALL"]
    assert service.raw["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service.raw
    assert "cap_add" not in service.raw


@EVERY
def test_the_file_system_is_read_only_but_for_elasticsearch(service: Service) -> None:
    assert service.raw.get("read_only", False) is (service.name != "elasticsearch")


@EVERY
def test_memory_and_processes_have_a_ceiling(service: Service) -> None:
    assert re.fullmatch(r"\d+[mg]", service.raw["mem_limit"])
    assert service.raw["pids_limit"] > 0


@LASTING
def test_what_goes_on_is_started_again_and_has_a_health_check(service: Service) -> None:
    assert service.raw["restart"] == "unless-stopped"
    assert service.raw["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert seconds(service.raw["healthcheck"]["timeout"]) > 0


def test_the_web_server_has_longer_to_stop_than_it_takes_itself() -> None:
    assert seconds(SERVICES["web"].raw["stop_grace_period"]) >= 2 * gunicorn.graceful_timeout


@EVERY
def test_everybody_is_given_at_least_half_a_minute_to_stop(service: Service) -> None:
    assert seconds(service.raw["stop_grace_period"]) >= 30


@EVERY
def test_images_of_others_are_pinned_to_a_release(service: Service) -> None:
    _, _, tag = service.raw["image"].partition(":")
    assert re.match(r"\d+\.\d+", tag) or service.name in OF_PALMAR
    if service.name in OF_PALMAR:
        assert service.raw["build"] == "."


def test_web_and_worker_wait_for_the_migrations_and_the_database() -> None:
    for name in ("web", "worker"):
        waits = {other: how["condition"] for other, how in SERVICES[name].raw["depends_on"].items()}
        assert waits == {"prepare": "service_completed_successfully", "postgresql": "service_healthy"}
    prepared = {other: how["condition"] for other, how in SERVICES["prepare"].raw["depends_on"].items()}
    assert prepared == {"postgresql": "service_healthy", "elasticsearch": "service_healthy"}


def test_a_site_without_elasticsearch_goes_on() -> None:
    assert "elasticsearch" not in SERVICES["web"].raw["depends_on"]
    assert "elasticsearch" not in SERVICES["worker"].raw["depends_on"]


def test_web_worker_and_preparing_see_the_same_settings() -> None:
    assert SERVICES["web"].environment == SERVICES["worker"].environment == SERVICES["prepare"].environment


def test_elasticsearch_asks_for_a_password_and_makes_no_index_by_itself() -> None:
    environment = SERVICES["elasticsearch"].environment
    assert environment["xpack.security.enabled"] == "true"
    assert environment["action.auto_create_index"] == "false"
    assert environment["ingest.geoip.downloader.enabled"] == "false"
    assert f":{environment['ELASTIC_PASSWORD']}@" in SERVICES["web"].environment["ELASTICSEARCH_URL"]


def test_every_setting_of_the_site_is_one_that_the_code_reads() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in SERVICES["web"].environment:
        assert f"| `{name}` |" in documented


@pytest.mark.parametrize(
    "name",
    [
        "LOCAL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "EMAIL_URL",
        "POSTGRES_PASSWORD",
        "ELASTIC_PASSWORD",
    ],
)
def test_nothing_starts_without_a_secret_or_a_name(name: str) -> None:
    with pytest.raises(Unset):
        services(example() | {name: ""})


def test_the_example_names_every_variable_and_no_other() -> None:
    named = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8"))) - {"NAME"}
    assert named == set(example())


def test_the_operators_page_explains_every_variable_of_the_example() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(example())


@EVERY
def test_no_secret_is_written_into_the_file(service: Service) -> None:
    marked = services({name: f"<{name}>" for name in example()})[service.name].environment
    secret = {name: value for name, value in marked.items() if re.search("PASSWORD|SECRET_KEY|_URL$", name)}
    assert secret
    assert all("<" in value for value in secret.values())


def test_no_server_accepts_the_key_of_the_example() -> None:
    code = "import config.settings"
    environment = {"LOCAL": "off", "SECRET_KEY": example()["SECRET_KEY"], "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "SECRET_KEY must be set" in done.stderr
    assert settings.LOCAL


def test_values_are_filled_in_as_compose_does() -> None:
    parsed = {"a": "${A:?why}", "b": ["${B:-off}", 3], "c": "$$C ${D:-}", "d": True}
    assert filled(parsed, {"A": "1"}) == {"a": "1", "b": ["off", 3], "c": "$C ", "d": True}


def test_words_that_yaml_takes_for_yes_and_no_stay_words() -> None:
    environment = services(example() | {"LOCAL": "off", "PAYMENTS": ""})["web"].environment
    assert (environment["LOCAL"], environment["PAYMENTS"]) == ("off", "off")
