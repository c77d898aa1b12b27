"""The pages about people who are marked at two sessions: the desk's own list, and the office's list of a box (P3)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.meetings.actions import close_session
from server.meetings.models import Session
from server.meetings.report import closing_report
from server.voting import printed
from server.voting.actions import close_voting, freeze_box
from server.voting.models import Challenge, PresenceMark
from server.voting.proceedings import record_of_proceedings
from tests.server.pdf import pdf_text
from tests.server.votes import Vote, make_box, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked_elsewhere(vote: Vote) -> PresenceMark:
    """The first person of the roll was marked at another meeting of the box."""
    session = make_session(vote.box)
    session.meeting.title = {"fr": "Salle haute"}
    session.meeting.save()
    return PresenceMark.objects.create(session=session, box=vote.box, entry=vote.entries[0])


@pytest.fixture
def office(client) -> object:
    client.force_login(User.objects.create_superuser("chief@example.org"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def at_desk(vote: Vote, name: str, *more: object) -> str:
    return reverse(f"desk:{name}", args=[vote.session.ref, *more])


def test_the_desk_notes_a_line_of_its_paper_list_and_lists_it(desk, vote, marked_elsewhere):
    person = vote.entries[0]
    found = desk.post(at_desk(vote, "search"), {"q": person.number}).content.decode()
    assert at_desk(vote, "challenge", person.pk) in found and "Mark and hand over" not in found
    asked = desk.get(at_desk(vote, "challenge", person.pk)).content.decode()
    assert "Is this the same person?" in asked and "Salle haute" not in asked
    told = desk.post(at_desk(vote, "challenge", person.pk), follow=True).content.decode()
    assert "The office decides" in told and at_desk(vote, "challenges") in told
    listed = desk.get(at_desk(vote, "challenges")).content.decode()
    assert person.family_name in listed and "Salle haute" not in listed
    assert "is noted already" in desk.get(at_desk(vote, "challenge", person.pk)).content.decode()
    assert Challenge.objects.get().noted_by == User.objects.get(email="desk@example.org")


def test_a_list_is_keyed_in_after_the_closing_as_well(desk, vote, marked_elsewhere):
    close_session(session=vote.session, by=vote.officer)
    assert desk.post(at_desk(vote, "challenge", vote.entries[0].pk)).status_code == 302
    assert Challenge.objects.count() == 1


def test_nobody_is_noted_who_is_not_marked_elsewhere(desk, vote):
    address = at_desk(vote, "challenge", vote.entries[1].pk)
    assert "not marked at another session" in desk.get(address).content.decode()
    assert desk.post(address).status_code == 409
    assert not Challenge.objects.exists()


def test_the_desk_of_the_other_meeting_learns_nothing_of_this_list(desk, vote, marked_elsewhere):
    desk.post(at_desk(vote, "challenge", vote.entries[0].pk))
    other = marked_elsewhere.session
    assert "Nobody of this desk" in desk.get(reverse("desk:challenges", args=[other.ref])).content.decode()


def test_another_session_of_the_same_meeting_is_told_by_its_own_name(desk, office, vote):
    morning = Session.objects.create(meeting=vote.session.meeting, label={"fr": "Matinée"})
    morning.boxes.add(vote.box)
    mark = PresenceMark.objects.create(session=morning, box=vote.box, entry=vote.entries[0])
    found = desk.post(at_desk(vote, "search"), {"q": vote.entries[0].number}).content.decode()
    assert "Marked at Matinée" in found
    Challenge.objects.create(mark=mark, session=vote.session)
    listed = office.get(reverse("office_voting:challenges", args=[vote.box.ref])).content.decode()
    assert "Assemblée, Matinée. On paper: Assemblée, Après-midi." in listed


def test_the_office_sees_both_sessions_and_decides(office, vote, marked_elsewhere):
    one = Challenge.objects.create(mark=marked_elsewhere, session=vote.session, noted_by=vote.officer)
    listed = office.get(reverse("office_voting:challenges", args=[vote.box.ref])).content.decode()
    page = reverse("office_voting:challenge", args=[vote.box.ref, one.pk])
    assert page in listed and "Salle haute" in listed
    assert page in office.get(reverse("office_voting:desk_lists", args=[vote.session.ref])).content.decode()
    refused = office.post(page, {"outcome": "first", "reason": ""})
    assert refused.status_code == 422 and 'id="errors"' in refused.content.decode()
    told = office.post(page, {"outcome": "paper", "reason": "Her signature is on it."}, follow=True).content.decode()
    assert "Decided: The line of the paper list stands" in told
    assert "Her signature is on it." in office.get(page).content.decode()
    assert office.post(page, {"outcome": "first", "reason": "No."}).status_code == 422


def test_the_closing_page_and_the_steps_of_the_box_say_who_waits(office, vote, marked_elsewhere):
    Challenge.objects.create(mark=marked_elsewhere, session=vote.session)
    close_session(session=vote.session, by=vote.officer)
    address = reverse("office_voting:challenges", args=[vote.box.ref])
    assert address in office.get(reverse("office_meetings:closing", args=[vote.session.ref])).content.decode()
    assert address in office.get(reverse("office_voting:box", args=[vote.box.ref])).content.decode()
    close_voting(box=vote.box, by=vote.officer)
    assert address in office.get(reverse("office_closing:box", args=[vote.box.ref])).content.decode()


def test_one_pass_for_all_boxes_of_an_evening_is_one_pass_more(vote, marked_elsewhere):
    """The person is challenged in each box; one pass was handed over for both."""
    Challenge.objects.create(mark=marked_elsewhere, session=vote.session, state="first")
    other = make_box(regime="pass")
    other.regime, other.roll = "person", vote.box.roll
    other.save()
    freeze_box(box=other, by=vote.officer)
    vote.session.boxes.add(other)
    mark = PresenceMark.objects.create(session=marked_elsewhere.session, box=other, entry=vote.entries[0])
    Challenge.objects.create(mark=mark, session=vote.session, state="first")
    close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=7, passes_spoiled=0, passes_returned=0)
    told = pdf_text(printed.as_pdf(lambda: closing_report(vote.refresh().session), "en"))
    assert "1 pass more was handed out" in told


def test_the_reports_say_how_many_passes_more_are_out_and_name_nobody(vote, marked_elsewhere):
    Challenge.objects.create(mark=marked_elsewhere, session=vote.session, state="first")
    close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=7, passes_spoiled=0, passes_returned=0)
    vote.refresh()
    for make, of in ((closing_report, vote.session), (record_of_proceedings, vote.box)):
        told = pdf_text(printed.as_pdf(lambda make=make, of=of: make(of), "en"))
        assert "People marked at two sessions" in told and "nobody can tell which one it is" in told
        assert vote.entries[0].family_name not in told
