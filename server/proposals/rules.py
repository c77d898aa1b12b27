"""What an organiser set for one component of proposals, read from its settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

LONGEST_TITLE = 150
LONGEST_BODY = 5_000
# In its thread: one can be for a proposal or against it.
ASKS_STANCE = True


@dataclass(frozen=True)
class Rules:
    """0 means: no limit, none asked for.

    most_proposals: of one right. least_endorsements: below it, none of a right's endorsements counts;
    most_endorsements: of one right. threshold: endorsements from which the town must examine a proposal. longest_body:
    characters. edit_minutes: how long after publishing its author may still change it. most_files: photos and
    documents of one proposal. takes_amendments: whether other wordings can be proposed; most_amendments: of one right.
    is_text: it holds a text of the town in sections.
    """

    most_proposals: int = 0
    least_endorsements: int = 0
    most_endorsements: int = 0
    threshold: int = 0
    longest_body: int = LONGEST_BODY
    edit_minutes: int = 60
    asks_place: bool = False
    asks_point: bool = False
    most_files: int = 0
    takes_amendments: bool = False
    most_amendments: int = 0
    is_text: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Rules:
        """What is missing or of another shape is as if nobody had set it: an older release may have written it."""
        kept: dict[str, Any] = {}
        for one in fields(cls):
            value = settings.get(one.name)
            if type(value) is type(one.default) and (not isinstance(value, int) or value >= 0):
                kept[one.name] = value
        return cls(**kept)
