"""The population that is measured: made once, kept in var/bench.sqlite3."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = ROOT / "var" / "bench.sqlite3"
# A population has dates around the day it was made, so it is made anew after a while.
FRESH_DAYS = 14


def environment() -> dict[str, str]:
    """What every measured process runs with."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "ELASTICSEARCH_URL": "",
        "DEBUG": "off",
        "LOCAL": "on",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def manage(*arguments: str) -> None:
    """One command on the population's database."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def ensure(therapists: int) -> None:
    """Make the population where it is missing, of another size, or old."""
    stamp = DATABASE.with_suffix(".json")
    if stamp.exists() and DATABASE.exists():
        made = json.loads(stamp.read_text(encoding="utf-8"))
        age = (datetime.now(UTC).date() - date.fromisoformat(made["day"])).days
        if made["therapists"] == therapists and age < FRESH_DAYS:
            manage("migrate", "--verbosity", "0")
            return
    stamp.unlink(missing_ok=True)
    for part in ("", "-wal", "-shm"):
        Path(f"{DATABASE}{part}").unlink(missing_ok=True)
    DATABASE.parent.mkdir(exist_ok=True)
    print(f"Making up {therapists} therapists in {DATABASE.relative_to(ROOT)} (once) ..", flush=True)
    begin = time.monotonic()
    manage("migrate", "--verbosity", "0")
    manage("load_vocabulary")
    manage("seed", "--therapists", str(therapists))
    manage("worker", "--once")
    print(f"Made in {time.monotonic() - begin:.0f} s", flush=True)
    stamp.write_text(json.dumps({"day": datetime.now(UTC).date().isoformat(), "therapists": therapists}))
