"""A list kept on paper, or a desk without network, names somebody who is already marked at another desk, or whose
envelope was opened (P3).

Two desks without network cannot know of each other: both handed over a pass, and the second mark is refused when it is
keyed in. Nor can an envelope give way to a list that is keyed in once it is opened. Either is kept as a challenge. The
right stays used once, whatever is decided, and an online ballot of it is taken out. Which ballots came of it nobody can
find: they count, and the accounts say how many passes more than people were handed out (``docs/decisions/0021``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.boxkeys import pseudonym
from server.voting.desk_search import boxes_by_person
from server.voting.models import Challenge, PresenceMark, RollEntry
from server.voting.refusals import ReasonMissing, WrongState
from server.voting.refusals_desk import AlreadyAsked, AlreadyDecided, NotMarkedElsewhere
from server.voting.two_persons import session_takes_two

from .desk import BROUGHT, UNTIL_RECONCILED, locked_session, log, mark_used_in_person

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "challenge.decide"
State = Challenge.State
OUTCOMES = (State.FIRST, State.PAPER, State.MISTAKE)


@transaction.atomic
def note_challenge(*, session: Session, entry: RollEntry, by: User | None, is_brought: bool = False) -> list[Challenge]:
    """Keep what the paper list says of this person, for every box in which the right was used elsewhere, or by post.

    In the session's other boxes the person is marked, as from any list; an envelope that is still shut gives way. Noted
    again it is the same. is_brought: a desk without network marked this person, so that a mark of this very session is
    another desk's. Raises NotMarkedElsewhere, SessionNotOpen, and for the other boxes Struck, ProxyGiven.
    """
    session = locked_session(session, states=BROUGHT if is_brought else UNTIL_RECONCILED)
    boxes = boxes_by_person(session, entry.roll_id)
    held = PresenceMark.objects.select_for_update(of=("self",), no_key=True).select_related("box", "entry")
    marks = list(held.with_envelope().filter(box__in=boxes, entry=entry, is_restored=False))
    elsewhere = [one for one in marks if one.is_final_at(session) or (is_brought and one.way != PresenceMark.Way.POST)]
    if not elsewhere:
        raise NotMarkedElsewhere
    settled = [one.box_id for one in marks if one in elsewhere or one.way != PresenceMark.Way.POST]
    for box in boxes.exclude(pk__in=settled):
        mark_used_in_person(box=box, entry=entry, session=session, by=by, is_keyed_in=True, is_brought=is_brought)
    return [_noted(mark, session, by=by) for mark in sorted(elsewhere, key=lambda one: one.box_id)]


def _noted(mark: PresenceMark, session: Session, *, by: User | None) -> Challenge:
    challenge, is_new = Challenge.objects.get_or_create(mark=mark, session=session, defaults={"noted_by": by})
    if is_new:
        log(session, "right.challenged", pseudonym(mark.box, mark.entry), definition=mark.box.definition_hash)
    return challenge


@transaction.atomic
def decide_challenge(*, challenge: Challenge, outcome: str, reason: str, by: User) -> Approval | Challenge:
    """Say which of the two stands, or that the line was a mistake; where two persons are needed, wait for the second.

    outcome: of ``OUTCOMES``. Raises ReasonMissing, AlreadyDecided, AlreadyAsked, SessionNotOpen (it is reconciled).
    """
    challenge = _held(challenge)
    if not challenge.is_waiting:
        raise AlreadyDecided
    if not reason.strip():
        raise ReasonMissing
    if outcome not in OUTCOMES:
        raise WrongState
    if challenge.asked:
        raise AlreadyAsked
    challenge.asked, challenge.reason = outcome, " ".join(reason.split())[:400]
    if not session_takes_two(challenge.session):
        return _decide(challenge, by=by, agreed_by=None)
    challenge.save(update_fields=["asked", "reason"])
    return ask(kind=KIND, key=str(challenge.pk), space=challenge.session.meeting.space, by=by)


def _held(challenge: Challenge) -> Challenge:
    """As it stands, held, after its session."""
    session = locked_session(challenge.session, states=UNTIL_RECONCILED)
    held = Challenge.objects.select_for_update(of=("self",), no_key=True).select_related("mark__box", "mark__entry")
    challenge = held.get(pk=challenge.pk)
    challenge.session = session
    return challenge


def _decide(challenge: Challenge, *, by: User | None, agreed_by: User | None) -> Challenge:
    challenge.state, challenge.asked = State(challenge.asked), ""
    challenge.decided_by, challenge.agreed_by = by, agreed_by
    challenge.save()
    mark, session, facts = challenge.mark, challenge.session, {"outcome": str(challenge.state)}
    subject, definition = pseudonym(mark.box, mark.entry), mark.box.definition_hash
    log(session, "right.challenge_decided", subject, facts=facts, definition=definition, actor="organiser")
    note_act("challenge.decided", by=by, space=mark.box.space, subject=mark.box, facts=facts)
    return challenge


def _asked(approval: Approval) -> Challenge:
    found = Challenge.objects.select_related(
        "session__meeting__space", "mark__box", "mark__entry", "mark__session__meeting"
    )
    return found.get(pk=approval.key)


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """What the second person reads before agreeing."""
    one = _asked(approval)
    lines: list[tuple[Any, Any]] = [
        (_("Ballot box"), one.mark.box),
        (_("Person"), f"{one.mark.entry} · {one.mark.entry.number}"),
        (_("Marked first at"), f"{one.mark.session.meeting}, {one.mark.session} ({one.mark.get_way_display()})"),
        (_("On the paper list of"), f"{one.session.meeting}, {one.session}"),
    ]
    if one.asked:
        lines.append((_("Decision"), State(one.asked).label))
    return [*lines, (_("Reason of the decision"), one.reason)]


def _drop(approval: Approval) -> None:
    Challenge.objects.filter(pk=approval.key).update(asked="", reason="")


def _back(approval: Approval) -> str:
    return reverse("office_voting:challenges", args=[_asked(approval).mark.box.ref])


@takes_two(KIND, title=_("Decide about somebody marked at two sessions"), told=_told, address=_back, drop=_drop)
def _agreed(approval: Approval, by: User) -> str:
    challenge = _held(_asked(approval))
    if not challenge.is_waiting or not challenge.asked:
        raise AlreadyDecided
    _decide(challenge, by=approval.asked_by, agreed_by=by)
    return _back(approval)
