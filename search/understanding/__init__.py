"""What somebody's words mean to Palmar: `understand(q)`.

Words become asks (conditions, techniques, credentials), ICD-10-CM codes and red flags; what stays
without meaning stays words. No I/O but the first load of the data files; the same words always give the
same answer, and no text makes it fail.
"""

from search.understanding.asks import Ask, RedFlag, Term, Understanding, Wish
from search.understanding.reading import load, understand

__all__ = ["Ask", "RedFlag", "Term", "Understanding", "Wish", "load", "understand"]
