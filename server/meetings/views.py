"""The public page of a meeting, and calendars: of a meeting, of a space, of everything."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from server.processes.access import access_space

from .calendars import calendar_of
from .models import Meeting

MOST_IN_FEED = 500


def _meeting(request: HttpRequest, slug: str, pk: int) -> Meeting:
    space = access_space(request.user, slug)
    return get_object_or_404(Meeting.objects.select_related("space"), pk=pk, space=space)


@require_GET
def meeting_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, slug, pk)
    facts = {
        "meeting": meeting,
        "space": meeting.space,
        "sessions": meeting.sessions.prefetch_related("boxes__component__space"),
        "is_over": meeting.ends_at <= timezone.now(),
    }
    return render(request, "meetings/meeting.html", facts)


@require_GET
def meeting_calendar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, slug, pk)
    answer = _calendar([meeting])
    answer["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return answer


@require_GET
def space_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A feed: calendars that follow it learn of new meetings."""
    space = access_space(request.user, slug)
    return _calendar(space.meetings.select_related("space").order_by("-starts_at")[:MOST_IN_FEED], space.title)


@require_GET
def whole_calendar(request: HttpRequest) -> HttpResponse:
    """The feed of everything public."""
    return _calendar(Meeting.objects.public().order_by("-starts_at")[:MOST_IN_FEED], settings.PARVIS_TOWN)


def _calendar(meetings: Any, title: object = "") -> HttpResponse:
    return HttpResponse(calendar_of(meetings, title), content_type="text/calendar; charset=utf-8")
