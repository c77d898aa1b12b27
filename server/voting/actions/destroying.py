"""What is kept for contests is destroyed at its date. The published files stay, and all that is in them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from server.ledger.recovery import require_in_order
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.telling import Tell, silent
from server.voting import boxkeys
from server.voting.models import (
    Assistance,
    Box,
    Challenge,
    Envelope,
    Matching,
    MatchQuestion,
    Objection,
    Proxy,
    Roll,
    RollCorrection,
    RollEntry,
    RollVersion,
    SampleLetter,
    UnlockCard,
    VersionLines,
    WalkIn,
)
from server.voting.refusals import AlreadyDestroyed, KeptLonger, NotDueYet, NotLonger
from server.voting.signals import box_destroying

from .freezing import locked_box, log_transition, require_state
from .untying import empty_beside

if TYPE_CHECKING:
    from server.accounts.models import User

LONGEST_KEPT = dt.timedelta(days=5 * 366)


@transaction.atomic
def destroy_remains(*, box: Box, tell: Tell = silent) -> Box:
    """Keys, sealed ballots, images of sheets, printed serials, and the people of the roll if no other vote needs them.

    ``tell`` hears of the files, which take the time; they go before the rows that name them: interrupted, it is done
    again and finds less. Raises WrongState, NotDueYet, Recovering.
    """
    require_in_order()
    box = locked_box(box)
    if box.destroyed_at:
        return box
    require_state(box, Box.State.CERTIFIED)
    if box.destroy_on is None or box.destroy_on > timezone.localdate():
        raise NotDueYet(details={"on": str(box.destroy_on)})
    if box.objections.filter(state=Objection.State.OPEN).exists():
        raise NotDueYet
    counts = {"sealed_ballots": _erase_sealed(box), "people": _erase_people(box)}
    sessions = _sessions_done_with(box)
    nobody = Concat(Value("#"), Cast("pk", CharField()))  # how many were helped stays
    Assistance.objects.filter(session__in=sessions).update(name="", helper=nobody)
    answers: list[tuple[Any, Any]] = box_destroying.send(sender=Box, box=box, sessions=sessions, tell=tell)
    for _receiver, told in answers:
        counts |= told
    box.objections.update(from_whom="", matter="", decision="")  # how many there were, and how they ended, stays
    box.presence_marks.update(restored_note="")  # a note of the desk may name somebody
    UnlockCard.objects.filter(session__in=sessions).update(key=b"")  # what desks wrote down opens no more
    boxkeys.destroy_keys(box)
    box.destroyed_at = timezone.now()
    box.save(update_fields=["destroyed_at"])
    log_transition(box, "box.destroyed", counts)
    note_act("box.destroyed", by=None, space=box.space, subject=box, facts=counts)
    return box


def _erase_sealed(box: Box) -> int:
    """The bodies; their commitments stay in the log, which remains whole."""
    kept, _by_model = box.sealed_ballots.all().delete()
    return kept + empty_beside(box)


def _others(box: Box, boxes: Q) -> bool:
    """Whether another box keeps something, a draft as well: it will want the roll."""
    return Box.objects.filter(boxes, destroyed_at=None).exclude(pk=box.pk).exists()


def _erase_people(box: Box) -> int:
    """Every line stays, without a name: how many there were is published."""
    roll = box.roll
    if roll is None or roll.destroyed_at or _others(box, Q(roll=roll)):
        return 0
    count = RollEntry.objects.filter(roll=roll).update(
        number=Concat(Value("#"), Cast("pk", CharField())),
        family_name="",
        given_name="",
        birth_date=None,
        address="",
        email="",
        account=None,
    )
    VersionLines.objects.filter(version__roll=roll).delete()
    # Without the salt nobody can try names against what the log says of the roll.
    RollVersion.objects.filter(roll=roll).update(salt=b"", reason="", entry=None)
    RollCorrection.objects.filter(roll=roll).delete()
    Matching.objects.filter(entry__roll=roll).delete()
    MatchQuestion.objects.filter(roll=roll).delete()
    WalkIn.objects.filter(roll=roll).update(**WalkIn.NAMELESS)
    Challenge.objects.filter(mark__box__roll=roll).update(reason="")
    SampleLetter.objects.filter(mark__box__roll=roll).update(note="")
    Envelope.objects.filter(box__roll=roll).update(note="")
    Proxy.objects.filter(box__roll=roll).update(shown="", reason="")
    Roll.objects.filter(pk=roll.pk).update(destroyed_at=timezone.now())
    return count


def _sessions_done_with(box: Box) -> list[Session]:
    return [session for session in box.sessions.all() if not _others(box, Q(sessions=session))]


@transaction.atomic
def keep_longer(*, box: Box, until: dt.date, reason: str, by: User) -> Box:
    """A contest goes on: keep everything until this day. Said on the public page; the reason is in the office's log.

    Raises AlreadyDestroyed, NotLonger, KeptLonger (five years are the most), WrongState.
    """
    box = locked_box(box)
    if box.destroyed_at:
        raise AlreadyDestroyed
    require_state(box, Box.State.CERTIFIED)
    assert box.destroy_on is not None
    if until <= box.destroy_on:
        raise NotLonger(details={"on": str(box.destroy_on)})
    if until > timezone.localdate() + LONGEST_KEPT:
        raise KeptLonger
    facts = {"until": until.isoformat(), "reason": reason}
    box.kept_until = until
    box.save(update_fields=["kept_until"])
    log_transition(box, "box.kept_longer", body=json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
    note_act("box.kept_longer", by=by, space=box.space, subject=box, facts=facts)
    return box
