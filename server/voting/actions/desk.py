"""What the desk of a session does: rights used in person, passes and sheets that change hands.

No record joins a person to a pass, nor a pass to a sheet. A deed that is refused the second time (a right marked twice,
a pass handed in twice) is refused on purpose: the officer must not hand over a second pass or sheet. A form sent twice
by an impatient finger carries the same ``token`` and gets the first answer again.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.ledger.actions import append
from server.ledger.models import Record
from server.ledger.recovery import require_in_order
from server.meetings.models import Session
from server.voting.balance_facts import handed_over
from server.voting.boxkeys import pseudonym
from server.voting.desk_reasons import GIVEN_BACK, LOST, RETURNED
from server.voting.models import Box, Pass, PresenceMark, Proxy, RollEntry, SentForm, WalkIn, WalkInPass
from server.voting.pace import note_pace
from server.voting.refusals import (
    NotOnTheRoll,
    PassSpent,
    PassVoid,
    SessionNotOpen,
    SheetRead,
    SheetSpoiled,
    Struck,
    UsedInPerson,
)
from server.voting.refusals_desk import NoneHandedOver, PassProvisional, PassUsed
from server.voting.refusals_post import VotedByPost
from server.voting.refusals_proxies import ProxyGiven
from server.voting.rights import find_pass, find_sheet
from server.voting.voices import silence

from .online import require_not_voted_online, require_pass_not_used_online

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.paper.models import Sheet

WHILE_OPEN = (Session.State.OPEN,)
# Lists kept on paper are keyed in after the hall closed; a sheet may be found spoiled when the box is emptied.
UNTIL_RECONCILED = (Session.State.OPEN, Session.State.PAUSED, Session.State.CLOSED)
# What a desk without network did has happened, whatever the server had heard of the hall by then.
BROUGHT = (Session.State.PREPARED, *UNTIL_RECONCILED)


def locked_session(session: Session, *, states: tuple[str, ...]) -> Session:
    """The session as it stands, held. Raises SessionNotOpen unless it is in one of these states; Recovering."""
    if states != BROUGHT:
        require_in_order()  # who was marked since the backup is not known here
    session = (
        Session.objects.select_for_update(of=("self",), no_key=True).select_related("meeting__space").get(pk=session.pk)
    )
    if session.state not in states:
        raise SessionNotOpen(details={"state": session.state})
    return session


def log(
    session: Session,
    type_: str,
    subject: str,
    *,
    facts: dict | None = None,
    definition: str = "",
    actor: str = "desk",
) -> Record:
    return append(
        type=type_,
        definition=definition,
        space=session.meeting.space.slug,
        session=session.ref,
        actor=actor,
        subject=subject,
        body=json.dumps(facts or {}).encode(),
    )


def _sent(deed: str, session: Session, token: str) -> SentForm:
    """The note that this form was sent; without a token one that stands alone. The session is locked."""
    if not token:
        return SentForm()
    name = hashlib.sha256("\n".join((deed, session.ref, token)).encode()).hexdigest()
    return SentForm.objects.get_or_create(token=name)[0]


def _note(sent: SentForm, outcome: object) -> None:
    if sent.pk:
        SentForm.objects.filter(pk=sent.pk).update(outcome=str(outcome))


@transaction.atomic
def mark_used_in_person(
    *,
    box: Box,
    entry: RollEntry,
    session: Session,
    by: User | None,
    token: str = "",
    is_keyed_in: bool = False,
    is_brought: bool = False,
    way: str = PresenceMark.Way.HALL,
) -> PresenceMark:
    """The person of this entry is here and votes in the hall: online ballots of the entry no longer count (P1, P2).

    is_keyed_in: from a paper list, after the hall closed: an envelope of this person that is still shut gives way.
    is_brought: the same, by a desk without network, at any time. way: ``use_proxy`` says that the proxy came. by: None
    where a program replays an evening (it has no rhythm), or a card belongs to nobody.
    Raises UsedInPerson, VotedOnline, VotedByPost, ProxyGiven, NotOnTheRoll, Struck, SessionNotOpen.
    """
    is_keyed_in |= is_brought
    states = BROUGHT if is_brought else UNTIL_RECONCILED if is_keyed_in else WHILE_OPEN
    session = locked_session(session, states=states)
    held = session.boxes.filter(pk=box.pk, roll_id=entry.roll_id, regime=Box.Regime.PERSON).first()
    if held is None:
        raise NotOnTheRoll
    if RollEntry.objects.exclude(struck_at=None).filter(pk=entry.pk).exists():
        raise Struck
    if not is_keyed_in:  # what a list on paper says has happened
        require_not_voted_online(held, entry)
    sent = _sent("mark", session, token)
    if sent.outcome:
        return PresenceMark.objects.get(pk=sent.outcome)
    _require_not_posted(held, entry, by=by, is_keyed_in=is_keyed_in)
    if way != PresenceMark.Way.PROXY and Proxy.objects.unused().filter(box=held, giver=entry).exists():
        raise ProxyGiven
    try:
        with transaction.atomic():
            mark = PresenceMark.objects.create(way=way, session=session, box=held, entry=entry)
    except IntegrityError as error:
        raise UsedInPerson from error
    log(session, "right.used", pseudonym(held, entry), definition=held.definition_hash)
    _note(sent, mark.pk)
    if by is not None and not is_keyed_in:  # a list on paper is keyed in fast
        note_pace(session, by, entry.pk)
    return mark


def _require_not_posted(box: Box, entry: RollEntry, *, by: User | None, is_keyed_in: bool) -> None:
    from .posting import give_way

    posted = PresenceMark.objects.filter(box=box, entry=entry, way=PresenceMark.Way.POST, is_restored=False).first()
    if posted is not None and not (is_keyed_in and give_way(posted, by=by)):
        raise VotedByPost


def make_void(session: Session, found: Pass, *, reason: str, code_text: str = "") -> None:
    """The session and the pass are held. Raises PassSpent, PassVoid.

    Whoever gave it back votes online, and for one that was lost there is another: what was endorsed with it counts no
    more, where its code was shown. Of one that is brought back at the exit the hand-over stands, and what was said.
    """
    if found.is_exchanged:
        raise PassSpent
    if found.is_void:
        raise PassVoid
    found.is_void = True
    found.save(update_fields=["is_void"])
    if _withdraw_walk_in(found) and reason == RETURNED:
        reason = GIVEN_BACK  # nobody holds a right by it any more
    log(session, "pass.void", f"use:{found.use_value}", facts={"reason": reason})
    if code_text and reason in (GIVEN_BACK, LOST):
        silence(session, code_text)


def _withdraw_walk_in(held: Pass) -> bool:
    """Of somebody who is not on the roll: without the pass nothing is left to decide. Whether there was somebody."""
    withdrawn = WalkIn.objects.filter(held__held=held).update(state=WalkIn.State.WITHDRAWN, asked="")
    WalkInPass.objects.filter(held=held).delete()
    return withdrawn > 0


@transaction.atomic
def void_pass(*, session: Session, code_text: str, reason: str, by: User) -> Pass:
    """A pass shall not count. reason: of ``desk_reasons``. Raises PassUnknown, PassSpent, SessionNotOpen.

    A pass that is void already stays void; one that was lost and turns up is noted as returned.
    """
    session = locked_session(session, states=UNTIL_RECONCILED)
    found = find_pass(session, code_text)
    if not found.is_void:
        make_void(session, found, reason=reason, code_text=code_text)
    elif reason == RETURNED and _why_void(session, found) == LOST:
        log(session, "pass.void", f"use:{found.use_value}", facts={"reason": reason})
    return found


def _why_void(session: Session, found: Pass) -> str:
    said = Record.objects.in_session(session.ref).filter(type="pass.void", payload__subject=f"use:{found.use_value}")
    body = said.order_by("index").values_list("payload__body", flat=True).last()
    return json.loads(bytes(body))["reason"] if body else ""


@transaction.atomic
def hand_over_pass(*, session: Session, by: User, token: str = "") -> None:
    """By pass: one pass was handed over, nobody notes which. The accounts hold this number against the stacks (P11).

    Raises SessionNotOpen.
    """
    _count_pass(session, by, "pass.issued", token)


@transaction.atomic
def take_back_hand_over(*, session: Session, by: User, token: str = "") -> None:
    """One too many was pressed: no pass left the stack for it. Raises NoneHandedOver, SessionNotOpen."""
    _count_pass(session, by, "pass.unissued", token)


def _count_pass(session: Session, by: User, type_: str, token: str) -> None:
    session = locked_session(session, states=WHILE_OPEN)
    sent = _sent(type_, session, token)
    if sent.outcome:
        return
    if type_ == "pass.unissued" and not handed_over(session):
        raise NoneHandedOver
    said = log(session, type_, "")
    _note(sent, type_)
    if type_ == "pass.issued":
        note_pace(session, by, said.pk)  # nothing tells these people apart: each press is one more


@transaction.atomic
def replace_lost_pass(*, session: Session, by: User, code_text: str = "", token: str = "") -> Pass | None:
    """A pass was lost in the hall, and the next one of the stack is handed over for it: counted as *replaced*.

    With its code (a photo, a note) the lost one is void first, and no ballot of it counts. Without it nothing can be
    void: whoever finds it may vote with it, and the accounts say of how many that is true.
    Raises PassUnknown, PassUsed (a ballot of it is here), PassSpent, PassVoid, PassProvisional (the next one would not
    be provisional), SessionNotOpen.
    """
    session = locked_session(session, states=WHILE_OPEN)
    sent = _sent("lost", session, token)
    if sent.outcome:
        return None
    found = find_pass(session, code_text) if code_text.strip() else None
    if found is not None:
        if WalkInPass.objects.filter(held=found).exists():
            raise PassProvisional
        require_unused(found)
        make_void(session, found, reason=LOST, code_text=code_text)
    subject = f"use:{found.use_value}" if found else ""
    log(session, "pass.replaced", subject, facts={"void": found is not None})
    _note(sent, "replaced")
    return found


def require_unused(found: Pass) -> None:
    """Whether a ballot of it is here already; not which, nor what it says. Raises PassUsed."""
    if Record.objects.to_settle().filter(payload__subject=f"use:{found.use_value}").exists():
        raise PassUsed


@transaction.atomic
def exchange_pass(*, session: Session, code_text: str, by: User, token: str = "") -> Pass:
    """Take a pass in for a blank sheet: its ballots at kiosks and online no longer count (P4).

    It may have been spent at a kiosk that has not told us yet; the paper stands all the same.
    Raises PassUnknown, PassSpent, PassVoid, PassProvisional, VotedOnline, SessionNotOpen.
    """
    session = locked_session(session, states=WHILE_OPEN)
    found = find_pass(session, code_text)
    sent = _sent("exchange", session, token)
    if sent.outcome == str(found.pk):
        return found
    if found.is_exchanged:
        raise PassSpent
    if found.is_void or found.is_refused:
        raise PassVoid
    if WalkInPass.objects.filter(held=found).exists():
        raise PassProvisional
    require_pass_not_used_online(session, found.use_value)
    found.is_exchanged = True
    found.save(update_fields=["is_exchanged"])
    log(session, "pass.exchanged", f"use:{found.use_value}")
    _note(sent, found.pk)
    return found


@transaction.atomic
def spoil_sheet(*, session: Session, serial_text: str, is_replaced: bool, by: User, token: str = "") -> Sheet:
    """Declare a sheet spoiled; with ``is_replaced`` another one was handed out for it.

    Raises SheetUnknown, SheetSpoiled (already), SheetRead (it was read as a ballot), SessionNotOpen.
    """
    # The boxes first: whoever reads a batch of sheets holds their box, and takes sheet after sheet.
    list(Box.objects.select_for_update(of=("self",), no_key=True).filter(sessions=session).order_by("pk"))
    session = locked_session(session, states=UNTIL_RECONCILED)
    sheet = find_sheet(session, serial_text)
    sent = _sent("spoil", session, token)
    if sent.outcome == str(sheet.pk):
        return sheet
    if sheet.is_spoiled:
        raise SheetSpoiled
    if sheet.ballot:
        raise SheetRead
    sheet.is_spoiled = True
    sheet.save(update_fields=["is_spoiled"])
    definition = sheet.run.box.definition_hash
    log(session, "sheet.spoiled", f"sheet:{sheet.use_value}", facts={"replaced": is_replaced}, definition=definition)
    _note(sent, sheet.pk)
    return sheet
