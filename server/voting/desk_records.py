"""What desks without network bring, applied by the same functions as at the desk online (``docs/protocol.md`` §5).

    desk.marked   subject: the person's pseudonym in the roll's first box; {"roll", "number"}
    desk.undone   the same subject; {"roll", "number", "reason", "note", "use", "second"}: second is a note of its own,
                  {"subject"}, sealed to a second card that was shown, or ""
    desk.walk_in  no subject; {"roll", "use", "family_name", "given_name", "birth_date", "address", "shown", "reason"}

Each body is a note sealed to the card that opened the station (``unlocking``): so whoever steals a locked tablet learns
nothing, and nobody without a card writes such a deed. It is a report of what happened in a hall: nothing of it is
refused. What cannot be done by itself is a row for people (``DeskDeed``), with the reason.

Each has a transaction of its own: it holds a line of the roll and then the log, as the desk online does, and must not
hold the log of the deed before it, or a row that another record changed, while it waits for that line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from server.ledger.applying import Bell, CannotApply, applies
from server.ledger.models import Payload, Record
from server.meetings.models import Session
from server.processes.access import works_at
from server.processes.models import SpaceRole
from server.web.refusals import Refusal

from .actions.challenges import note_challenge
from .actions.desk import mark_used_in_person
from .actions.giving_back import restore_brought
from .actions.untying import EMPTY
from .actions.walk_ins import ABOUT, enter_brought
from .boxkeys import pseudonym
from .desk_search import boxes_by_person
from .models import Box, DeskDeed, PresenceMark, Roll, RollEntry, UnlockCard, WalkIn
from .refusals import UsedInPerson
from .refusals_post import VotedByPost
from .unlocking import CannotOpen, open_note

if TYPE_CHECKING:
    from server.accounts.models import User

Kind, Outcome, Remark = DeskDeed.Kind, DeskDeed.Outcome, DeskDeed.Remark
REVOKED = "device_revoked"


@dataclass
class Deed:
    """A deed as it was brought, opened."""

    record: Record
    session: Session
    card: UnlockCard
    facts: dict[str, Any]
    entry: RollEntry | None = None
    boxes: list[Box] = field(default_factory=list)

    @property
    def by(self) -> User | None:
        return self.card.officer

    def text(self, name: str) -> str:
        said = self.facts.get(name, "")
        if not isinstance(said, str):
            raise CannotApply
        return said

    @property
    def remark(self) -> str:
        """What people should know, though it was done (P10)."""
        meeting = self.session.meeting
        if self.card.voided_at is not None:
            return Remark.VOID
        if self.by is not None and not works_at(self.by, meeting.space, meeting.pk, SpaceRole.Role.DESK):
            return Remark.OFF_DUTY
        return ""


Do = Callable[[Deed], tuple[str, str]]


def _applied(record: Record, body: bytes, do: Do, *, names_person: bool) -> Bell | None:
    """Do it once, and note how it went. Raises CannotApply for what no desk of ours wrote."""
    if DeskDeed.objects.filter(record=record.id).exists():
        return None
    deed = _opened(record, body)
    if names_person:
        _find_person(deed)
    is_revoked = deed.session.devices.filter(dev=record.dev, status="revoked").exists()
    outcome, reason = (str(Outcome.NOTE), REVOKED) if is_revoked else do(deed)
    DeskDeed.objects.create(
        record=record.id,
        session=deed.session,
        dev=record.dev,
        card=deed.card,
        kind=record.type,
        entry=deed.entry,
        outcome=outcome,
        reason=reason,
        remark=deed.remark,
    )
    return deed.session.meeting.space_id, "turnout"


def _opened(record: Record, body: bytes) -> Deed:
    session = Session.objects.select_related("meeting__space").get(ref=record.session_ref)
    try:
        said = json.loads(body)
        card = session.unlock_cards.select_related("officer").get(card=said["card"])
    except (ValueError, KeyError, TypeError, RecursionError, UnlockCard.DoesNotExist) as error:
        raise CannotApply("card_unknown") from error
    return Deed(record, session, card, _note(said, card, record.type, record))


def _note(said: Any, card: UnlockCard, type_: str, record: Record) -> dict[str, Any]:
    try:
        return open_note(said, bytes(card.key), type_=type_, session=record.session_ref, dev=record.dev)
    except CannotOpen as error:
        raise CannotApply("card_unknown") from error


def _find_person(deed: Deed) -> None:
    """The line of the roll that the note names, which must be the one that the record commits to."""
    roll, record = deed.facts.get("roll"), deed.record
    if not isinstance(roll, int):
        raise CannotApply
    deed.boxes = list(boxes_by_person(deed.session, roll))
    deed.entry = RollEntry.objects.filter(roll_id=roll, number=deed.text("number")).first() if deed.boxes else None
    if deed.entry is None or record.definition != deed.boxes[0].definition_hash:
        raise CannotApply("context")
    if pseudonym(deed.boxes[0], deed.entry) != record.payload.subject:
        raise CannotApply("context")


@applies(Kind.MARKED, writes=None, alone=True)
def mark(record: Record, body: bytes) -> Bell | None:
    """Somebody was here and got a pass: marked in every box of the roll at this session, as at the desk online."""
    return _applied(record, body, _mark, names_person=True)


def _mark(deed: Deed) -> tuple[str, str]:
    assert deed.entry is not None
    about: dict[str, Any] = {"session": deed.session, "entry": deed.entry, "by": deed.by, "is_brought": True}
    try:
        with transaction.atomic():
            for box in deed.boxes:
                mark_used_in_person(box=box, token=f"{deed.record.id} {box.pk}", **about)
    except (UsedInPerson, VotedByPost) as used:
        return _note_twice(about, used)
    except Refusal as refusal:
        return Outcome.NOTE, refusal.code
    return Outcome.DONE, ""


def _note_twice(about: dict[str, Any], used: Refusal) -> tuple[str, str]:
    """Two desks that could not know of each other: both are kept, and people decide (``decisions/0021``)."""
    try:
        with transaction.atomic():
            note_challenge(**about)
    except Refusal as refusal:
        return Outcome.NOTE, refusal.code
    return Outcome.TWICE, used.code


@applies(Kind.UNDONE, writes=None, alone=True)
def undo(record: Record, body: bytes) -> Bell | None:
    """A pass came back before it was used. What lies beside the record named it: that is emptied."""
    bell = _applied(record, body, _undo, names_person=True) if body else None
    _empty(record)
    return bell


def _undo(deed: Deed) -> tuple[str, str]:
    mark = PresenceMark.objects.in_hall().filter(
        session=deed.session, box=deed.boxes[0], entry=deed.entry, is_restored=False
    )
    found = mark.first()
    if found is None:
        return Outcome.NOTE, "mark_restored"
    second = _second(deed)
    try:
        with transaction.atomic():
            restore_brought(
                mark=found,
                use=deed.text("use"),
                reason=deed.text("reason"),
                note=deed.text("note"),
                by=deed.by,
                second=second.officer if second else None,
                is_seconded=second is not None,
            )
    except Refusal as refusal:
        return Outcome.NOTE, refusal.code
    return Outcome.DONE, ""


def _second(deed: Deed) -> UnlockCard | None:
    """The other card that was shown at the desk, if one was."""
    said = deed.facts.get("second")
    if not isinstance(said, dict) or said.get("card") == deed.card.card:
        return None
    card = deed.session.unlock_cards.select_related("officer").filter(card=str(said.get("card"))).first()
    if card is None:
        return None
    seen = _note(said, card, "desk.second", deed.record)
    return card if seen.get("subject") == deed.record.payload.subject else None


@applies(Kind.WALK_IN, writes=None, alone=True)
def enter(record: Record, body: bytes) -> Bell | None:
    """Somebody on no roll got a pass: people decide. What lies beside the record named both: that is emptied."""
    bell = _applied(record, body, _enter, names_person=False) if body else None
    _empty(record)
    return bell


def _enter(deed: Deed) -> tuple[str, str]:
    roll = Roll.objects.filter(boxes__sessions=deed.session, pk=_whole(deed.facts.get("roll"))).first()
    if roll is None:
        raise CannotApply("context")
    about: dict[str, Any] = {name: deed.text(name) for name in ABOUT}
    for name in ABOUT:
        most = getattr(WalkIn._meta.get_field(name), "max_length", None)
        about[name] = about[name][:most]
    try:
        about["birth_date"] = date.fromisoformat(about["birth_date"]) if about["birth_date"] else None
    except ValueError as error:
        raise CannotApply from error
    try:
        _walk_in, reason = enter_brought(session=deed.session, roll=roll, about=about, use=deed.text("use"))
    except Refusal as refusal:
        return Outcome.NOTE, refusal.code
    return (Outcome.NOTE if reason else Outcome.DONE), reason


def _whole(said: Any) -> int:
    if not isinstance(said, int):
        raise CannotApply
    return said


def _empty(record: Record) -> None:
    Payload.objects.filter(record=record).update(**EMPTY)
