"""When what people say about one image, or about one sheet that they type in, is settled. Pure: no Django, no clock.

Where one person suffices, their word settles it. Where two are asked (B16, B18), they are asked apart: the second does
not see what the first said. Equal words settle it. Where they differ, a third person sees both and the paper, and what
that person says settles it, whatever it is. Nobody speaks twice, and no word is ever taken back or written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """Who is asked next."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"  # an arbiter, who sees what the two said
    SETTLED = "settled"


@dataclass(frozen=True)
class Word:
    """What one person says: ``who`` names the person, the rest what the sheet is said to hold."""

    who: int
    outcome: str
    choices: Mapping[str, Any]

    def agrees_with(self, other: Word) -> bool:
        return (self.outcome, self.choices) == (other.outcome, other.choices)


def is_settled(said: Sequence[Word], persons: int) -> bool:
    """Whether these words, in their order, settle it. ``persons``: how many are asked, one or two."""
    if persons == 1 or len(said) >= 3:
        return bool(said)
    return len(said) == 2 and said[0].agrees_with(said[1])


def stage_of(said: Sequence[Word], persons: int) -> Stage:
    if is_settled(said, persons):
        return Stage.SETTLED
    return (Stage.FIRST, Stage.SECOND, Stage.THIRD)[len(said)]
