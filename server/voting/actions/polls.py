"""A poll is led by one person: closed, counted and published in one go, as soon as its sessions are reconciled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.meetings.models import Session
from server.office.telling import Tell, silent
from server.voting.models import Box
from server.voting.refusals import NotAPoll, SessionsNotReconciled

from .closing import certify_box, open_box, reconcile_box
from .freezing import close_voting, has_passed

if TYPE_CHECKING:
    from server.accounts.models import User


def finish_poll(*, box: Box, by: User, tell: Tell = silent) -> Box:
    """From open to published. Stopped anywhere, it goes on from there when it is called again.

    Raises NotAPoll, SessionsNotReconciled (then nothing is closed), and what the steps raise.
    """
    require_finishable(box)
    if not has_passed(box, Box.State.CLOSED):
        box = close_voting(box=box, by=by)
    box = reconcile_box(box=box, by=by)
    box = open_box(box=box, by=by, tell=tell)
    return certify_box(box=box, by=by)


def require_finishable(box: Box) -> None:
    """Raises NotAPoll, SessionsNotReconciled."""
    if not box.is_poll:
        raise NotAPoll
    waiting = box.sessions.exclude(state=Session.State.RECONCILED)
    if waiting.exists():
        raise SessionsNotReconciled(details={"sessions": [session.ref for session in waiting]})
