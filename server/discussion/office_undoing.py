"""How each deed about a debate is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.office.actions import CannotUndo, undoes
from server.office.models import Act

from . import office_actions as office
from .models import Debate

if TYPE_CHECKING:
    from server.accounts.models import User

OPPOSITES: dict[str, Callable[..., Act]] = {
    "debate.published": office.unpublish_debate,
    "debate.unpublished": office.publish_debate,
    "debate.closed": office.reopen_debate,
    "debate.reopened": office.close_debate,
}


def _take_back(act: Act, by: User) -> Act:
    debate = Debate.objects.filter(pk=act.undo["debate"]).first()
    if debate is None:
        raise CannotUndo
    return OPPOSITES[act.deed](debate=debate, by=by, undoes=act)


for _deed in OPPOSITES:
    undoes(_deed)(_take_back)
