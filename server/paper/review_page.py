"""What the pages of the review show: an image with what the machine saw and, where one may see it, what people said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.meetings.models import Session
from server.processes.localized import Localized
from server.voting.answers import is_by_number, most_for_one
from server.voting.balance_facts import counts_blind
from server.voting.ballots import most_named
from server.voting.definitions import Definition

from .answers import field_name, in_numbers, shown
from .incomplete import incomplete_sheets
from .joining import Scores, SeenOnce
from .judging import meaning_of
from .models import Adjudication, Keying, Reading, ReviewLease
from .querysets import WAITING
from .reviewing import stage, version_of
from .second_looks import Stage
from .shelf import sheaves_of
from .words import reason_in_words

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.voting.models import Box


def contests_of(box: Box | None) -> list[Any]:
    return list(Definition.of(box).contests) if box else []


def read_of(reading: Reading) -> tuple[Scores, Mapping[str, Any]]:
    """Scores of the boxes, and what they say: of a sheet of several pages those of all its pages (B9)."""
    scores = reading.scores.get("inside", {})
    if reading.sheet_pages == 1 or reading.sheet is None or reading.box is None:
        return scores, reading.interpretation
    once = SeenOnce("", scores, reading.scores.get("around", {}))
    scores, around = sheaves_of([reading.sheet])[reading.sheet.pk].joined(reading.sheet_page, once)
    return scores, meaning_of(Definition.of(reading.box).facts, scores, around).as_json()


def contest_shown(
    contest: Any, inside: Mapping[str, int], said: Mapping[str, Any], written: Mapping[str, str] | None
) -> dict[str, Any]:
    """A contest with its marks as the machine saw them; ``written``: what a person had put in before a refusal.

    inside: box → thousandths of ink; said: what the whole sheet was read to say (``judging.Meaning``).
    """
    clear = shown(contest, said.get("choices", {}).get(contest["id"], []))
    marked = _rows(said.get("marks", {}).get(contest["id"], [])) | clear  # of a grid whose marks make no answer
    unclear = _rows(said.get("doubtful", {}).get(contest["id"], []))
    fields = fields_shown(contest, clear if written is None else written)
    for choice in fields["choices"]:
        scores = [score for key, score in inside.items() if key.partition(":")[0] == choice["id"]]
        seen = "marked" if choice["id"] in marked else "unclear" if choice["id"] in unclear else "empty"
        choice |= {"seen": seen, "percent": round(max(scores) / 10) if scores else None}
        choice["read"] = marked.get(choice["id"], "")
    return fields


def _rows(boxes: Sequence[str]) -> dict[str, str]:
    """Boxes row by row: choice id → the values of its columns, in a grid."""
    rows: dict[str, list[str]] = {}
    for box in boxes:
        choice, _colon, value = box.partition(":")
        rows.setdefault(choice, []).append(value)
    return {choice: ", ".join(values) for choice, values in rows.items()}


def fields_shown(contest: Any, written: Mapping[str, str]) -> dict[str, Any]:
    """A contest as a form asks for it: boxes to tick, or numbers to write; ``written``: what stands in it already."""
    return {
        "id": contest["id"],
        "title": Localized(contest["title"]),
        "method": contest["method"],
        "by_number": is_by_number(contest),
        "max": most_named(contest),
        "points": contest.get("points", 0),
        "highest": most_for_one(contest),
        "lowest": 0 if contest["method"] == "score" else 1,
        "choices": [
            {
                "id": choice["id"],
                "number": choice["number"],
                "title": Localized(choice["title"]),
                "field": field_name(contest, choice["id"]),
                "written": written.get(choice["id"], ""),
            }
            for choice in contest["choices"]
        ],
    }


def said_in_numbers(box: Box | None, choices: Mapping[str, Any]) -> str:
    """Answers as numbers on the ballot, contest by contest."""
    told = (in_numbers(contest, choices.get(contest["id"], [])) for contest in contests_of(box))
    return "; ".join(filter(None, told))


@dataclass(frozen=True)
class Opinion:
    """What one person said of a sheet, in words for a page: outcome, and the answers as numbers on the ballot."""

    who: User
    when: dt.datetime
    outcome: str
    choices: str
    note: str = ""

    @classmethod
    def of(cls, box: Box | None, row: Adjudication | Keying) -> Opinion:
        told = str(row.get_outcome_display()), said_in_numbers(box, row.choices)
        if isinstance(row, Keying):
            return cls(row.keyed_by, row.keyed_at, *told)
        return cls(row.decided_by, row.decided_at, *told, row.note)


def page_facts(reading: Reading, person: User, written: Mapping[str, Mapping[str, str]] | None) -> dict[str, Any]:
    """Everything the page of one image needs. What others said is there only for whom it is meant."""
    rows = list(reading.adjudications.select_related("decided_by"))
    settled = any(row.settles for row in rows)
    waits = reading.status in WAITING and not settled and bool(reading.sheet) and not reading.sheet.is_spoiled
    mine = next((row for row in rows if row.decided_by_id == person.pk), None)
    lease = ReviewLease.objects.standing().filter(sheet=reading.sheet_id).select_related("holder").first()
    holds = waits and mine is None and lease is not None and lease.holder_id == person.pk
    is_arbiter = holds and stage(reading) == Stage.THIRD
    scores, said = read_of(reading)
    others = reading.sheet.readings.exclude(pk=reading.pk).order_by("pk") if reading.sheet else []
    return {
        "reading": reading,
        "reason": reason_in_words(reading.reason),
        "contests": [
            contest_shown(contest, scores.get(contest["id"], {}), said, written and written.get(contest["id"], {}))
            for contest in contests_of(reading.box)
        ],
        "others": [(other, said_in_numbers(other.box, other.interpretation.get("choices", {}))) for other in others],
        "opinions": [Opinion.of(reading.box, row) for row in rows] if settled or is_arbiter else [],
        "is_arbiter": is_arbiter,
        "mine": None if settled else mine,
        "can_decide": holds,
        "can_take": waits and mine is None and lease is None,
        "holder": lease.holder if waits and lease and lease.holder_id != person.pk else None,
        "version": version_of(reading) if holds else "",
    }


def queue_facts(session: Session, person: User) -> dict[str, Any]:
    """How much waits, for whom, and who looks at what just now. No figure while people count the stacks blind."""
    waits = Reading.objects.in_session(session).waiting().of_whole_sheets()
    waiting = list(waits.select_related("box").prefetch_related("adjudications"))
    for_me = [one for one in waiting if all(word.decided_by_id != person.pk for word in one.adjudications.all())]
    leases = ReviewLease.objects.standing().in_session(session).select_related("holder").order_by("until")
    return {
        "waiting": len(waiting),
        "for_me": len(for_me),
        "for_others": len(waiting) - len(for_me),
        "arbitrations": sum(stage(one) == Stage.THIRD for one in for_me),
        "held": [lease for lease in leases if lease.holder_id != person.pk],
        "is_blind": counts_blind(session),
        "boxes": list(session.boxes.exclude(layout="").order_by("pk")),
        "incomplete": incomplete_sheets(session),
    }
