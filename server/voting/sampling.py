"""A random sample of marks that get a letter: who is drawn, and what a sample of a given size can find (P12). Pure.

Who is drawn: every mark has the number of its person on the roll; the marks are put in the order of
SHA-256(seed ‖ LF ‖ number), all as UTF-8, and the first of them are drawn. So whoever holds the list of the marked and
the seed draws the same people, and nobody who decides before the dice fall can choose them.

What it finds: of ``marks`` in all, ``false`` are of people who never came. A letter to one of these is answered "no".
That a sample of ``size``, drawn without putting back, meets at least one of them has the chance
1 − C(marks − false, size) / C(marks, size).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, comb

SHARES = (100, 50, 20, 10)  # one false mark in so many
SIZES = (10, 20, 30, 50, 100, 200, 300, 500)
MOST = 500  # letters: more is a census, and wants another tool


def drawn(numbers: Iterable[str], seed: str, size: int) -> list[str]:
    """The numbers that are drawn, in the order of the draw; all of them where there are no more than ``size``."""
    return sorted(numbers, key=lambda number: (_place(seed, number), number))[:size]


def _place(seed: str, number: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{number}".encode()).digest()


def chance_to_find(marks: int, false: int, size: int) -> Fraction:
    """The chance that a sample of ``size`` of ``marks`` holds at least one of the ``false`` ones."""
    size = min(size, marks)
    return 1 - Fraction(comb(marks - false, size), comb(marks, size))


def false_marks(marks: int, share: int) -> int:
    """How many marks one in ``share`` is, rounded up: at least one, where there is a mark."""
    return min(marks, ceil(Fraction(marks, share)))


def false_counts(marks: int) -> list[int]:
    """So many of the marks as ``SHARES`` say, the fewest first. In a small vote several shares are one person."""
    return sorted({false_marks(marks, share) for share in SHARES})


def table(marks: int, *sizes: int) -> list[tuple[int, list[int]]]:
    """``(size, [percent for each of false_counts])`` for sizes worth a choice, or for these; percents are rounded down.

    Rounded down, so that it promises no more than it keeps: 99 may be all but certain, 100 is.
    """
    wanted = sizes or sorted({min(size, marks) for size in SIZES})
    return [(size, [_percent(marks, false, size) for false in false_counts(marks)]) for size in wanted if marks]


def _percent(marks: int, false: int, size: int) -> int:
    return int(100 * chance_to_find(marks, false, size))
