"""What must be true of the files in `directory/data/` before they are loaded.

Pure: files in, problems out, each in a sentence that says where and what. No database.
"""

import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from directory.jurisdictions import parse
from directory.vocabulary import fold, read_data

Files = dict[str, dict[str, Any]]
Row = dict[str, Any]

FILES = ("conditions", "techniques", "credentials", "offers", "jurisdictions")
# Table -> (file, first number, number after the last). The blocks that `directory.vocabulary` describes.
BLOCKS: dict[str, tuple[str, int, int]] = {
    "languages": ("offers", 100, 200),
    "payment_kinds": ("offers", 200, 300),
    "settings": ("offers", 300, 400),
    "access_features": ("offers", 400, 500),
    "credential_kinds": ("credentials", 500, 600),
    "amenities": ("offers", 600, 700),
    "client_groups": ("offers", 700, 800),
    "referral_terms": ("offers", 800, 900),
    "techniques": ("techniques", 1000, 4000),
    "conditions": ("conditions", 4000, 32_760),
}
LEGAL_NUMBERS = (500, 501, 502)  # the constraints of directory.models.credential name them
SHORT_NAME = 4
CODES = {
    "code": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "prefix": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "chapter-prefix": re.compile(r"[A-Z]\d?"),
}
# Promises that no text of ours makes. That a wound "will not heal" or "has healed" is no promise.
PROMISE = re.compile(r"\b(cure|cures|cured|curing|heals?)\b", re.IGNORECASE)
NO_PROMISE = re.compile(r"\b(will|does|do|did) not heal\b", re.IGNORECASE)
REGULATIONS = ("license", "registration", "voluntary-certification", "none")


def read_files() -> Files:
    """The files of this release."""
    return {name: read_data(f"{name}.json") for name in FILES}


def problems(files: Files) -> list[str]:
    """Everything that is wrong with the files; an empty list means that they may be loaded."""
    try:
        return [problem for check in _CHECKS for problem in check(files)]
    except (KeyError, TypeError, ValueError) as error:
        return [f"a file has not the expected form: {type(error).__name__} {error}"]


def _rows(files: Files, table: str) -> list[Row]:
    rows: list[Row] = files[BLOCKS[table][0]][table]
    return rows


def _slugs(files: Files, table: str) -> set[str]:
    return {row["slug"] for row in _rows(files, table)}


def _repeated(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


def _numbers(files: Files) -> Iterator[str]:
    """Numbers are unique, and in the block of their table; conditions leave room for three levels."""
    every = [row["number"] for table in BLOCKS for row in _rows(files, table)]
    for number in _repeated(every):
        yield f"number {number} is given more than once"
    for table, (_, first, end) in BLOCKS.items():
        for row in _rows(files, table):
            if not first <= row["number"] < end:
                yield f"{table}: {row['slug']} has number {row['number']}, outside {first} to {end - 1}"
    for row in _rows(files, "conditions"):
        if row["number"] % 4:
            yield f"conditions: {row['slug']} has number {row['number']}, which is no multiple of four"


def _names(files: Files) -> Iterator[str]:
    """Slugs are unique and fit their column, names are there."""
    for table in BLOCKS:
        rows = _rows(files, table)
        for slug in _repeated(row["slug"] for row in rows):
            yield f"{table}: slug {slug} is used more than once"
        for row in rows:
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["slug"]) or len(row["slug"]) > 60:
                yield f"{table}: {row['slug']!r} is no slug of at most 60 letters"
            if not 0 < len(row["name"]) <= 120:
                yield f"{table}: the name of {row['slug']} must have 1 to 120 characters"


def _references(files: Files) -> Iterator[str]:
    """What one entry says of another exists."""
    conditions, techniques = _slugs(files, "conditions"), _slugs(files, "techniques")
    kinds = _slugs(files, "credential_kinds")
    pointers = {
        "conditions": {"techniques": techniques, "certifications": kinds, "related": conditions},
        "credential_kinds": {"certifies_for_conditions": conditions, "certifies_for_techniques": techniques},
    }
    for table, fields in pointers.items():
        for row in _rows(files, table):
            for field, known in fields.items():
                for slug in set(row[field]) - known:
                    yield f"{table}: {row['slug']} names {slug} under {field}, which does not exist"
                for slug in _repeated(row[field]):
                    yield f"{table}: {row['slug']} names {slug} twice under {field}"
    groups = {group["slug"] for group in files["conditions"]["groups"]}
    for row in _rows(files, "conditions"):
        if row["group"] not in groups:
            yield f"conditions: {row['slug']} is in group {row['group']}, which does not exist"


def _families(files: Files) -> Iterator[str]:
    """Parents exist, and nobody is its own ancestor."""
    parents = {row["slug"]: row["parent"] for row in _rows(files, "conditions")}
    for slug, parent in parents.items():
        if parent is not None and parent not in parents:
            yield f"conditions: {slug} has the parent {parent}, which does not exist"
        seen = {slug}
        while parent in parents:
            if parent in seen:
                yield f"conditions: {slug} is among its own ancestors"
                break
            seen.add(parent)
            parent = parents[parent]


def _codes(files: Files) -> Iterator[str]:
    """ICD-10-CM codes are written as such and stand once in a condition."""
    for row in _rows(files, "conditions"):
        for code in row["icd10"]:
            shape = CODES.get(code["kind"])
            if shape is None or not shape.fullmatch(code["code"]):
                yield f"conditions: {row['slug']} has {code['code']!r}, no ICD-10-CM {code['kind']}"
            if code["strength"] not in ("primary", "related"):
                yield f"conditions: {row['slug']} has the unknown strength {code['strength']!r}"
        for pair in _repeated((code["code"], code["kind"]) for code in row["icd10"]):
            yield f"conditions: {row['slug']} has the code {pair[0]} twice"


def _matching_names(row: Row) -> list[str]:
    listed = [name for field in ("synonyms", "misspellings", "synonyms_es") for name in row.get(field, ())]
    return [row["name"], *listed]


def _synonyms(files: Files) -> Iterator[str]:
    """A name means one condition or one technique; short names are guarded as whole words."""
    for table in ("conditions", "techniques"):
        owners: dict[str, set[str]] = {}
        for row in _rows(files, table):
            for name in _matching_names(row):
                owners.setdefault(fold(name), set()).add(row["slug"])
        guarded = set(files[BLOCKS[table][0]]["meta"]["whole_words_only"])
        for name, slugs in owners.items():
            if not name:
                yield f"{table}: {', '.join(sorted(slugs))} has a name without any letter"
            if len(slugs) > 1:
                yield f"{table}: {name!r} means {' and '.join(sorted(slugs))}"
            if len(name) <= SHORT_NAME and name not in guarded:
                yield f"{table}: {name!r} is short and not among whole_words_only"


def _shown_texts(files: Files) -> Iterator[tuple[str, str]]:
    lists = ("see_a_doctor_first", "contraindications")
    fields = ("name", "description", "scope_and_safety_note", "note", *lists)
    for table in BLOCKS:
        for row in _rows(files, table):
            for value in (row.get(field) or () for field in fields):
                texts = [value] if isinstance(value, str) else value
                yield from ((f"{table}: {row['slug']}", text) for text in texts)
    for group in files["conditions"]["groups"]:
        yield f"groups: {group['slug']}", group["description"]
    for field in ("global_see_a_doctor_first", "global_contraindications"):
        yield from ((f"conditions: {field}", text) for text in files["conditions"][field])


def _promises(files: Files) -> Iterator[str]:
    """No text that is shown promises a result."""
    for where, text in _shown_texts(files):
        if found := PROMISE.search(NO_PROMISE.sub("", text)):
            yield f"{where} says {found.group()!r}: nothing here may promise that"


def _kinds(files: Files) -> Iterator[str]:
    """Credential kinds have a known scope, the legal ones the numbers that the tables rely on."""
    for row in _rows(files, "credential_kinds"):
        if row["scope"] not in ("legal", "general", "specialty", "other"):
            yield f"credential_kinds: {row['slug']} has the unknown scope {row['scope']!r}"
        if (row["scope"] == "legal") != (row["number"] in LEGAL_NUMBERS):
            yield f"credential_kinds: {row['slug']} is legal exactly if its number is one of {LEGAL_NUMBERS}"
        if len(row["issuing_body"]) > 200 or len(row["abbreviation"] or "") > 40:
            yield f"credential_kinds: {row['slug']} has an issuer or abbreviation that is too long"


def _places(files: Files) -> Iterator[str]:
    """Jurisdictions have a zone that exists, a regulation we know, and a pattern that takes its example."""
    rows: list[Row] = files["jurisdictions"]["jurisdictions"]
    zones = zoneinfo.available_timezones()
    for code in _repeated(row["code"] for row in rows):
        yield f"jurisdictions: {code} stands there more than once"
    for row in rows:
        code, shape = row["code"], row["number_format"]
        if row["time_zone"] not in zones:
            yield f"jurisdictions: {code} has the time zone {row['time_zone']!r}, which does not exist"
        if row["regulation"] not in REGULATIONS:
            yield f"jurisdictions: {code} has the unknown regulation {row['regulation']!r}"
        if row["lookup_url"] is not None and not re.fullmatch(r"https://[^\s/]+\.[^\s]+", row["lookup_url"]):
            yield f"jurisdictions: {code} has a look-up address that is no https address"
        if not row["source"] or not row["reviewed_on"]:
            yield f"jurisdictions: {code} names no source or no day of review"
        yield from (f"jurisdictions: {code} {problem}" for problem in _pattern(shape))


def _pattern(shape: Row) -> Iterator[str]:
    if shape["regex"] is None:
        return
    try:
        accepts = re.fullmatch(shape["regex"], shape["example_made_up"] or "")
    except re.error:
        yield f"has a number pattern that is no regular expression: {shape['regex']!r}"
        return
    if not accepts:
        yield f"has a number pattern that refuses its own example {shape['example_made_up']!r}"


def _demands(files: Files) -> Iterator[str]:
    """Each jurisdiction demands something of kinds that exist, one demand at a time."""
    kinds, zones = _slugs(files, "credential_kinds"), zoneinfo.available_timezones()
    for row in files["jurisdictions"]["jurisdictions"]:
        where = f"jurisdictions: {row['code']}"
        if row["time_zone"] not in zones:
            continue  # said already; without a zone there is no midnight to compare
        demands = sorted(parse(row).demands, key=lambda demand: demand.starts)
        if not demands:
            yield f"{where} demands nothing"
        for demand in demands:
            if not demand.any_of or not all(1 <= len(option) <= 2 for option in demand.any_of):
                yield f"{where}: an option of a demand is one kind, or two together"
            for kind in {kind for option in demand.any_of for kind in option} - kinds:
                yield f"{where} demands {kind}, which does not exist"
            if not 0 < len(demand.reason) <= 300:
                yield f"{where}: the reason of a demand must have 1 to 300 characters"
            if demand.ends is not None and demand.ends <= demand.starts:
                yield f"{where}: a demand ends before it begins"
        for one, other in pairwise(demands):
            if one.ends is None or one.ends > other.starts:
                yield f"{where}: two demands hold at once from {other.starts:%Y-%m-%d}"


_CHECKS = (
    _numbers, _names, _references, _families, _codes, _synonyms, _promises, _kinds, _places, _demands,
)  # fmt: skip
