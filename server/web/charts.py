"""The geometry of charts, drawn by the server as SVG. Pure: numbers in, positions in per cent out.

Positions are per cent of the width of the drawing, written as SVG wants them, so that a bar is as wide as its place and
its patterns and outlines keep their size. Every scale starts at zero. A chart never stands alone: the value is written
beside the bar, and a table beneath says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# The thinnest bar that is still seen: a project with one vote of a thousand has one.
LEAST_PER_CENT = 0.4


@dataclass(frozen=True)
class Piece:
    """One rectangle: where it starts, how wide it is (``12.34%``), and the name of its filling (``fill-…`` in CSS)."""

    start: str
    width: str
    fill: str


def per_cent(share: float) -> str:
    return f"{share:.2f}%"


def bar(value: int, whole: int, fill: str = "all") -> list[Piece]:
    """One bar: ``value`` of ``whole``, at most all of it. Nothing is drawn for zero."""
    if value <= 0 or whole <= 0:
        return []
    share = min(100.0, max(100 * value / whole, LEAST_PER_CENT))
    return [Piece(start=per_cent(0), width=per_cent(share), fill=fill)]


def stacked(parts: Iterable[tuple[str, int]], whole: int = 0) -> list[Piece]:
    """Parts side by side, as (filling, value). ``whole``: what the full width stands for; their sum without.

    A part of zero is left out. Parts that exceed the whole together make it larger: nothing is drawn outside.
    """
    shown = [(fill, value) for fill, value in parts if value > 0]
    whole = max(whole, sum(value for _fill, value in shown))
    pieces, before = [], 0
    for fill, value in shown:
        pieces.append(Piece(per_cent(100 * before / whole), per_cent(100 * value / whole), fill))
        before += value
    return pieces


def seats(costs: Sequence[int], budget: int) -> list[Piece]:
    """A budget as a bench: each project takes its seat, and what is left stays empty.

    costs: cents, in the order of the count; budget: cents.
    """
    return stacked([*(("seat", cost) for cost in costs), ("left", budget - sum(costs))], budget)


def share(value: int, whole: int) -> float | None:
    """Per cent; None where there is no whole."""
    return 100 * value / whole if whole else None
