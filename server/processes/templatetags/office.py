"""Tags of the back office."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.messages import get_messages

from server.meetings.models import Session
from server.processes.checklist import next_step
from server.processes.models import Space

register = template.Library()


@register.inclusion_tag("processes/office/_next.html", takes_context=True)
def next_offer(context: dict[str, Any]) -> dict[str, Any]:
    """After a deed, the next thing to do, so that nobody has to look for it. Nothing where nothing was just said."""
    request, space = context["request"], context.get("space")
    if space is None or space.pk is None or not len(get_messages(request)):
        return {}
    step = next_step(space)
    return {"step": step if step and step.url and step.url != request.path else None}


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
