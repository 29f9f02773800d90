"""Looks through the tree for what no other check sees: `make check` calls it.

Each rule is one function: the lines of a file in, what is wrong out.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 350
# Plain links may lead to official sites; nothing is ever loaded from another host.
LINKED_HOSTS = (
    ".gov",
    ".mil",
    ".us",
    "bctmb.org",
    "ncbtmb.org",
    "fsmtb.org",
    "geonames.org",
    "creativecommons.org",
)
VAGUE_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "manager",
    "managers",
    "misc",
}
SHOWN_DATA = {"conditions.json", "techniques.json", "credentials.json", "jurisdictions.json", "offers.json"}

Found = Iterator[str]


def main() -> int:
    """The exit code: 1 when anything was found."""
    found = [f"{path}: {what}" for path in files() for rule in RULES for what in rule(path, read(path))]
    print("\n".join(found) or "The tree is clean.")
    return 1 if found else 0


def files() -> list[Path]:
    """What is or would be committed, below the root. Without git: everything but what is made."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.splitlines()]
    else:
        made = {".venv", ".git", "var", "staticfiles", "__pycache__"}
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [name for name in names if not made & set(name.parts) and not name.parts[0].startswith(".m")]
    return sorted(name for name in names if (ROOT / name).is_file())


def read(path: Path) -> list[str]:
    """The lines of a text file; none for a binary one."""
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def no_addresses_in_locks(path: Path, lines: list[str]) -> Found:
    """The lock names packages and hashes; where they come from is the machine's affair."""
    strict = path.parts[0] in {"requirements", "Makefile", ".ci"} or path == Path("pyproject.toml")
    if not strict and (path.parts[0] != "scripts" or path.name == "scan_tree.py"):
        return
    for number, line in enumerate(lines, 1):
        if re.search(
            r"pypi|npmjs|--(?:extra-)?index-url|--find-links|--trusted-host", line, re.IGNORECASE
        ) or (strict and re.search(r"https?://(?!localhost)", line)):
            yield f"{number}: an address of a package index or a download"


def no_developer_paths(path: Path, lines: list[str]) -> Found:
    """Nothing may depend on the machine it was written on."""
    for number, line in enumerate(lines, 1):
        if re.search(r"(?<![\w.~*}])/(?:home/\w+/|Users/\w+/|root/|work/)", line):
            yield f"{number}: a path of a developer's machine"


def no_inline_code(path: Path, lines: list[str]) -> Found:
    """The content security policy refuses inline scripts and styles."""
    if path.parts[0] != "templates" or path.suffix != ".html":
        return
    text = "\n".join(lines)
    for match in re.finditer(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", text):
        yield f"{line_of(text, match)}: an inline script"
    for match in re.finditer(r"<style\b|<[^>]*\s(?:style|on[a-z]+)\s*=\s*[\"'{]|javascript:", text):
        yield f"{line_of(text, match)}: an inline style or event handler"


def no_foreign_hosts(path: Path, lines: list[str]) -> Found:
    """No page loads anything from elsewhere; plain links go to official sites only."""
    if path.parts[0] not in {"templates", "static"} or path.suffix not in {".html", ".css", ".js", ".svg"}:
        return
    if path.name.endswith(".min.js"):
        return
    text = "\n".join(lines)
    for match in re.finditer(r"\b(src|srcset|href|action|data|poster)=[\"'](?:https?:)?//([^/\"']+)", text):
        attribute, host = match.groups()
        before = text[max(0, match.start() - 200) : match.start()]
        plain_link = attribute == "href" and before.rpartition("<")[2].split(None, 1)[0] == "a"
        if not (plain_link and host.split(":")[0].endswith(LINKED_HOSTS)):
            yield f"{line_of(text, match)}: a foreign host, {host}"
    for match in re.finditer(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//", text):
        yield f"{line_of(text, match)}: a stylesheet that loads from elsewhere"


def no_promises(path: Path, lines: list[str]) -> Found:
    """Nobody is told that massage cures or heals."""
    shown = path.parts[0] == "templates" or path.name in SHOWN_DATA
    for number, line in enumerate(lines, 1):
        match = re.search(r"\b(?:cures?|cured|heals|healed by)\b", line, re.IGNORECASE) if shown else None
        if match and not re.search(
            r"\b(?:not|no|never|cannot|secure)\b", line[: match.start()], re.IGNORECASE
        ):
            yield f"{number}: a promise of healing, {match.group()!r}"


def modules_stay_short(path: Path, lines: list[str]) -> Found:
    """A module is read in one sitting."""
    if path.suffix == ".py" and not {"migrations", "tests"} & set(path.parts) and len(lines) > LONGEST_MODULE:
        yield f"{len(lines)} lines, more than {LONGEST_MODULE}"


def names_say_something(path: Path, lines: list[str]) -> Found:
    """A name like utils says nothing about what is inside."""
    if VAGUE_NAMES & {part.removesuffix(".py") for part in path.parts}:
        yield "a name that says nothing"


def line_of(text: str, match: re.Match[str]) -> int:
    """Where a match begins."""
    return text.count("\n", 0, match.start()) + 1


RULES: list[Callable[[Path, list[str]], Found]] = [
    no_addresses_in_locks,
    no_developer_paths,
    no_inline_code,
    no_foreign_hosts,
    no_promises,
    modules_stay_short,
    names_say_something,
]

if __name__ == "__main__":
    sys.exit(main())
