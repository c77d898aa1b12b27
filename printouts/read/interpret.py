"""What scores mean, by thresholds that were frozen with the box.

Scores at or below ``clear_below`` are no marks, at or above ``clear_above`` are
marks; in between a person looks. Ink around an unmarked box is looked at too. A
contest with more marks than allowed is an overvote: all its marks are listed,
none is taken away. Pure: no pictures, no clock.

A *list* (approval, choose-1, knapsack, yes-no) has one box a choice, named by the
choice's id. A *grid* (``ranked``, ``score``, ``dots``) has a row of boxes a choice, named
``choice:value`` (``MarkBox.key``). Its marks are an answer only where they leave no
question: one doubtful box of a grid is a doubtful grid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

GRIDS = ("ranked", "score", "dots")


@dataclass(frozen=True)
class Thresholds:
    """0 <= clear_below < clear_above <= 1; around_above: share of ink around an unmarked box.

    The defaults leave a wide band to people. Empty boxes of scans from 150 dpi score
    0, of poor photographs up to 0.025; pale ink scores at most 0.15, crosses, ticks
    and filled boxes of pens 0.19 and more (simulated: to be measured on real paper).
    """

    clear_below: float = 0.012
    clear_above: float = 0.17
    around_above: float = 0.03

    def __post_init__(self) -> None:
        if not 0 <= self.clear_below < self.clear_above <= 1 or not 0 < self.around_above <= 1:
            raise ValueError("thresholds lie between 0 and 1, clear_below under clear_above")


@dataclass(frozen=True)
class Interpretation:
    """What one contest of one sheet says.

    choices: keys of the boxes that are clearly marked, in the order of the scores.
    doubtful: keys between the thresholds. kind: ``clear``, ``doubtful``, ``overvote``,
    ``undervote`` (some marks, but fewer than asked for) or ``blank``. reasons: any of
    ``doubtful_mark``, ``ink_around``, ``too_many``, ``too_few``; of a grid also
    ``two_in_row``, ``same_rank``, ``rank_gap``, ``over_points``. answer: what a ballot
    says: of a list the choices' ids; ``ranked``: the ids, the most preferred first;
    ``score`` and ``dots``: {id: integer}; None where the marks of a grid make no answer.
    """

    choices: tuple[str, ...]
    doubtful: tuple[str, ...]
    kind: str
    needs_person: bool
    reasons: tuple[str, ...]
    answer: list[str] | dict[str, int] | None


def interpret(
    scores: Mapping[str, float],
    thresholds: Thresholds,
    *,
    min: int,
    max: int,
    around: Mapping[str, float] | None = None,
) -> Interpretation:
    """Return what the scores {choice id: 0..1} of a list mean.

    min, max: marks asked for; a blank contest is clear whatever min is. around:
    ink beside each box. Doubt comes before every count: with a doubtful mark
    nothing else is certain.
    """
    marked, doubtful, reasons = _sorted_out(scores, thresholds, around or {})
    reasons += _count(len(marked), min, max)
    kind = _kind(reasons, is_blank=not marked)
    return Interpretation(marked, doubtful, kind, bool(reasons), tuple(reasons), list(marked))


def interpret_grid(
    scores: Mapping[str, float],
    thresholds: Thresholds,
    *,
    method: str,
    min: int,
    max: int,
    points: int = 0,
    around: Mapping[str, float] | None = None,
) -> Interpretation:
    """Return what the scores {"choice:value": 0..1} of a grid mean, over all pages of its sheet.

    method: one of ``GRIDS``. min, max: choices that a ballot names. points: of ``dots``, how many
    there are to give (0: no limit). The rules of each method:

    ranked  one mark a row, one a column, and no column left out before one that is marked
    score   one mark a row; a row without a mark has no score
    dots    each mark of a row is one dot; no more than ``points`` on the sheet

    What breaks a rule is for a person, never mended here. Raises ValueError for another method
    and for a key that is not of a grid.
    """
    if method not in GRIDS:
        raise ValueError(f"no grid: {method}")
    marked, doubtful, reasons = _sorted_out(scores, thresholds, around or {})
    rows: dict[str, list[int]] = {}
    for key in marked:
        choice, value = _parted(key)
        rows.setdefault(choice, []).append(value)
    broken = _broken_rules(method, rows, points)
    reasons += broken + _count(len(rows), min, max)
    answer = None if broken or doubtful else _answer(method, rows)
    return Interpretation(marked, doubtful, _kind(reasons, is_blank=not marked), bool(reasons), tuple(reasons), answer)


def _sorted_out(
    scores: Mapping[str, float], thresholds: Thresholds, around: Mapping[str, float]
) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """Return the keys of clear marks, those of doubtful ones, and why they are doubtful."""
    marked = tuple(key for key, score in scores.items() if score >= thresholds.clear_above)
    between = {key for key, score in scores.items() if thresholds.clear_below < score < thresholds.clear_above}
    beside = {key for key, ink in around.items() if ink >= thresholds.around_above and key not in marked} - between
    doubtful = tuple(key for key in scores if key in between or key in beside)
    reasons = [reason for reason, holds in (("doubtful_mark", between), ("ink_around", beside)) if holds]
    return marked, doubtful, reasons


def _parted(key: str) -> tuple[str, int]:
    choice, parted, value = key.rpartition(":")
    if not parted or not value.isdecimal():
        raise ValueError(f"no box of a grid: {key}")
    return choice, int(value)


def _broken_rules(method: str, rows: Mapping[str, list[int]], points: int) -> list[str]:
    values = Counter(value for row in rows.values() for value in row)
    found = {
        "two_in_row": method != "dots" and any(len(row) > 1 for row in rows.values()),
        "same_rank": method == "ranked" and any(count > 1 for count in values.values()),
        "rank_gap": method == "ranked" and bool(values) and set(values) != set(range(1, len(values) + 1)),
        "over_points": method == "dots" and 0 < points < values.total(),
    }
    return [reason for reason, is_there in found.items() if is_there]


def _answer(method: str, rows: Mapping[str, list[int]]) -> list[str] | dict[str, int]:
    if method == "ranked":
        return sorted(rows, key=lambda choice: rows[choice][0])
    return {choice: len(row) if method == "dots" else row[0] for choice, row in rows.items()}


def _count(marks: int, least: int, most: int) -> list[str]:
    return ["too_many"] if marks > most else ["too_few"] if 0 < marks < least else []


def _kind(reasons: list[str], *, is_blank: bool) -> str:
    """Return one word for the reasons; doubt is the first of them."""
    if {"doubtful_mark", "ink_around"} & set(reasons):
        return "doubtful"
    if is_blank:
        return "blank"
    if not reasons:
        return "clear"
    return "undervote" if reasons == ["too_few"] or reasons == ["rank_gap"] else "overvote"
