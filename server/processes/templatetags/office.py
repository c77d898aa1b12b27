"""Tags of the back office."""

from __future__ import annotations

from django import template

from server.meetings.models import Session
from server.processes.models import Space

register = template.Library()

LIVELY = [Session.State.OPEN, Session.State.PAUSED, Session.State.PREPARED, Session.State.CLOSED]


@register.simple_tag
def working_session(space: Space) -> Session | None:
    """The session that staff most likely mean: an open one, else the next that is prepared, else the last closed."""
    sessions = list(
        Session.objects.filter(meeting__space=space).select_related("meeting").order_by("meeting__starts_at")
    )
    for state in LIVELY:
        if found := next((session for session in sessions if session.state == state), None):
            return found
    return sessions[-1] if sessions else None
