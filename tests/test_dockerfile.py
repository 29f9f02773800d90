"""The Dockerfile is linted and keeps the rules of a small image; no engine builds it here."""

import json
import re
import subprocess
import sys
from pathlib import Path

from scripts.compose_file import example, services
from scripts.scan_tree import ROOT

DOCKERFILE = ROOT / "Dockerfile"
LINES = [
    line
    for line in re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8")).splitlines()
    if line and not line.startswith("#")
]
STARTS = [number for number, line in enumerate(LINES) if line.startswith("FROM ")]
FINAL = LINES[STARTS[-1] :]


def instruction(name: str) -> str:
    """The one such instruction of the final stage."""
    (found,) = [line.partition(" ")[2] for line in FINAL if line.startswith(f"{name} ")]
    return found


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_stages_stand_on_the_same_pinned_python() -> None:
    bases = [LINES[start].split()[1] for start in STARTS]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", bases[0])


def test_the_final_stage_installs_and_runs_nothing() -> None:
    assert not [line for line in FINAL if line.startswith("RUN ")]


def test_packages_are_installed_by_their_hashes() -> None:
    (install,) = [line for line in LINES if "pip install" in line]
    assert "--require-hashes -r requirements/base.txt" in install
    assert "http" not in install


def test_the_image_runs_as_a_numbered_user_like_the_compose_file() -> None:
    assert instruction("USER") == services(example())["web"].raw["user"] == "10001:10001"


def test_what_it_runs_is_what_the_compose_file_runs_in_exec_form() -> None:
    assert json.loads(instruction("CMD")) == services(example())["web"].command
    check = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
    assert ["CMD", *check] == services(example())["web"].raw["healthcheck"]["test"]


def test_the_image_is_not_local_unless_it_is_told() -> None:
    assert "LOCAL=off" in instruction("ENV").split()


def test_nothing_gets_into_the_image_but_what_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert all((ROOT / rule[1:]).exists() for rule in rules if rule.startswith("!"))


def test_every_room_of_the_site_gets_into_the_image() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert rooms
    assert {f"!{room}" for room in rooms} <= set(allowed)
