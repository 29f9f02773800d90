"""The servers that the search is measured on, where this machine has them; and what room there is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.population import ROOT

NEEDS_GIB = 12  # memory that is free, and room on the disk, for a million documents on both sides
PEER_DATABASE = "palmar_bench"


def _script(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / name, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def left_out(what: str, why: str) -> None:
    """Say loudly that figures are left out."""
    print(f"!!! LEFT OUT: {what}. {' '.join(why.split())}", file=sys.stderr, flush=True)


@contextmanager
def elasticsearch() -> Iterator[str | None]:
    """The address of this tree's Elasticsearch, stopped afterwards unless it ran before; None without."""
    ran = _script("elasticsearch", "status").returncode == 0
    started = _script("elasticsearch", "start")
    if started.returncode:
        left_out("all figures of Elasticsearch and of PostGIS beside it", started.stderr)
        yield None
        return
    try:
        yield _script("elasticsearch", "url").stdout.strip()
    finally:
        if not ran:
            _script("elasticsearch", "stop")


@contextmanager
def postgis() -> Iterator[str | None]:
    """The address of an empty database with PostGIS in this tree's PostgreSQL, tuned; None without."""
    ran = _answers(_script("postgresql", "url").stdout.strip())
    started = _script("postgresql", "start")
    if started.returncode:
        left_out("the figures of PostGIS", started.stderr)
        yield None
        return
    try:
        yield _with_postgis(restart=not ran)
    finally:
        _forget(restart=not ran)
        if not ran:
            _script("postgresql", "stop")


def _with_postgis(*, restart: bool) -> str | None:
    if restart:  # tuning that only a start takes; the tests' server is left as it is where it ran before
        with psycopg.connect(_script("postgresql", "url").stdout.strip(), autocommit=True) as server:
            server.execute("ALTER SYSTEM SET shared_buffers = '1GB'")
        _script("postgresql", "stop")
        _script("postgresql", "start")
    url = _script("postgresql", "url").stdout.strip()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {PEER_DATABASE}")
        server.execute(f"CREATE DATABASE {PEER_DATABASE}")
    own = f"{url.rpartition('/')[0]}/{PEER_DATABASE}"
    try:
        with psycopg.connect(own, autocommit=True) as database:
            database.execute("CREATE EXTENSION postgis")
    except psycopg.Error as error:
        left_out("the figures of PostGIS", f"{error} (Debian 12: apt-get install postgresql-15-postgis-3)")
        return None
    return own


def _forget(*, restart: bool) -> None:
    with psycopg.connect(_script("postgresql", "url").stdout.strip(), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {PEER_DATABASE}")
        if restart:
            server.execute("ALTER SYSTEM RESET shared_buffers")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def a_million_fits() -> bool:
    """Whether memory and disk have room for a million documents."""
    disk = shutil.disk_usage(Path("/var") if os.geteuid() == 0 else Path.home()).free
    return min(free_memory(), disk) >= NEEDS_GIB * 2**30


def free_memory() -> int:
    """Bytes that programs could have now; 0 where the system does not tell."""
    table = Path("/proc/meminfo")
    lines = table.read_text(encoding="ascii").splitlines() if table.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def resident_memory(pid: int) -> float:
    """Megabytes of memory that a process holds; 0 when it is gone."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(said.stdout or 0) / 1024
