"""What the first page of a space says that waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from server.devices.models import Device
from server.meetings.models import Session
from server.paper.models import Reading, ScanBatch
from tests.server.office_b.conftest import Office
from tests.server.votes import sync

pytestmark = pytest.mark.django_db


def board(office: Office) -> str:
    return office.see("office:space", office.slug)


def test_late_ballots_lead_to_where_they_are_decided(office: Office):
    assert "late or out of line" not in board(office)
    kiosk = office.vote.kiosk()
    kiosk.move("closed")
    kiosk.cast(office.vote.box.definition_hash, office.vote.hand_over(0), {"q1": ["lavoir"]})
    sync(kiosk)
    office.send("office_meetings:deed", office.ref, "close")
    page = board(office)
    assert "1 record that came late or out of line waits" in page
    assert f"/office/sessions/{office.ref}/closing/#late" in page
    assert "is closed and not reconciled." in page


def test_sheets_that_wait_for_a_person_are_counted_once_each(office: Office):
    batch = ScanBatch.objects.create(session=office.vote.session, filename="a.pdf", file="a.pdf")
    for page in (1, 2, 3):
        status = Reading.Status.AUTOMATIC if page == 3 else Reading.Status.DOUBTFUL
        Reading.objects.create(batch=batch, page=page, status=status)
    assert "2 sheets of" in board(office)


def test_a_device_that_holds_records_and_is_silent_is_named(office: Office):
    office.vote.kiosk()
    assert "holds" not in board(office)
    Device.objects.update(unsent=11, last_contact_at=timezone.now() - timedelta(hours=2))
    assert "holds 11 records that have not arrived." in board(office)
    Device.objects.update(last_contact_at=timezone.now())
    assert "holds" not in board(office)


def test_a_session_past_its_hour_is_named(office: Office):
    meeting = office.vote.session.meeting
    meeting.starts_at, meeting.ends_at = (timezone.now() - timedelta(hours=hours) for hours in (5, 2))
    meeting.save()
    assert Session.objects.get().state == "open"
    assert "is past its hour and still open." in board(office)
