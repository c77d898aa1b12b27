"""What becomes of a page that was read: pure decisions, no Django, no clock.

A page passes four gates, in this order, and the first that holds decides:

    1  refused    no code was found; a test sheet; a ballot of another box or session, or of none of ours; a layout we
                  do not hold; a serial that was never printed; a spoiled sheet (rows B3, B4, B5)
    2  repeated   the same sheet with the same marks was read before: nothing more happens (B1)
    3  conflict   the same sheet was read before with other marks, or one of the two could not be read: people look at
                  the paper (B2)
    4  doubtful   a mark is unclear, or the marks do not make a valid ballot: people look (B7, B8)

What passes all four is ``automatic`` and becomes a ballot. Nothing is ever trimmed to fit (P21).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from printouts.read.interpret import Thresholds, interpret
from server.voting.ballots import check_choices

AUTOMATIC, DOUBTFUL, REPEATED, CONFLICT, REFUSED = "automatic", "doubtful", "repeated", "conflict", "refused"


@dataclass(frozen=True)
class Meaning:
    """What the marks of a sheet say, by the frozen thresholds and rules.

    choices, doubtful: contest id → choice ids. reasons: why a person must look; empty when nobody needs to.
    """

    choices: dict[str, list[str]] = field(default_factory=dict)
    doubtful: dict[str, list[str]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"choices": self.choices, "doubtful": self.doubtful, "reasons": list(self.reasons)}

    @property
    def signature(self) -> str:
        return signature_of(self.as_json())


def signature_of(meaning: Mapping[str, Any]) -> str:
    """What two readings of a sheet have in common when they show the same marks. Empty where nothing could be read."""
    if "choices" not in meaning:
        return ""
    parts = [
        sorted((contest, sorted(chosen)) for contest, chosen in meaning.get(name, {}).items() if chosen)
        for name in ("choices", "doubtful")
    ]
    return json.dumps(parts)


def meaning_of(
    definition: Mapping[str, Any], scores: Mapping[str, Mapping[str, int]], around: Mapping[str, Mapping[str, int]]
) -> Meaning:
    """Compare scores (thousandths) with the thresholds and rules of the frozen definition."""
    thresholds = Thresholds(**{name: value / 1000 for name, value in definition["mark_thresholds"].items()})
    choices, doubtful, reasons = {}, {}, []
    for contest in definition["contests"]:
        read = interpret(
            _shares(scores.get(contest["id"], {})),
            thresholds,
            min=contest["min"],
            max=most_choices(contest),
            around=_shares(around.get(contest["id"], {})),
        )
        choices[contest["id"]] = list(read.choices)
        doubtful[contest["id"]] = list(read.doubtful)
        reasons += read.reasons
        # Marks that are clear, and yet no valid ballot: too dear together. People confirm what they see.
        if not read.needs_person:
            reasons += check_choices(contest, read.choices)
    return Meaning(choices, doubtful, tuple(dict.fromkeys(reasons)))


def most_choices(contest: Mapping[str, Any]) -> int:
    """The most marks allowed; without a limit, as many as there are choices."""
    if contest["method"] == "choose-1":
        return 1
    return contest["max"] or len(contest["choices"])


def _shares(thousandths: Mapping[str, int]) -> dict[str, float]:
    return {choice: value / 1000 for choice, value in thousandths.items()}


@dataclass(frozen=True)
class SheetFacts:
    """What we hold about the sheet that a page names: found or not, and what was read of it before."""

    is_known: bool = False
    is_test: bool = False
    is_spoiled: bool = False
    is_of_another_session: bool = False
    earlier: Collection[str] = ()  # signatures of the readings that speak for it; "" for one that was not legible


def gate(*, code_is_test: bool, box_is_here: bool, box_is_ours: bool, layout_is_held: bool, sheet: SheetFacts) -> str:
    """Why the sheet that a code names cannot be a ballot here; empty when it can."""
    why: Sequence[tuple[bool, str]] = (
        (not box_is_ours, "unknown_definition"),
        (not box_is_here, "other_box"),
        (not layout_is_held, "unknown_layout"),
        (code_is_test or sheet.is_test, "test_sheet"),
        (sheet.is_of_another_session, "other_session"),
        (not sheet.is_known, "unknown_serial"),
        (sheet.is_spoiled, "spoiled_sheet"),
    )
    return next((reason for holds, reason in why if holds), "")


def judge(*, refused: str, has_code: bool, gated: str, meaning: Meaning | None, sheet: SheetFacts) -> tuple[str, str]:
    """Return the status of a reading and its reason, by the gates above."""
    if not has_code:
        return REFUSED, refused or "no_code"
    if gated:
        return REFUSED, gated
    signature = meaning.signature if meaning else ""
    if signature and signature in sheet.earlier:
        return REPEATED, "same_marks"
    if sheet.earlier:
        return CONFLICT, "other_marks" if signature else refused
    if meaning is None:
        return DOUBTFUL, refused
    if meaning.reasons:
        return DOUBTFUL, meaning.reasons[0]
    return AUTOMATIC, ""
