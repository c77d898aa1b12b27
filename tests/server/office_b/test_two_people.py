"""Where two people must sign: the second reads the first one's words and signs them. And counts of sheets."""

from __future__ import annotations

import pytest
from django.test import Client

from server.meetings.models import Session
from server.paper.models import Reading, ScanBatch
from tests.server.office_b.conftest import Office, person
from tests.server.votes import print_sheets

pytestmark = pytest.mark.django_db
WORDS = "A pass fell behind the desk."


def test_p11_two_people_sign_the_same_words(office: Office, settings):
    settings.PARVIS_SINGLE_HANDED = False
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    page = office.send("office_meetings:explain", equation="2", text=WORDS)
    assert "A second person must sign the same words." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "closed"
    second = Office(office.vote, Client())
    second.client.force_login(person(office.vote, "organiser", "second"))
    assert f">\n{WORDS}</textarea>" in second.see("office_meetings:closing")
    page = second.send("office_meetings:explain", equation="2", text=WORDS)
    assert "Signed by organiser@example.org, second@example.org." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_an_explanation_without_words_is_not_signed(office: Office):
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    assert "Write one sentence" in office.send("office_meetings:explain", equation="2", text="  ")
    assert "is not one that words can settle" in office.send("office_meetings:explain", equation="1", text=WORDS)
    assert Session.objects.get().explanations == {}


def test_sheets_that_wait_for_people_are_named_before_the_session_is_reconciled(office: Office):
    print_sheets(office.vote, 2)
    office.send("office_meetings:deed", office.ref, "close")
    stacks = {"passes_unused": "8", "passes_spoiled": "0", "passes_returned": "0", "sheets_in_box": "0"}
    office.send("office_meetings:count", **stacks, sheets_unused="2")
    batch = ScanBatch.objects.create(
        session=office.vote.session, filename="a.pdf", file="a", digest="a", status="reading"
    )
    reading = Reading.objects.create(batch=batch, page=1, status="doubtful")
    page = office.see("office_meetings:closing")
    assert "1 sheet waits for a person." in page and "Scans are still being read." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "closed"
    assert "Look at 1 image" in office.see("office_meetings:session_live")
    reading.delete()
    batch.delete()
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_a_session_that_has_begun_keeps_its_boxes(office: Office):
    page = office.see("office_meetings:edit_session")
    assert "The session has begun: its ballot boxes stay." in page
    office.send("office_meetings:edit_session", label_fr="Soirée", label_en="Evening", boxes=[])
    session = Session.objects.get()
    assert str(session.label["en"]) == "Evening" and list(session.boxes.all()) == [office.vote.box]


def test_another_session_is_added_and_opened_by_whom_it_concerns(office: Office):
    meeting = office.vote.session.meeting_id
    assert f'value="{office.vote.box.pk}" id="id_boxes_0" checked' in office.see(
        "office_meetings:add_session", meeting
    ).replace('" aria-describedby="id_boxes_helptext', "")
    office.send("office_meetings:add_session", meeting, label_fr="Nuit", boxes=[])
    added = Session.objects.get(label={"fr": "Nuit"})
    page = office.send("office_meetings:deed", added.ref, "open")
    assert "Choose the ballot boxes of this session first." in page
    added.refresh_from_db()
    assert added.state == "prepared"
    office.see("office_meetings:deed", added.ref, "reopen", status=404)
