"""Reads docker-compose.yml as the rehearsal and the tests need it: values filled in, anchors merged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"


class Unset(Exception):
    """A variable that the compose file demands has no value."""


@dataclass(frozen=True)
class Service:
    """One service: what runs and with which environment; `raw` is the whole entry."""

    name: str
    command: list[str]
    environment: dict[str, str]
    raw: dict[str, Any]


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """Every service, with `${NAME}` filled in from the variables. Raises Unset."""
    raw = filled(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")), variables)
    return {
        name: Service(
            name=name,
            command=list(entry.get("command", [])),
            environment={key: str(value) for key, value in entry.get("environment", {}).items()},
            raw=entry,
        )
        for name, entry in raw["services"].items()
    }


def filled(entry: Any, variables: Mapping[str, str]) -> Any:
    """What was parsed, with `${NAME:?why}` and `${NAME:-default}` replaced and `$$` made `$`. Raises Unset.

    After parsing, as compose does: an `off` that is filled in stays a word.
    """
    if isinstance(entry, dict):
        return {key: filled(value, variables) for key, value in entry.items()}
    if isinstance(entry, list):
        return [filled(value, variables) for value in entry]
    if not isinstance(entry, str):
        return entry

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if found.group() == "$$":
            return "$"
        given = variables.get(name, "")
        if not given and kind == ":?":
            raise Unset(f"{name}: {rest}")
        return given or rest or ""

    return re.sub(r"\$\$|\$\{(\w+)(?:(:[?-])([^}]*))?\}", value, entry)


def example() -> dict[str, str]:
    """The variables of .env.example."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}
