"""One line a figure: what scripts read at the end of `make bench`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value, and whether it is within its target ("<60", ">=3", "=0", or "-" for none)."""

    name: str
    value: float
    unit: str
    target: str = "-"

    @property
    def passed(self) -> bool:
        """Whether the target is met."""
        for sign in ("<=", ">=", "<", ">", "="):
            if self.target.startswith(sign):
                bound = float(self.target.removeprefix(sign))
                return {
                    "<=": self.value <= bound,
                    ">=": self.value >= bound,
                    "<": self.value < bound,
                    ">": self.value > bound,
                    "=": self.value == bound,
                }[sign]
        return True

    def __str__(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        return f"FIGURE {self.name} {self.value:.6g} {self.unit} {self.target} {verdict}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
