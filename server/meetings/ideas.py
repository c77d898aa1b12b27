"""Ideas and endorsements that the kiosks of a session brought: how many, and what of them does not count and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger.models import REFUSED, Record, Verdict
from server.processes.models import Door
from server.processes.openness import openings_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.ledger.querysets import RecordQuerySet
    from server.processes.models import Opening

    from .models import Session

IDEA, GIVEN = "proposal.version", "endorsement.given"
KINDS: dict[str, Any] = {
    IDEA: _("An idea"),
    GIVEN: _("An endorsement"),
    "endorsement.withdrawn": _("An endorsement taken back"),
    "comment.written": _("A comment"),
}
ASIDE = (Verdict.QUARANTINED, Verdict.PROVISIONAL)
REASONS: dict[str, Any] = {
    "not_open": _("The device took it before the session was opened there, or during a pause."),
    "late": _("It was written after the session was closed on the device."),
    "revoked": _("The device was revoked, and it is not from the time when it was trusted."),
    REFUSED: _("Somebody of the team set it aside."),
    "not_offered": _("No pack of this session offered this."),
    "unknown_right": _("No pass of this session gave it."),
    "subject_unknown": _("What it speaks of is not here."),
    "malformed": _("It cannot be read: the device, or somebody with its key, wrote something else."),
    "not_applied": _("This release cannot take it in. It is tried again with the next one."),
}
LONGEST_WORDS = 120
OTHERWISE = _("It does not fit what is here.")


@dataclass(frozen=True)
class Brought:
    """``aside``: records of either kind that do not count as they are."""

    ideas: int = 0
    endorsements: int = 0
    aside: int = 0

    @property
    def is_any(self) -> bool:
        return bool(self.ideas or self.endorsements or self.aside)


@dataclass(frozen=True)
class Aside:
    """One record that does not count, found by a device and its number. Never whose it is.

    ``words``: the beginning of what is to be decided about, where it is an idea or a comment; ``waits``: nobody has
    decided; ``may_come_in``: people can take it in.
    """

    id: str
    device: str
    number: int
    kind: Any
    reason: Any
    waits: bool
    may_come_in: bool
    words: str


def brought(session: Session) -> Brought:
    """One query."""
    rows = _of_kiosks(session).order_by().values_list("type", "verdict").annotate(n=Count("pk"))
    counts = {(type_, verdict): count for type_, verdict, count in rows}
    return Brought(
        ideas=counts.get((IDEA, Verdict.ACCEPTED), 0),
        endorsements=counts.get((GIVEN, Verdict.ACCEPTED), 0),
        aside=sum(count for (_type, verdict), count in counts.items() if verdict in ASIDE),
    )


def is_for_ideas(session: Session, openings: Iterable[Opening] | None = None) -> bool:
    """Whether people may do anything but vote at its kiosks: now, or when the meeting begins.

    openings: those of its space for kiosks, where whoever calls has asked (``openings_for``); otherwise one query.
    """
    meeting = session.meeting
    found = openings_for(meeting.space, Door.KIOSK) if openings is None else openings
    return any(one.phase.runs_at(at) for one in found for at in (timezone.now(), meeting.starts_at))


def waiting_for_people(rows: RecordQuerySet) -> RecordQuerySet:
    """Of these records those brought beside ballots about which nobody has decided."""
    return _beside_ballots(rows).filter(verdict=Verdict.PROVISIONAL)


def set_aside(session: Session) -> RecordQuerySet:
    """The records that do not count, the first that came first."""
    return _of_kiosks(session).filter(verdict__in=ASIDE).select_related("payload").order_by("index")


def in_words(session: Session, rows: list[Record]) -> list[Aside]:
    """What a page shows of these. One query."""
    labels = dict(session.devices.values_list("dev", "label"))
    return [_in_words(one, labels.get(one.dev, one.dev[:8])) for one in rows]


def _in_words(record: Record, device: str) -> Aside:
    waits = record.verdict == Verdict.PROVISIONAL
    return Aside(
        id=record.id,
        device=device,
        number=record.seq,
        kind=KINDS[record.type],
        reason=REASONS.get(record.reason, OTHERWISE),
        waits=waits,
        may_come_in=waits or record.reason == REFUSED,
        words=_words(record) if waits else "",
    )


def _words(record: Record) -> str:
    """Of an idea its title, of a comment its text; whoever has a device's key can have written anything."""
    try:
        told = json.loads(bytes(record.payload.body))
        words = told["title"] if record.type == IDEA else told["body"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return " ".join(words.split())[:LONGEST_WORDS] if isinstance(words, str) else ""


def _of_kiosks(session: Session) -> RecordQuerySet:
    return _beside_ballots(Record.objects.in_session(session.ref))


def _beside_ballots(rows: RecordQuerySet) -> RecordQuerySet:
    return rows.brought_by_devices().filter(type__in=KINDS)
