"""What scores mean, by thresholds that were frozen with the box.

Scores at or below ``clear_below`` are no marks, at or above ``clear_above`` are
marks; in between a person looks. Ink around an unmarked box is looked at too. A
contest with more marks than allowed is an overvote: all its marks are listed,
none is taken away. Pure: no pictures, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
    """What one contest of one page says.

    choices: ids of the clear marks, in the order of the scores. doubtful: ids
    between the thresholds. kind: ``clear``, ``doubtful``, ``overvote``, ``undervote``
    (some marks, but fewer than asked for) or ``blank``. reasons: any of
    ``doubtful_mark``, ``ink_around``, ``too_many``, ``too_few``.
    """

    choices: tuple[str, ...]
    doubtful: tuple[str, ...]
    kind: str
    needs_person: bool
    reasons: tuple[str, ...]


def interpret(
    scores: Mapping[str, float],
    thresholds: Thresholds,
    *,
    min: int,
    max: int,
    around: Mapping[str, float] | None = None,
) -> Interpretation:
    """Return what the scores {choice id: 0..1} of one contest mean.

    min, max: marks asked for; a blank contest is clear whatever min is. around:
    ink beside each box. Doubt comes before every count: with a doubtful mark
    nothing else is certain.
    """
    marked = tuple(id for id, score in scores.items() if score >= thresholds.clear_above)
    between = {id for id, score in scores.items() if thresholds.clear_below < score < thresholds.clear_above}
    beside = {id for id, ink in (around or {}).items() if ink >= thresholds.around_above and id not in marked} - between
    doubtful = tuple(id for id in scores if id in between or id in beside)
    reasons = [
        reason
        for reason, holds in (
            ("doubtful_mark", between),
            ("ink_around", beside),
            ("too_many", len(marked) > max),
            ("too_few", marked and len(marked) < min),
        )
        if holds
    ]
    kind = _kind(len(marked), bool(doubtful), min, max)
    return Interpretation(marked, doubtful, kind, kind not in ("clear", "blank"), tuple(reasons))


def _kind(marks: int, is_doubtful: bool, least: int, most: int) -> str:
    if is_doubtful:
        return "doubtful"
    if marks > most:
        return "overvote"
    if marks == 0:
        return "blank"
    return "undervote" if marks < least else "clear"
