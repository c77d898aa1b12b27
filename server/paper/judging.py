"""What becomes of a page that was read: pure decisions, no Django, no clock.

A page passes these gates, in this order, and the first that holds decides:

    1  refused    no code was found; a test sheet; a ballot of another box or session, or of none of ours; a layout we
                  do not hold or its sheet does not have; a serial that was never printed; a spoiled sheet (rows B3, B4,
                  B5); a page that its ballot does not have
    2  repeated   the same page of the same sheet with the same marks was read before: nothing more happens (B1)
    3  conflict   the same page of the sheet was read before with other marks, or one of the two could not be read:
                  people look at the paper (B2)
    4  doubtful   the page could not be read
    5  part       other pages of its sheet were not seen yet: it waits for them (B9)
    6  repeated   people decided about the sheet while it was incomplete, and its pages say the same; where they say
       conflict   something else, people look again
    7  doubtful   another page of the sheet is in doubt, a mark is unclear, or the marks of all its pages together do
                  not make a valid ballot: people look (B7, B8)

What passes all of them is ``automatic``, and its sheet becomes a ballot. Nothing is ever trimmed to fit (P21).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from printouts.read.interpret import GRIDS, Interpretation, Thresholds, interpret, interpret_grid
from server.voting.ballots import check_choices

INVALID = "invalid"  # the signature of a sheet of which people said that its ballot is invalid
AUTOMATIC, DOUBTFUL, REPEATED, CONFLICT, REFUSED = "automatic", "doubtful", "repeated", "conflict", "refused"
PART = "part"
ONE_AT_MOST = ("choose-1", "yes-no")
Scores = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Meaning:
    """What the marks of a sheet say, by the frozen thresholds and rules.

    choices: contest id → its answer as a ballot gives it (``docs/protocol.md`` §3). doubtful: contest id → boxes whose
    mark is unclear. marks: contest id → boxes that are clearly marked, for grids whose marks make no answer; such a
    contest has no ``choices``. reasons: why a person must look; empty when nobody needs to.
    """

    choices: dict[str, Any] = field(default_factory=dict)
    doubtful: dict[str, list[str]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    marks: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        facts = {"choices": self.choices, "doubtful": self.doubtful, "reasons": list(self.reasons)}
        return facts | ({"marks": self.marks} if self.marks else {})

    @property
    def signature(self) -> str:
        return signature_of(self.as_json())


def signature_of(meaning: Mapping[str, Any]) -> str:
    """What two readings of a sheet have in common when they show the same marks. Empty where nothing could be read.

    A list is compared as it is written: in the order of the ballot, or of a ranking.
    """
    if meaning.get("invalid"):
        return INVALID
    if "choices" not in meaning:
        return ""
    parts = [
        {contest: chosen for contest, chosen in meaning.get(name, {}).items() if chosen}
        for name in ("choices", "doubtful", "marks")
    ]
    return json.dumps(parts, sort_keys=True)


def signature_of_page(interpretation: Mapping[str, Any]) -> str:
    """The same for one page of several, which means nothing by itself: what is marked on it, and what is unclear."""
    if "page" in interpretation:
        return json.dumps(interpretation["page"], sort_keys=True)
    return signature_of(interpretation)


def meaning_of(definition: Mapping[str, Any], scores: Scores, around: Scores) -> Meaning:
    """Compare the scores (thousandths) of all pages of a sheet with the thresholds and rules of the definition."""
    choices, doubtful, marks, reasons = {}, {}, {}, []
    for contest in definition["contests"]:
        read = _interpret(definition, contest, scores, around)
        doubtful[contest["id"]] = list(read.doubtful)
        reasons += read.reasons
        if read.answer is None:
            marks[contest["id"]] = list(read.choices)
            continue
        choices[contest["id"]] = read.answer
        # Marks that are clear, and yet no valid ballot: too dear together. People confirm what they see.
        if not read.needs_person:
            reasons += check_choices(contest, read.answer)
    return Meaning(choices, doubtful, tuple(dict.fromkeys(reasons)), marks)


def marks_of_page(definition: Mapping[str, Any], scores: Scores, around: Scores) -> dict[str, dict[str, list[str]]]:
    """What is to be seen on one page of several: boxes clearly marked and boxes in doubt, without any rule."""
    thresholds = _thresholds(definition)
    seen = {
        contest: interpret(_shares(boxes), thresholds, min=0, max=len(boxes), around=_shares(around.get(contest, {})))
        for contest, boxes in scores.items()
    }
    return {
        "marks": {contest: sorted(read.choices) for contest, read in seen.items()},
        "doubtful": {contest: sorted(read.doubtful) for contest, read in seen.items()},
    }


def _interpret(
    definition: Mapping[str, Any], contest: Mapping[str, Any], scores: Scores, around: Scores
) -> Interpretation:
    boxes = _in_order(contest, scores.get(contest["id"], {}))
    rules: dict[str, Any] = {
        "min": contest["min"],
        "max": most_choices(contest),
        "around": _shares(around.get(contest["id"], {})),
    }
    if contest["method"] in GRIDS:
        points = contest.get("points", 0)
        return interpret_grid(boxes, _thresholds(definition), method=contest["method"], points=points, **rules)
    return interpret(boxes, _thresholds(definition), **rules)


def _thresholds(definition: Mapping[str, Any]) -> Thresholds:
    return Thresholds(**{name: value / 1000 for name, value in definition["mark_thresholds"].items()})


def _in_order(contest: Mapping[str, Any], boxes: Mapping[str, int]) -> dict[str, float]:
    """The boxes as shares, in the order of the ballot: a database keeps no order among names."""
    places = {choice["id"]: place for place, choice in enumerate(contest["choices"])}

    def place(key: str) -> tuple[int, int]:
        if key in places:
            return places[key], 0
        choice, _colon, value = key.rpartition(":")
        return places.get(choice, len(places)), int(value) if value.isdecimal() else 0

    return _shares({key: boxes[key] for key in sorted(boxes, key=place)})


def most_choices(contest: Mapping[str, Any]) -> int:
    """The most choices allowed; without a limit, as many as there are."""
    if contest["method"] in ONE_AT_MOST:
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
    is_of_another_layout: bool = False
    earlier: Collection[str] = ()  # signatures of the readings that speak for this page; "" for one not legible
    missing: Sequence[int] = ()  # other pages of the sheet that were not seen yet
    is_in_doubt: bool = False  # another page of the sheet waits for people
    is_settled: bool = False  # it has its ballot, or people declared it invalid
    decided: Collection[str] = ()  # signatures of what people decided about the whole sheet


def gate(*, code_is_test: bool, box_is_here: bool, box_is_ours: bool, layout_is_held: bool, sheet: SheetFacts) -> str:
    """Why the sheet that a code names cannot be a ballot here; empty when it can."""
    why: Sequence[tuple[bool, str]] = (
        (not box_is_ours, "unknown_definition"),
        (not box_is_here, "other_box"),
        (not layout_is_held or sheet.is_of_another_layout, "unknown_layout"),
        (code_is_test or sheet.is_test, "test_sheet"),
        (sheet.is_of_another_session, "other_session"),
        (not sheet.is_known, "unknown_serial"),
        (sheet.is_spoiled, "spoiled_sheet"),
    )
    return next((reason for holds, reason in why if holds), "")


def judge(
    *, refused: str, has_code: bool, gated: str, signature: str, meaning: Meaning | None, sheet: SheetFacts
) -> tuple[str, str]:
    """Return the status of a reading and its reason, by the gates above.

    signature: of the marks on this page, empty where they could not be read. meaning: of the whole sheet; None while
    pages are missing.
    """
    if not has_code:
        return REFUSED, refused or "no_code"
    if gated or refused == "wrong_page":
        return REFUSED, gated or refused
    if signature and signature in sheet.earlier:
        return REPEATED, "same_marks"
    if sheet.earlier:
        return CONFLICT, "other_marks" if signature else refused
    if not signature:
        return DOUBTFUL, refused
    if meaning is None:
        return PART, "other_pages"
    if sheet.is_settled:
        is_the_same = not sheet.is_in_doubt and meaning.signature in sheet.decided
        return (REPEATED, "same_marks") if is_the_same else (CONFLICT, "late_page")
    if sheet.is_in_doubt or meaning.reasons:
        return DOUBTFUL, "doubtful_page" if sheet.is_in_doubt else meaning.reasons[0]
    return AUTOMATIC, ""
