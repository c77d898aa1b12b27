"""The sealed ballots are read once more, where somebody disputes the count: do they say what the opened ones say?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.views.decorators.debug import sensitive_variables

from server.office.actions import note_act
from server.office.telling import Tell, silent
from server.voting import boxkeys
from server.voting.models import Box
from server.voting.refusals import AlreadyDestroyed, ReadsOtherwise, WrongState
from server.voting.refusals_trustees import CardRefused
from server.voting.unsealing import reads_the_same

from .freezing import has_passed
from .trustees import key_of_two, note_refused

if TYPE_CHECKING:
    from server.accounts.models import User


@sensitive_variables("cards")
def read_again(*, box: Box, by: User, cards: Sequence[str] = (), tell: Tell = silent) -> int:
    """Open every sealed ballot that was kept once more; how many say what the opened ones say. Nothing is changed.

    cards: what two trustees typed, where they hold the key. Each reading is in the office's log, with its outcome.
    Raises ReadsOtherwise, WrongState before the opening, AlreadyDestroyed, CardRefused.
    """
    box.refresh_from_db()
    if box.destroyed_at:
        raise AlreadyDestroyed
    if not has_passed(box, Box.State.OPENED):
        raise WrongState(details={"state": box.state})
    try:
        private = key_of_two(box, cards)[0] if box.has_trustees else boxkeys.private_key(box)
    except CardRefused as refusal:
        note_refused(box=box, by=by, refusal=refusal, at="reading")
        raise
    count, is_same = box.sealed_ballots.count(), reads_the_same(box, private, tell)
    facts = {"ballots": count, "is_same": is_same}
    note_act("box.read_again", by=by, space=box.space, subject=box, facts=facts)
    if not is_same:
        raise ReadsOtherwise
    return count
