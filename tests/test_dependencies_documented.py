"""docs/dependencies.md gives the licence and the reason of everything that was chosen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INPUTS = sorted((ROOT / "requirements").glob("*.in"))


def chosen(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if line and line[0] not in "#-")
    return {name.group().lower() for name in names if name}


def documented() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    return {name: (licence.strip(), reason.strip()) for name, licence, reason in rows}


def test_all_that_was_chosen_is_documented_and_nothing_else() -> None:
    assert set(documented()) == set().union(*map(chosen, INPUTS))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_each_has_a_licence_and_a_reason(path: Path) -> None:
    for name in chosen(path):
        licence, reason = documented()[name]
        assert licence, name
        assert len(reason.split()) > 2, name


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_the_lock_has_a_hash_for_everything(path: Path) -> None:
    """Each locked package is followed by at least one hash."""
    entries = re.split(r"^(?=[a-z0-9])", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_product_dependency_is_gpl() -> None:
    allowed_as_library = {"pi-heif", "psycopg"}  # LGPL: used unchanged, as libraries
    for name in chosen(ROOT / "requirements" / "base.in") - allowed_as_library:
        assert "GPL" not in documented()[name][0], name
