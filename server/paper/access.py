"""Who may reach which paper. Each function fetches and checks; no view obtains a row otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from server.meetings.models import Session
from server.processes.access import has_role, require_at, require_role
from server.processes.models import SpaceRole
from server.voting.models import Box

from .models import PrintRun, Reading, SampledSheet, ScanBatch, SlipRun

if TYPE_CHECKING:
    from server.accounts.models import User

Role = SpaceRole.Role
# Who prints holds codes that open ballots; who reads scans sees ballots. They need not be the same people.
PRINTERS = (Role.ORGANISER,)
READERS = (Role.ORGANISER, Role.SCANNER)


def access_session(user: User, ref: str, *roles: str) -> Session:
    """Raises Http404 for an unknown session, and what ``require_role`` raises."""
    session = get_object_or_404(Session.objects.select_related("meeting__space"), ref=ref)
    require_at(user, session.meeting.space, session.meeting_id, *roles)
    return session


def frame(user: User, session: Session, tab: str) -> dict[str, object]:
    """What every page of a session's paper needs. Who only reads scans is not led to the organiser's rooms."""
    space = session.meeting.space
    return {
        "session": session,
        "space": space,
        "here": "paper",
        "tab": tab,
        "is_organiser": has_role(user, space, Role.ORGANISER),
    }


def access_box(user: User, ref: str, *roles: str) -> Box:
    """A ballot box, whether or not it has a session. Raises Http404."""
    box = get_object_or_404(Box.objects.select_related("component__space", "roll"), ref=ref)
    require_role(user, box.space, *roles)
    return box


def access_run(user: User, pk: int) -> PrintRun:
    run = get_object_or_404(PrintRun.objects.select_related("session__meeting__space", "box"), pk=pk)
    require_role(user, run.session.meeting.space, *PRINTERS)
    return run


def access_slips(user: User, pk: int) -> SlipRun:
    slips = SlipRun.objects.select_related("session__meeting__space", "box__component__space")
    run = get_object_or_404(slips, pk=pk)
    require_role(user, run.session.meeting.space if run.session else run.box.space, *PRINTERS)
    return run


def access_batch(user: User, pk: int) -> ScanBatch:
    batch = get_object_or_404(ScanBatch.objects.select_related("session__meeting__space"), pk=pk)
    require_at(user, batch.session.meeting.space, batch.session.meeting_id, *READERS)
    return batch


def access_reading(user: User, pk: int) -> Reading:
    readings = Reading.objects.select_related("batch__session__meeting__space", "box", "sheet")
    reading = get_object_or_404(readings, pk=pk)
    session = reading.batch.session
    require_at(user, session.meeting.space, session.meeting_id, *READERS)
    return reading


def access_sampled(user: User, pk: int) -> SampledSheet:
    rows = SampledSheet.objects.select_related("sample__session__meeting__space", "sample__box", "reading__batch")
    row = get_object_or_404(rows, pk=pk)
    session = row.sample.session
    require_at(user, session.meeting.space, session.meeting_id, *READERS)
    return row
