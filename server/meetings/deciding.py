"""People decide about what a kiosk brought beside ballots that came late, during a pause or from a revoked device.

One person decides, also where a vote asks two: an idea is read by everybody and can be hidden, an endorsement binds
nobody. What is taken in is then applied as on arrival: lateness can be forgiven, not a right that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.ledger.actions import decide, verdict_of_people
from server.ledger.models import REFUSED, Record, Verdict
from server.ledger.recovery import require_in_order
from server.ledger.tasks import apply_soon
from server.office.actions import note_act
from server.voting.refusals import WrongState

from .ideas import KINDS

if TYPE_CHECKING:
    from server.accounts.models import User

    from .models import Session


@transaction.atomic
def decide_brought(*, session: Session, record: Record, is_accepted: bool, by: User) -> Record:
    """Take in an idea, an endorsement or a comment that waits for people, or set it aside.

    Deciding the same again changes nothing; what was set aside can still be taken in. Raises WrongState where there is
    nothing to decide, Recovering.
    """
    require_in_order()  # what it builds on may still come
    held = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
    wanted = verdict_of_people(is_accepted)
    if (held.verdict, held.reason) == wanted:
        return held
    is_aside = held.verdict == Verdict.PROVISIONAL or (is_accepted and held.reason == REFUSED)
    if not is_aside or held.type not in KINDS or held.session_ref != session.ref:
        raise WrongState(details={"verdict": held.verdict})
    note_act("record.idea_decided", by=by, space=session.meeting.space, subject=session, facts={"in": is_accepted})
    decided = decide(record=held, verdict=wanted[0], reason=wanted[1], actor="organiser")
    apply_soon()
    return decided
