"""Made-up licence numbers in the pattern of their state, and made-up NPIs."""

import re
from dataclasses import dataclass, field
from functools import cache

from directory.jurisdictions import jurisdictions
from directory.vocabulary import read_data

# Where the pattern is not known.
ANY_EXAMPLE = "MT999999"
MOST_DIGITS = 9


@cache
def template(code: str) -> tuple[str, int, str]:
    """(text before, digits, text behind) of the running number in a state's licences.

    Made from the example of the data file: its longest run of digits, as long as the pattern lets it
    be, and as much of it as the pattern lets be nines (Michigan's begin with 7501).
    """
    pattern = jurisdictions()[code].number_pattern
    example = _examples()[code] or ANY_EXAMPLE
    run = max(re.finditer(r"\d+", example), key=lambda found: len(found[0]))
    before, behind = example[: run.start()], example[run.end() :]
    if not pattern:
        return before, len(run[0]), behind
    for fixed in range(len(run[0])):
        head = before + run[0][:fixed]
        for digits in range(MOST_DIGITS, 0, -1):
            if re.fullmatch(pattern, head + "9" * digits + behind):
                return head, digits, behind
    raise ValueError(f"the example of {code} does not lead to numbers in its pattern {pattern}")


@cache
def _examples() -> dict[str, str | None]:
    rows = read_data("jurisdictions.json")["jurisdictions"]
    return {row["code"]: row["number_format"]["example_made_up"] for row in rows}


@dataclass
class Numbers:
    """Hands out licence numbers: in each state from the highest possible one down, none twice."""

    given: dict[str, int] = field(default_factory=dict)

    def next(self, code: str) -> str:
        """The next number in the state `code`."""
        before, digits, behind = template(code)
        count = self.given[code] = self.given.get(code, 0) + 1
        if count >= 10**digits:
            raise ValueError(f"{code} has no licence numbers left for so many people")
        return f"{before}{10**digits - count:0{digits}d}{behind}"


def npi(person: int) -> str:
    """A ten-digit NPI for one person: none that is given out begins with 2 as yet."""
    body = f"{299_999_999 - person:09d}"
    return body + str(luhn_digit("80840" + body))


def luhn_digit(digits: str) -> int:
    """The check digit (Luhn) behind `digits`."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
