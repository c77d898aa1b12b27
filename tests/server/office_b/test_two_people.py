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
    second = Office(office.vote, Client())
    second.client.force_login(person(office.vote, "organiser", "second"))
    second.send("office_meetings:confirm_count")
    page = office.send("office_meetings:explain", equation="2", text=WORDS)
    assert "A second person must sign the same words." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "closed"
    assert f">\n{WORDS}</textarea>" in second.see("office_meetings:closing")
    page = second.send("office_meetings:explain", equation="2", text=WORDS)
    assert "Signed by organiser@example.org, second@example.org." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_the_second_person_confirms_the_count_before_anyone_sees_the_figures(office: Office, settings):
    settings.PARVIS_SINGLE_HANDED = False
    office.send("office_meetings:deed", office.ref, "close")
    page = office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    assert "Counted by organiser@example.org." in page and "Whoever counted with you now logs in" in page
    assert "I counted too" not in page and 'id="compare"' not in page
    assert "A second person has not confirmed the count yet." in office.see("office_meetings:closing_live")
    assert "must agree" in office.send("office_meetings:confirm_count")
    second = Office(office.vote, Client())
    second.client.force_login(person(office.vote, "organiser", "second"))
    page = second.see("office_meetings:closing")
    assert "I counted too: the figures are right" in page and 'id="compare"' not in page
    assert "come back once the stacks are counted" in second.see("office_meetings:session_live")
    page = second.send("office_meetings:confirm_count")
    assert "Counted by organiser@example.org, second@example.org." in page and 'id="compare"' in page


def test_where_one_person_suffices_the_page_says_that_one_counted(office: Office):
    office.send("office_meetings:deed", office.ref, "close")
    page = office.send("office_meetings:count", passes_unused="8", passes_spoiled="0", passes_returned="0")
    assert "One person suffices in this town" in page and 'id="compare"' in page


def test_p11_a_pass_that_came_back_and_was_not_made_void_is_pointed_out(office: Office):
    code = office.vote.hand_over(0)
    office.send("office_meetings:deed", office.ref, "close")
    page = office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="1")
    assert "Each pass that lies with the returned ones must be void." in page
    office.send("desk:void", code=code.text)
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled" and Session.objects.get().explanations == {}


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
