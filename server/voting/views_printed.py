"""What a box prints: the clerk's record of proceedings, and the state of the public list at its turns."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from . import printed
from .access import access_frozen
from .models import Box
from .proceedings import record_of_proceedings
from .state_sheet import sheet_of_box


@login_required
@require_GET
def record(request: HttpRequest, ref: str, language: str) -> HttpResponse:
    """For those who may close the box: a draft until the result is certified."""
    box = access_frozen(request.user, ref)
    return printed.answer(lambda: record_of_proceedings(box), language, f"box-{ref}")


@login_required
@require_GET
def state(request: HttpRequest, ref: str, moment: str, language: str) -> HttpResponse:
    """Raises NoSuchState."""
    box = access_frozen(request.user, ref)
    return printed.answer(lambda: sheet_of_box(box, moment), language, f"box-{ref}-{moment}")


def prints_of(box: Box) -> list[dict[str, Any]]:
    """What can be printed of a frozen box by now."""
    order = list(Box.State)
    rank = order.index(Box.State(box.state))
    is_final = box.state == Box.State.CERTIFIED
    title = _("Record of proceedings, to be signed") if is_final else _("Record of proceedings, draft")
    turns = [
        (Box.State.OPEN, "opening", _("The public list when the vote opened")),
        (Box.State.CLOSED, "closing", _("The public list when the vote closed")),
        (Box.State.CERTIFIED, "certified", _("The public list when the result was certified")),
    ]
    states = [
        printed.links(words, "office_closing:state", box.ref, moment)
        for state, moment, words in turns
        if rank >= order.index(state)
    ]
    return [printed.links(title, "office_closing:record", box.ref), *states]
