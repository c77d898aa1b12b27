"""Meetings as calendars read them (RFC 5545): one, those of a space, those of the whole installation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from icalendar import Calendar, Event

from server.ledger.installation import installation

from .models import Meeting

# A calendar that follows a feed asks again after this time.
AGAIN_AFTER = timedelta(hours=6)


def calendar_of(meetings: Iterable[Meeting], title: Any = "") -> bytes:
    """``title`` names a feed; a single meeting has none."""
    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//meetings//EN")
    calendar.add("version", "2.0")
    if title:
        calendar.add("x-wr-calname", str(title))
        calendar.add("refresh-interval", AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return calendar.to_ical()


def _event(meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{installation().log_id[:16]}")
    event.add("dtstamp", meeting.starts_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", str(meeting.title))
    if meeting.description:
        event.add("description", str(meeting.description))
    event.add("location", ", ".join(part for part in (meeting.place, meeting.address) if part))
    event.add("url", installation().origin + meeting.get_absolute_url())
    return event
