"""The public page of a meeting, and its entry for calendars."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET
from icalendar import Calendar, Event

from server.ledger.installation import installation
from server.processes.access import access_space

from .models import Meeting


def _meeting(request: HttpRequest, slug: str, pk: int) -> Meeting:
    space = access_space(request.user, slug)
    return get_object_or_404(Meeting.objects.select_related("space"), pk=pk, space=space)


@require_GET
def meeting_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, slug, pk)
    sessions = meeting.sessions.prefetch_related("boxes")
    return render(request, "meetings/meeting.html", {"meeting": meeting, "space": meeting.space, "sessions": sessions})


@require_GET
def meeting_calendar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, slug, pk)
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Parvis//meetings//EN")
    calendar.add("version", "2.0")
    event.add("uid", f"meeting-{meeting.pk}@{installation().log_id[:16]}")
    event.add("dtstamp", meeting.starts_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", str(meeting.title))
    event.add("location", ", ".join(part for part in (meeting.place, meeting.address) if part))
    event.add("url", installation().origin + meeting.get_absolute_url())
    calendar.add_component(event)
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return answer
