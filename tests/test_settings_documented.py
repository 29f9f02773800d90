"""docs/settings.md names every environment variable that the code reads, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("run", "venv", "test", "chromium")
PYTHON_SCRIPTS = ("serve", "elasticsearch_distribution", "elasticsearch_node", "elasticsearch_server")


def read_by_python(path: Path) -> Iterator[str]:
    """Names in env.str("NAME"), os.environ["NAME"] and os.environ.get("NAME")."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            source, first = ast.unparse(node.func.value), node.args[0]
            if source in {"env", "os.environ"} and node.func.attr not in {"setdefault"}:
                yield str(ast.literal_eval(first))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield ast.literal_eval(node.slice)


def code_reads() -> set[str]:
    python = [
        *(ROOT / "config").glob("*.py"),
        *(ROOT / "scripts" / f"{name}.py" for name in PYTHON_SCRIPTS),
    ]
    names = {name for path in python for name in read_by_python(path)}
    for script in SCRIPTS:
        names |= set(re.findall(r"\$\{([A-Z_]+):-", (ROOT / "scripts" / script).read_text(encoding="utf-8")))
    return names


def documented() -> dict[str, str]:
    """Variable -> default, from the tables."""
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.M
    )
    assert len(rows) == len(dict(rows)), "a variable is listed twice"
    return dict(rows)


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert set(documented()) == code_reads()


def plain_defaults() -> dict[str, object]:
    """Defaults in settings.py that are written as a constant."""
    found: dict[str, object] = {}
    tree = ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.") and node.args:
            for keyword in node.keywords:
                if keyword.arg == "default" and isinstance(keyword.value, ast.Constant):
                    found[ast.literal_eval(node.args[0])] = keyword.value.value
    return found


@pytest.mark.parametrize(("name", "default"), plain_defaults().items())
def test_the_documented_default_is_the_one_in_force(name: str, default: object) -> None:
    said = {True: "on", False: "off", "": "empty"}.get(default, f"`{default}`")
    if isinstance(default, int | float) and not isinstance(default, bool):
        said = f"`{default}`"
    assert documented()[name] == said
