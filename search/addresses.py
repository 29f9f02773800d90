"""Addresses of searches: each is a link that somebody can keep, send and open again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

# In this order they stand in an address; filters follow by name.
LEADING = ("q", "near", "within", "sort")
PASSING = ("page", "day")  # dropped as soon as anything else changes


@dataclass(frozen=True)
class SearchAddress:
    """The parameters of a search in a fixed order, without empty ones."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, data: Mapping[str, object] | QueryDict, *, known: Iterable[str]) -> Self:
        """The address of what was typed: known parameters only, repeats and blanks dropped."""
        names = [*LEADING, *sorted(set(known) - {*LEADING, *PASSING})]
        lists = {name: data.getlist(name) for name in names} if isinstance(data, QueryDict) else {}
        pairs = dict.fromkeys(
            (name, value.replace("\x00", " ").strip()) for name in names for value in lists.get(name, ())
        )
        return cls(tuple(pair for pair in pairs if pair[1]))

    def but(self, **changes: str | int | None) -> Self:
        """The same with some parameters set (or, with None, left out)."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        kept += [(name, str(value)) for name, value in changes.items() if value is not None and value != ""]
        order = {name: index for index, name in enumerate(LEADING)}
        kept.sort(key=lambda pair: (order.get(pair[0], len(order) + (pair[0] in PASSING)), pair[0]))
        return type(self)(tuple(kept))

    def plus(self, name: str, value: str) -> Self:
        """The same with one more value of a parameter."""
        return type(self)((*self.pairs, (name, value))) if (name, value) not in self.pairs else self

    def minus(self, name: str, value: str) -> Self:
        """The same without one value of a parameter."""
        return type(self)(tuple(pair for pair in self.pairs if pair != (name, value)))

    @property
    def url(self) -> str:
        """The link."""
        query = urlencode(self.pairs, errors="replace")
        return f"{_results()}?{query}" if query else _results()


@cache
def _results() -> str:
    """The path of the results page, which a page names some twenty times."""
    return reverse("search:results")
