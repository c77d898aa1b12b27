"""People decide about a ballot that came late, or from a revoked device: it counts like any other, or it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.ledger.actions import decide, stored_record
from server.ledger.models import Record, Verdict
from server.office.actions import note_act
from server.voting.intake_rules import judge_ballots
from server.voting.models import Box
from server.voting.refusals import BoxNotOpen, WrongState

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def decide_record(*, record: Record, is_accepted: bool, by: User) -> Record:
    """Take a provisional ballot in, or set it aside for good. Deciding the same again changes nothing.

    Taken in, it is judged as on arrival: people can forgive lateness, not a right that does not exist. Then it is
    quarantined with that reason. Raises WrongState (nothing to decide), BoxNotOpen (the box is already settled).
    """
    box = locked_box(Box.objects.get(definition_hash=record.definition))
    record = Record.objects.select_related("payload").get(pk=record.pk)
    wanted: tuple[str, str] = (Verdict.ACCEPTED, "") if is_accepted else (Verdict.QUARANTINED, "refused")
    if (record.verdict, record.reason) == wanted:
        return record
    if record.verdict != Verdict.PROVISIONAL or record.type != "ballot.sealed":
        raise WrongState(details={"verdict": record.verdict})
    if box.state not in (Box.State.OPEN, Box.State.CLOSED):
        raise BoxNotOpen(details={"state": box.state})
    if is_accepted:
        wanted = judge_ballots([stored_record(record)]).get(record.id, wanted)
    note_act("record.decided", by=by, space=box.space, subject=box, facts={"is_accepted": is_accepted})
    return decide(record=record, verdict=wanted[0], reason=wanted[1], actor="organiser")
