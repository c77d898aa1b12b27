"""Writes before a meeting: it is announced, and given its sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from server.office.actions import note_act
from server.voting.models import Box
from server.web.live import ring

from .actions import choose_boxes
from .models import Meeting, Session

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def save_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """Keep a new or changed meeting. Kiosks show its title, so their packs are renewed."""
    meeting.save()
    for session in meeting.sessions.all():
        session.devices.update(pack_version=F("pack_version") + 1)
    note_act("meeting.saved", by=by, space=meeting.space, subject=meeting)
    ring(meeting.space_id, "meetings")
    return meeting


@transaction.atomic
def save_session(*, session: Session, boxes: Iterable[Box], by: User) -> Session:
    """Keep the name of a session and, before it opens, its boxes. Raises BoxElsewhere, WrongState."""
    if session.pk is None:
        session.save()
    else:
        session.save(update_fields=["label"])
        session.devices.update(pack_version=F("pack_version") + 1)
    if set(session.boxes.all()) != set(boxes):
        choose_boxes(session=session, boxes=boxes, by=by)
    note_act("session.saved", by=by, space=session.meeting.space, subject=session)
    ring(session.meeting.space_id, "meetings")
    return session
