"""Whether the web server or the worker of this container is well: compose and the image ask it.

usage: python -m scripts.probe web|worker
"""

import http.client
import os
import sys
from datetime import UTC, datetime, timedelta

import psycopg

# The worker reads the clock four times a minute.
LONGEST_SILENCE = timedelta(seconds=90)


def main() -> int:
    """The exit code: 0 when it is well."""
    checks = {"web": web, "worker": worker}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        wrong = checks[sys.argv[1]]()
    except (OSError, http.client.HTTPException, psycopg.Error) as error:
        wrong = type(error).__name__
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if wrong else 0


def web() -> str:
    """What is wrong with the web server, empty when it answers. It is called by a name that it accepts."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    connection.request("GET", "/healthz", headers={"Host": host.lstrip(".*") or "localhost"})
    status = connection.getresponse().status
    return "" if status == 200 else f"/healthz answered {status}"


def worker() -> str:
    """What is wrong with the worker, empty when it has read the clock lately."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=4) as connection:
        row = connection.execute("SELECT clock_read_at FROM search_drainstate").fetchone()
    if not row or not row[0]:
        return "the worker has not read the clock yet"
    silence = datetime.now(UTC) - row[0]
    return (
        ""
        if silence < LONGEST_SILENCE
        else f"the worker was last heard of {silence.total_seconds():.0f} s ago"
    )


if __name__ == "__main__":
    sys.exit(main())
