"""People decide about a ballot that came late, or from a revoked device: it counts like any other, or it does not.

Two persons where the vote wants two: whether one ballot more counts is no smaller matter than a result. Once the box is
reconciled nothing is decided any more (``voting.late``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.ledger.actions import decide, stored_record, verdict_of_people
from server.ledger.models import Record, Verdict
from server.ledger.recovery import require_in_order
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.intake_rules import OVER, judge_ballots
from server.voting.models import Box
from server.voting.refusals import BoxNotOpen, DecisionWaiting, TooLateToOpen, WrongState
from server.voting.two_persons import is_for_two

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

KINDS = {True: "record.accept", False: "record.refuse"}


@transaction.atomic
def decide_record(*, record: Record, is_accepted: bool, by: User) -> Record | Approval:
    """Take a provisional ballot in, or set it aside for good; where two persons are needed it waits for the second.

    Deciding the same again changes nothing. Raises WrongState (nothing to decide), BoxNotOpen, TooLateToOpen (the box
    is reconciled), DecisionWaiting (the contrary waits for its second person).
    """
    box, record = _held(record)
    if (record.verdict, record.reason) == verdict_of_people(is_accepted):
        return record
    _require_open(box, record)
    if box.is_poll or not is_for_two(box):
        return _decide(box, record, is_accepted=is_accepted, by=by)
    if Approval.objects.waiting(KINDS[not is_accepted], keys=[record.id]).exists():
        raise DecisionWaiting
    return ask(kind=KINDS[is_accepted], key=record.id, space=box.space, by=by)


def _held(record: Record) -> tuple[Box, Record]:
    require_in_order()  # what a ballot stands beside may still come
    box = locked_box(Box.objects.get(definition_hash=record.definition))
    return box, Record.objects.select_related("payload").get(pk=record.pk)


def _require_open(box: Box, record: Record) -> None:
    if record.verdict != Verdict.PROVISIONAL or record.type != "ballot.sealed":
        raise WrongState(details={"verdict": record.verdict})
    if box.state in OVER:
        raise TooLateToOpen(details={"state": box.state})
    if box.state not in (Box.State.OPEN, Box.State.CLOSED):
        raise BoxNotOpen(details={"state": box.state})


def _decide(box: Box, record: Record, *, is_accepted: bool, by: User) -> Record:
    """Taken in, it is judged as on arrival: people can forgive lateness, not a right that does not exist.

    Then it is quarantined with that reason.
    """
    wanted = verdict_of_people(is_accepted)
    if is_accepted:
        wanted = judge_ballots([stored_record(record)]).get(record.id, wanted)
    note_act("record.decided", by=by, space=box.space, subject=box, facts={"is_accepted": is_accepted})
    return decide(record=record, verdict=wanted[0], reason=wanted[1], actor="organiser")


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """Whence it came and what happens; never what is in it."""
    record = Record.objects.get(pk=approval.key)
    meanings = {
        KINDS[True]: _("The ballot is taken in. It counts like any other, if its pass is valid and unused."),
        KINDS[False]: _("The ballot is set aside for good. It stays in the log, and nobody opens it."),
    }
    return [
        (_("Ballot box"), Box.objects.get(definition_hash=record.definition)),
        (_("Session"), Session.objects.get(ref=record.session_ref)),
        (_("Ballot"), f"{record.seq} · {record.id[:12]}"),
        (_("What happens"), meanings[approval.kind]),
    ]


def _at_closing(approval: Approval) -> str:
    record = Record.objects.get(pk=approval.key)
    return reverse("office_meetings:closing", args=[record.session_ref])


def _agreed(approval: Approval, by: User) -> str:
    box, record = _held(Record.objects.get(pk=approval.key))
    _require_open(box, record)
    _decide(box, record, is_accepted=approval.kind == KINDS[True], by=by)
    return _at_closing(approval)


takes_two(KINDS[True], title=_("Take a late ballot in"), told=_told, address=_at_closing)(_agreed)
takes_two(KINDS[False], title=_("Set a late ballot aside"), told=_told, address=_at_closing)(_agreed)
