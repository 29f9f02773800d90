"""Dependencies between the rooms point one way only (docs/README.md draws the arrows)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models.fields.related import RelatedField

ROOT = Path(__file__).resolve().parent.parent
# What each room may import. `config` is imported by nobody: settings come through django.conf.
MAY_KNOW: dict[str, set[str]] = {
    "accounts": set(),
    "directory": {"accounts"},
    "search": {"accounts", "directory"},
    "payments": {"accounts", "directory"},
    "referrals": {"accounts", "directory", "search"},
    "api": {"accounts", "directory", "search", "payments", "referrals"},
}
OUTSIDE = {"config", "tests", "scripts", "benchmarks"}
PARTS = set(MAY_KNOW) | OUTSIDE
ROOMS = [room for room in MAY_KNOW if (ROOT / room).is_dir()]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every module a file names in an import, wherever it stands, and in import_module("..")."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "import_string", "__import__", "get_app_config"}:
                yield node.lineno, str(node.args[0].value)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    allowed = MAY_KNOW[room] | {room}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, module in imported(path)
        if module.split(".")[0] in PARTS - allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_never_climbs_out_by_a_relative_import(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level >= len(path.relative_to(ROOT).parts)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_relations_between_models_point_the_same_way(room: str) -> None:
    """A foreign key is named by a string, which no import shows."""
    allowed = MAY_KNOW[room] | {room, "auth", "contenttypes"}
    wrong = [
        f"{model.__name__}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, RelatedField) and not isinstance(field.related_model, str)
        if field.related_model._meta.app_label not in allowed
    ]
    assert wrong == []


def test_every_part_of_the_tree_is_known() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages <= PARTS


def test_search_and_payments_never_know_each_other() -> None:
    assert "payments" not in MAY_KNOW["search"]
    assert "search" not in MAY_KNOW["payments"]
