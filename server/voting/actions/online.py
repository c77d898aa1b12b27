"""The other precedence: a person closes the online door before the first session opens, and then no two doors meet.

Both ways are guarded: no session opens while online is open, and no ballot is cast online once it is closed. So the
desk knows who has voted online, and hands out no pass. What may still come together is a list kept on paper by a desk
without network: then in person stands as ever, because only a ballot that is still sealed can be taken out (``merge``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import sign_checkpoint
from server.ledger.models import Record
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.boxkeys import pseudonym
from server.voting.models import Box, LetterBinding, RollEntry
from server.voting.refusals import OnlineNotFirst, OnlineStillOpen
from server.voting.refusals_desk import VotedOnline

from .freezing import locked_box, log_transition, require_state

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def close_online(*, box: Box, by: User) -> Box:
    """No more ballots online; now sessions may open. Taken once: no way back. Raises OnlineNotFirst, WrongState."""
    box = locked_box(box)
    if not box.online_closes_first:
        raise OnlineNotFirst
    if box.online_closed_at:
        return box
    require_state(box, Box.State.OPEN)
    box.online_closed_at = timezone.now()
    box.save(update_fields=["online_closed_at"])
    log_transition(box, "box.online_closed")
    note_act("box.online_closed", by=by, space=box.space, subject=box)
    sign_checkpoint()
    return box


def still_online(session: Session) -> list[Box]:
    """Its boxes that must be closed online before it opens."""
    return [box for box in session.boxes.all() if box.online_closes_first and box.online_closed_at is None]


def require_online_over(session: Session) -> None:
    """Before it opens. Its boxes are held. Raises OnlineStillOpen."""
    if open_ones := still_online(session):
        raise OnlineStillOpen(details={"boxes": [box.ref for box in open_ones]})


def require_not_voted_online(box: Box, entry: RollEntry) -> None:
    """Where online closed first, who voted online has voted. Raises VotedOnline."""
    if not box.online_closes_first:
        return
    letters = LetterBinding.objects.filter(entry=entry, letter__batch__box=box, letter__is_void=False)
    uses = letters.values_list("letter__use_value", flat=True)
    _require_none(box, [pseudonym(box, entry), *(f"use:{use}" for use in uses)])


def require_pass_not_used_online(session: Session, use_value: str) -> None:
    """The same for a pass that is handed in. Raises VotedOnline."""
    for box in session.boxes.exclude(definition=""):
        if box.online_closes_first:
            _require_none(box, [f"use:{use_value}"])


def _require_none(box: Box, subjects: Iterable[str]) -> None:
    """Whether a ballot of one of them lies in the log; not which, nor what it says."""
    cast = Record.objects.of_box(box.definition_hash).to_settle().filter(session_ref="")
    if cast.filter(payload__subject__in=list(subjects)).exists():
        raise VotedOnline
