"""How each deed of a moderator is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from server.accounts.models import User
from server.office.actions import CannotUndo, note_act, undoes
from server.office.models import Act
from server.processes.access import Role

from . import actions
from .content import State
from .models import Block, Report
from .reportables import find

if TYPE_CHECKING:
    from .reportables import Reported


def _thing(act: Act) -> Reported:
    found = find(act.undo["kind"], act.undo["ref"])
    if found is None:
        raise CannotUndo
    return found


@undoes("content.hidden", Role.MODERATOR)
@undoes("content.shown", Role.MODERATOR)
@undoes("content.held", Role.MODERATOR)
def _put_back(act: Act, by: User) -> Act:
    """As it stood before."""
    thing, before = _thing(act), act.undo
    if before["state"] == State.HIDDEN:
        return actions.hide(thing=thing, reason=before["reason"], words=before["words"], by=by, undoes=act)
    if before["state"] == State.HELD:
        return actions.hold(thing=thing, by=by, undoes=act)
    return actions.show(thing=thing, by=by, undoes=act)


@undoes("content.kept", Role.MODERATOR)
def _ask_again(act: Act, by: User) -> Act:
    reports = Report.objects.filter(pk__in=act.undo["reports"], outcome=Report.Outcome.KEPT)
    for one in reports.filter(by__isnull=False):
        # Whoever reported it again meanwhile has one that waits already.
        if Report.objects.about(one.kind, one.ref).open().filter(by=one.by_id).exists():
            reports = reports.exclude(pk=one.pk)
    reports.update(decided_at=None, outcome="")
    return note_act("content.asked_again", by=by, space=act.space, subject=act.subject, undoes=act)


@undoes("writer.blocked", Role.MODERATOR)
def _unblock(act: Act, by: User) -> Act:
    block = Block.objects.filter(pk=act.undo["block"], lifted_at=None).select_related("space").first()
    if block is None:
        raise CannotUndo
    return actions.lift(block=block, by=by, undoes=act)


@undoes("writer.unblocked", Role.MODERATOR)
def _block_again(act: Act, by: User) -> Act:
    user = User.objects.filter(pk=act.undo["user"]).first()
    if user is None or act.space is None:
        raise CannotUndo
    until = datetime.fromisoformat(act.undo["until"])
    return actions.block(space=act.space, user=user, why=act.undo["why"], until=until, by=by, undoes=act)
