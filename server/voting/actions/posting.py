"""Sheets sent home: an envelope is judged by its code, the sheet inside is any sheet of the stack.

An accepted envelope uses the right, like a mark of the desk: whoever is marked cannot post, whoever posted cannot be
marked, and an online ballot of the entry is taken out at reconciliation. No row and no record joins an envelope to a
sheet. Until it is opened an envelope can be taken back out; once its sheet is mixed with others nobody can find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.boxkeys import pseudonym
from server.voting.definitions import Definition
from server.voting.models import Box, Envelope, PresenceMark, RollEntry
from server.voting.post import may_open
from server.voting.refusals import BoxNotOpen, LetterMissing, ReasonMissing, Struck, UsedInPerson
from server.voting.refusals_desk import AlreadyAsked
from server.voting.refusals_post import (
    EnvelopeDecided,
    EnvelopeOpened,
    EnvelopesUndecided,
    EnvelopeUnknown,
    EnvelopeVoid,
    NoPost,
    TooEarlyToOpen,
)
from server.voting.two_persons import session_takes_two

from .desk import locked_session, log
from .freezing import locked_box
from .online import require_not_voted_online

if TYPE_CHECKING:
    from server.accounts.models import User

State, Reason, Way = Envelope.State, Envelope.Reason, PresenceMark.Way
TAKES_POST = (Box.State.OPEN, Box.State.CLOSED)
SENDS_POST = (Box.State.FROZEN, Box.State.OPEN)
NOT_RECONCILED = (Session.State.PREPARED, Session.State.OPEN, Session.State.PAUSED, Session.State.CLOSED)


def entries_to_write(box: Box, entries: Iterable[RollEntry] | None = None):
    """Whoever may vote, did not use the right yet, and has no envelope in force; of ``entries`` where given."""
    written = Envelope.objects.in_force().filter(box=box).values("entry")
    used = PresenceMark.objects.filter(box=box, is_restored=False).values("entry")
    rows = RollEntry.objects.with_right().filter(roll=box.roll).exclude(pk__in=written).exclude(pk__in=used)
    return rows if entries is None else rows.filter(pk__in=[entry.pk for entry in entries])


@transaction.atomic
def prepare_envelopes(*, box: Box, session: Session, entries: Iterable[RollEntry] | None = None) -> list[Envelope]:
    """An envelope for each of these people, or for everybody, still without a code: printing draws it.

    The box and the session are held. Raises NoPost, BoxNotOpen (the vote is over).
    """
    if not box.definition or not Definition.of(box).takes_post:
        raise NoPost
    if box.state not in SENDS_POST:
        raise BoxNotOpen(details={"state": box.state})
    people = entries_to_write(box, entries)
    return Envelope.objects.bulk_create(
        [Envelope(box=box, session=session, entry=entry) for entry in people], batch_size=1000
    )


@transaction.atomic
def void_envelope(*, envelope: Envelope, reason: str, by: User) -> Envelope:
    """It was lost or never arrived: its code is accepted no more, and another one may be sent.

    Raises ReasonMissing, LetterMissing (it came back already, or the vote is over).
    """
    if not reason.strip():
        raise ReasonMissing
    envelope = _held(envelope)
    if envelope.state != State.SENT or envelope.box.state not in SENDS_POST:
        raise LetterMissing
    envelope.state, envelope.reason, envelope.note = State.VOID, Reason.LOST, " ".join(reason.split())[:400]
    envelope.decided_by = by
    envelope.save()
    note_act("envelope.voided", by=by, space=envelope.box.space, subject=envelope.box)
    return envelope


@transaction.atomic
def judge_envelope(*, envelope: Envelope, outcome: str, by: User, reason: str = "", note: str = "") -> Envelope:
    """One person at the table: accept, refuse with a reason, or set aside as doubtful for two persons to decide.

    outcome: accepted, refused or received. Said again it changes nothing; what was accepted or refused by mistake is
    set aside as doubtful. Raises BoxNotOpen, EnvelopeVoid, EnvelopeOpened, EnvelopeUnknown, EnvelopeDecided,
    ReasonMissing, and where accepted UsedInPerson, VotedOnline, Struck.
    """
    envelope = _held(envelope)
    _require_back(envelope)
    if envelope.state == outcome:
        return envelope
    is_second_thought = envelope.state in (State.ACCEPTED, State.REFUSED) and outcome == State.RECEIVED
    if envelope.state != State.SENT and not is_second_thought:
        raise EnvelopeDecided
    if outcome not in (State.ACCEPTED, State.REFUSED, State.RECEIVED):
        raise EnvelopeDecided
    _require_reason(outcome, reason, note)
    _become(envelope, outcome, reason=reason, note=note, by=by)
    return envelope


@transaction.atomic
def decide_envelope(
    *, envelope: Envelope, is_accepted: bool, by: User, reason: str = "", note: str = ""
) -> Approval | Envelope:
    """Accept or refuse a doubtful one; where two persons are needed, have it wait for the second.

    Raises EnvelopeDecided, AlreadyAsked, ReasonMissing, BoxNotOpen, and where accepted UsedInPerson, VotedOnline,
    Struck.
    """
    envelope = _held(envelope)
    _require_back(envelope)
    if not envelope.is_waiting:
        raise EnvelopeDecided
    if envelope.asked:
        raise AlreadyAsked
    if not note.strip():
        raise ReasonMissing
    envelope.asked = State.ACCEPTED if is_accepted else State.REFUSED
    envelope.asked_reason = reason if not is_accepted else ""
    envelope.note = " ".join(note.split())[:400]
    _require_reason(envelope.asked, reason, note)
    if not session_takes_two(envelope.session):
        return _decide(envelope, by=by, agreed_by=None)
    if is_accepted:
        _require_unused(envelope)
    envelope.save(update_fields=["asked", "asked_reason", "note"])
    return ask(kind="envelope.decide", key=str(envelope.pk), space=envelope.box.space, by=by)


@transaction.atomic
def open_envelopes(*, box: Box, session: Session, by: User) -> int:
    """The accepted ones are opened, the sheets taken out unread and mixed: how many. Again there are none.

    Raises TooEarlyToOpen (``may_open``), EnvelopesUndecided.
    """
    box = locked_box(box)
    session = locked_session(session, states=NOT_RECONCILED)
    not_reconciled = box.sessions.exclude(state=Session.State.RECONCILED).order_by()
    if not may_open(box, session, not_reconciled.values_list("pk", flat=True)):
        raise TooEarlyToOpen
    envelopes = Envelope.objects.filter(box=box, session=session)
    if envelopes.doubtful().exists():
        raise EnvelopesUndecided(details={"count": envelopes.doubtful().count()})
    count = envelopes.to_open().update(state=State.OPENED)
    if count:
        log(session, "post.opened", "", facts={"envelopes": count}, definition=box.definition_hash, actor="organiser")
        note_act("envelopes.opened", by=by, space=box.space, subject=box, facts={"quantity": count})
    return count


def give_way(mark: PresenceMark, *, by: User | None) -> bool:
    """A list kept on paper says that this person voted in the hall: an envelope that is still shut is refused.

    False where it was opened: its sheet is one of many by now. The session is held.
    """
    found = Envelope.objects.select_for_update(of=("self",), no_key=True).select_related("box", "session", "entry")
    envelope = found.filter(box=mark.box_id, entry=mark.entry_id, state=State.ACCEPTED).first()
    if envelope is None:
        return False
    _become(envelope, State.REFUSED, reason=Reason.IN_PERSON, note="", by=by)
    return True


def _held(envelope: Envelope) -> Envelope:
    """As it stands, held; first its box, then its session: everyone takes locks in this order."""
    box = locked_box(envelope.box)
    session = locked_session(envelope.session, states=NOT_RECONCILED)
    held = Envelope.objects.select_for_update(of=("self",), no_key=True).select_related("entry").get(pk=envelope.pk)
    held.box, held.session = box, session
    return held


def _require_back(envelope: Envelope) -> None:
    """That this envelope may be judged now."""
    if envelope.box.state not in TAKES_POST:
        raise BoxNotOpen(details={"state": envelope.box.state})
    refused = {State.VOID: EnvelopeVoid, State.OPENED: EnvelopeOpened, State.ORDERED: EnvelopeUnknown}
    if envelope.state in refused:
        raise refused[State(envelope.state)]


def _require_reason(outcome: str, reason: str, note: str) -> None:
    if outcome == State.RECEIVED and not note.strip():
        raise ReasonMissing
    if outcome == State.REFUSED and (reason not in Reason.values or (reason == Reason.OTHER and not note.strip())):
        raise ReasonMissing


def _become(envelope: Envelope, outcome: str, *, reason: str, note: str, by: User | None) -> None:
    if envelope.state == State.ACCEPTED:
        _take_back(envelope, by=by)
    if outcome == State.ACCEPTED:
        _use_right(envelope)
    envelope.state, envelope.reason = State(outcome), reason if outcome == State.REFUSED else ""
    envelope.note, envelope.decided_by = " ".join(note.split())[:400], by
    try:
        with transaction.atomic():
            envelope.save()
    except IntegrityError as error:  # refused once, and another one was sent since
        raise EnvelopeVoid from error


def _require_unused(envelope: Envelope) -> None:
    if RollEntry.objects.exclude(struck_at=None).filter(pk=envelope.entry_id).exists():
        raise Struck
    marks = PresenceMark.objects.filter(box=envelope.box, entry=envelope.entry, is_restored=False)
    letters = envelope.entry.letters.filter(letter__batch__box=envelope.box, letter__is_exchanged=True)
    if marks.exists() or letters.exists():
        raise UsedInPerson
    require_not_voted_online(envelope.box, envelope.entry)


def _use_right(envelope: Envelope) -> None:
    _require_unused(envelope)
    try:
        with transaction.atomic():
            PresenceMark.objects.create(way=Way.POST, session=envelope.session, box=envelope.box, entry=envelope.entry)
    except IntegrityError as error:  # somebody was faster at a desk
        raise UsedInPerson from error
    _log(envelope, "right.posted")


def _take_back(envelope: Envelope, *, by: User | None) -> None:
    marks = PresenceMark.objects.filter(box=envelope.box, entry=envelope.entry, way=Way.POST, is_restored=False)
    marks.update(is_restored=True, restored_by=by)
    _log(envelope, "right.post_undone")


def _log(envelope: Envelope, type_: str) -> None:
    box = envelope.box
    log(envelope.session, type_, pseudonym(box, envelope.entry), definition=box.definition_hash)


def _decide(envelope: Envelope, *, by: User | None, agreed_by: User | None) -> Envelope:
    outcome, reason, note = envelope.asked, envelope.asked_reason, envelope.note
    envelope.asked, envelope.asked_reason, envelope.agreed_by = "", "", agreed_by
    _become(envelope, outcome, reason=reason, note=note, by=by)
    facts = {"outcome": str(envelope.state)}
    note_act("envelope.decided", by=by, space=envelope.box.space, subject=envelope.box, facts=facts)
    return envelope


def _asked(approval: Approval) -> Envelope:
    return Envelope.objects.select_related("box__component__space", "session__meeting", "entry").get(pk=approval.key)


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """What the second person reads before agreeing."""
    one = _asked(approval)
    lines: list[tuple[Any, Any]] = [(_("Ballot box"), one.box), (_("Person"), f"{one.entry} · {one.entry.number}")]
    if one.asked:
        lines.append((_("Decision"), State(one.asked).label))
    if one.asked_reason:
        lines.append((_("Reason"), Reason(one.asked_reason).label))
    return [*lines, (_("In a few words"), one.note)]


def _drop(approval: Approval) -> None:
    Envelope.objects.filter(pk=approval.key).update(asked="", asked_reason="")


def _back(approval: Approval) -> str:
    return reverse("office_voting:post", args=[_asked(approval).box.ref])


@takes_two("envelope.decide", title=_("Decide about a doubtful envelope"), told=_told, address=_back, drop=_drop)
def _agreed(approval: Approval, by: User) -> str:
    envelope = _held(_asked(approval))
    _require_back(envelope)
    if not envelope.is_waiting or not envelope.asked:
        raise EnvelopeDecided
    _decide(envelope, by=approval.asked_by, agreed_by=by)
    return _back(approval)
