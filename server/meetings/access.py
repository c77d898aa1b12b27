"""The only way in which the office reaches a meeting or a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from server.processes.access import Role, require_at, require_role

from .models import Meeting, Session

if TYPE_CHECKING:
    from server.accounts.models import User


def access_session(user: User, ref: str, *roles: str) -> Session:
    """A session, for the organisers of its space and people of these roles. Raises Http404."""
    session = get_object_or_404(Session.objects.select_related("meeting__space"), ref=ref)
    require_at(user, session.meeting.space, session.meeting_id, Role.ORGANISER, *roles)
    return session


def access_meeting(user: User, pk: int) -> Meeting:
    meeting = get_object_or_404(Meeting.objects.select_related("space"), pk=pk)
    require_role(user, meeting.space, Role.ORGANISER)
    return meeting
