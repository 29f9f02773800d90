# The image of the web server, the worker and the preparing step. No engine builds it in the tests:
# hadolint and tests/test_dockerfile.py read it, and scripts/rehearse runs the same commands natively.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY . .
RUN /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf var \
    && mkdir var \
    && /venv/bin/python -m compileall -q .

FROM python:3.11.14-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LOCAL=off BIND=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
# The one folder that may be written: what the preparing step remembers, and mail that goes into files.
COPY --from=build --chown=10001:10001 /app/var /app/var
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "scripts.probe", "web"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
