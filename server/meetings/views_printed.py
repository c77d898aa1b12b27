"""What a session prints: its closing report, and the state of the public list when it opened and closed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from server.voting import printed
from server.voting.log_states import was_opened
from server.voting.state_sheet import sheet_of_session

from .access import access_session
from .models import Session
from .report import closing_report


@login_required
@require_GET
def report(request: HttpRequest, ref: str, language: str) -> HttpResponse:
    """For those who may close the session. Raises WrongState before that, HandCountsMissing before the count."""
    session = access_session(request.user, ref)
    return printed.answer(lambda: closing_report(session), language, f"session-{ref}")


@login_required
@require_GET
def state(request: HttpRequest, ref: str, moment: str, language: str) -> HttpResponse:
    """Raises NoSuchState."""
    session = access_session(request.user, ref)
    return printed.answer(lambda: sheet_of_session(session, moment), language, f"session-{ref}-{moment}")


def states_to_print(session: Session) -> list[dict[str, Any]]:
    """The states of the list that this session has gone through."""
    is_closed = session.state in (Session.State.CLOSED, Session.State.RECONCILED)
    turns = [
        (was_opened(session), "opening", _("The public list when the session opened")),
        (is_closed, "closing", _("The public list when the session closed")),
    ]
    return [
        printed.links(words, "office_meetings:state", session.ref, moment)
        for is_past, moment, words in turns
        if is_past
    ]


def report_to_print(session: Session) -> list[dict[str, Any]]:
    is_final = session.state == Session.State.RECONCILED
    title = _("Closing report, to be signed") if is_final else _("Closing report, provisional")
    return [printed.links(title, "office_meetings:report", session.ref)]
