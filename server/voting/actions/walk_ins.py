"""Somebody comes who is not on the roll: votes at once, and counts if the office says so (P7, §9 of the protocol).

The pass is handed over like any other, but the register keeps which one it was until the decision. Taken onto the roll,
the person is marked like everybody and the tie is deleted: the pass is one of many. Refused, the tie becomes a mark of
the pass alone: a ballot of it is taken out at reconciliation, still sealed. Neither the log nor the box ever names it.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.desk_search import boxes_by_person
from server.voting.models import Pass, Roll, RollEntry, RollVersion, WalkIn, WalkInPass
from server.voting.refusals import PassSpent, PassVoid, ReasonMissing, TestRight
from server.voting.refusals_desk import AlreadyAsked, AlreadyDecided, PassProvisional
from server.voting.rights import find_pass, find_pass_by_use
from server.voting.two_persons import session_takes_two
from server.web.refusals import Refusal

from .correcting import Correction, apply_correction, require_possible
from .desk import BROUGHT, UNTIL_RECONCILED, WHILE_OPEN, _note, _sent, locked_session, log, mark_used_in_person
from .roll_versions import LINE, locked_roll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.accounts.models import User

State = WalkIn.State
ABOUT = ("family_name", "given_name", "birth_date", "address", "shown", "reason")


@transaction.atomic
def enter_walk_in(
    *, session: Session, roll: Roll, about: Mapping[str, Any], code_text: str, by: User, token: str = ""
) -> WalkIn:
    """Write the person down, with the pass that is handed over. Whether the ballot counts is decided later.

    about: ``ABOUT``. Raises PassUnknown, PassSpent, PassVoid, PassProvisional, TestRight, SessionNotOpen.
    """
    session = locked_session(session, states=WHILE_OPEN)
    sent = _sent("walk_in", session, token)
    if sent.outcome:
        return WalkIn.objects.get(pk=sent.outcome)
    held = find_pass(session, code_text)
    _require_free(held)
    walk_in = _entered(session, roll, about, held)
    _note(sent, walk_in.pk)
    return walk_in


@transaction.atomic
def enter_brought(*, session: Session, roll: Roll, about: Mapping[str, Any], use: str) -> tuple[WalkIn, str]:
    """The same, as a desk without network did it; and the code of why the pass could not be tied, or "".

    The person was let in, so that people decide in any case. Raises SessionNotOpen (it is reconciled).
    """
    session = locked_session(session, states=BROUGHT)
    try:
        held = find_pass_by_use(session, use)
        _require_free(held)
    except Refusal as refusal:
        return _entered(session, roll, about, None), refusal.code
    return _entered(session, roll, about, held), ""


def _require_free(held: Pass) -> None:
    if held.is_test:
        raise TestRight
    if held.is_exchanged:
        raise PassSpent
    if held.is_void or held.is_refused:
        raise PassVoid
    if WalkInPass.objects.filter(held=held).exists():
        raise PassProvisional


def _entered(session: Session, roll: Roll, about: Mapping[str, Any], held: Pass | None) -> WalkIn:
    walk_in = WalkIn.objects.create(session=session, roll=roll, **{name: about[name] for name in ABOUT})
    if held is not None:
        WalkInPass.objects.create(walk_in=walk_in, held=held)
    log(session, "right.provisional", "")
    return walk_in


@transaction.atomic
def decide_walk_in(
    *, walk_in: WalkIn, is_accepted: bool, reason: str, by: User, entry: RollEntry | None = None
) -> Approval | WalkIn:
    """Take the person onto the roll, or refuse; where two persons are needed, have it wait for the second.

    entry: the line that this person turns out to have. What is decided is final: nothing joins person and pass any
    more. Raises ReasonMissing, AlreadyDecided, AlreadyAsked, and where accepted RollSettled, UsedInPerson, Struck,
    SessionNotOpen.
    """
    walk_in = _held(walk_in)
    if not walk_in.is_waiting:
        raise AlreadyDecided
    if not reason.strip():
        raise ReasonMissing
    if walk_in.asked:
        raise AlreadyAsked
    walk_in.asked = State.ACCEPTED if is_accepted else State.REFUSED
    walk_in.asked_entry = entry if is_accepted else None
    walk_in.decided_reason = " ".join(reason.split())[:400]
    if not session_takes_two(walk_in.session):
        return _decide(walk_in, by=by, agreed_by=None)
    walk_in.save(update_fields=["asked", "asked_entry", "decided_reason"])
    return ask(kind="walkin.decide", key=str(walk_in.pk), space=walk_in.session.meeting.space, by=by)


def _held(walk_in: WalkIn) -> WalkIn:
    """As it stands, held; first its roll with the boxes, then its session: everyone takes locks in this order."""
    locked_roll(walk_in.roll)
    session = locked_session(walk_in.session, states=UNTIL_RECONCILED)
    held = WalkIn.objects.select_for_update(of=("self",), no_key=True).select_related("roll__space", "asked_entry")
    walk_in = held.get(pk=walk_in.pk)
    walk_in.session = session
    return walk_in


def _decide(walk_in: WalkIn, *, by: User | None, agreed_by: User | None) -> WalkIn:
    """The tie to the pass is deleted in both cases."""
    session = walk_in.session
    if walk_in.asked == State.ACCEPTED:
        walk_in.entry = walk_in.asked_entry or _taken_on(walk_in, by=by, agreed_by=agreed_by)
        for box in boxes_by_person(session, walk_in.roll_id):
            mark_used_in_person(box=box, entry=walk_in.entry, session=session, by=by, is_keyed_in=True)
    else:
        Pass.objects.filter(walk_in_pass__walk_in=walk_in).update(is_refused=True)
        log(session, "right.refused", "", actor="organiser")
    WalkInPass.objects.filter(walk_in=walk_in).delete()
    walk_in.state, walk_in.asked, walk_in.asked_entry = State(walk_in.asked), "", None
    walk_in.decided_by, walk_in.agreed_by = by, agreed_by
    walk_in.save()
    facts = {"outcome": str(walk_in.state)}
    note_act("walkin.decided", by=by, space=session.meeting.space, subject=session, facts=facts)
    return walk_in


def _taken_on(walk_in: WalkIn, *, by: User | None, agreed_by: User | None) -> RollEntry:
    """A new line of the roll, as a correction of it: a version that the log hears of."""
    roll = walk_in.roll
    line = {name: getattr(walk_in, name, "") for name in LINE} | {"number": _free_number(roll)}
    correction = Correction(roll, RollVersion.Kind.ADDED, walk_in.decided_reason, line=line)
    require_possible(roll, correction)
    version = apply_correction(roll, correction, by=by, agreed_by=agreed_by)
    assert version.entry is not None
    return version.entry


def _free_number(roll: Roll) -> str:
    taken = set(roll.entries.filter(number__startswith="W").values_list("number", flat=True))
    return next(number for number in (f"W{n}" for n in count(1)) if number not in taken)


def _asked(approval: Approval) -> WalkIn:
    found = WalkIn.objects.select_related("session__meeting__space", "roll__space", "asked_entry")
    return found.get(pk=approval.key)


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """What the second person reads before agreeing."""
    one = _asked(approval)
    labels = {field.name: field.verbose_name for field in WalkIn._meta.fields}
    lines: list[tuple[Any, Any]] = [(labels[name], getattr(one, name)) for name in ABOUT if getattr(one, name)]
    lines.append((_("Decision"), State(one.asked).label if one.asked else ""))
    if one.asked_entry:
        lines.append((_("Is the person on the roll"), f"{one.asked_entry} · {one.asked_entry.number}"))
    return [*lines, (_("Reason of the decision"), one.decided_reason)]


def _drop(approval: Approval) -> None:
    WalkIn.objects.filter(pk=approval.key).update(asked="", asked_entry=None, decided_reason="")


def _back(approval: Approval) -> str:
    return reverse("office_voting:desk_lists", args=[_asked(approval).session.ref])


@takes_two("walkin.decide", title=_("Decide about somebody not on the roll"), told=_told, address=_back, drop=_drop)
def _agreed(approval: Approval, by: User) -> str:
    walk_in = _held(_asked(approval))
    if not walk_in.is_waiting or not walk_in.asked:
        raise AlreadyDecided
    _decide(walk_in, by=approval.asked_by, agreed_by=by)
    return _back(approval)
