"""The pages of the random sample, its letters, and what the record of proceedings says of it (P12)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.meetings.models import Meeting
from server.voting import actions as voting
from server.voting import printed
from server.voting.models import Box, Burst, Challenge, RollEntry, Sample
from server.voting.proceedings import record_of_proceedings
from tests.server.pdf import pdf_text
from tests.server.votes import Vote, make_session, make_vote, without_guards
from tests.server.voting.test_sampling import SEED, draw, in_hall

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return in_hall()


@pytest.fixture
def office(client):
    client.force_login(User.objects.create_superuser("chief@example.org"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(vote: Vote, name: str = "sample", *more: object) -> str:
    return reverse(f"office_closing:{name}", args=[vote.box.ref, *more])


def test_the_office_draws_prints_and_notes(office, vote):
    assert page(vote) in office.get(reverse("office_closing:box", args=[vote.box.ref])).content.decode()
    shown = office.get(page(vote)).content.decode()
    assert "6 people were marked in person" in shown and "1 of 6" in shown
    said = {"size": "2", "seed": SEED, "answer_by": "2999-01-01", "answer_to": "Mairie, 1 place Haute"}
    assert office.post(page(vote), said | {"seed": "1"}).status_code == 422
    told = office.post(page(vote), said, follow=True).content.decode()
    one = Sample.objects.get().letters.select_related("mark__entry").first()
    assert one.mark.entry.family_name in told and SEED in told
    address = page(vote, "sample_letter", one.place)
    refused = office.post(address, {"answer": "denied", "note": ""}).content.decode()
    assert "Something must be mended" in refused
    told = office.post(address, {"answer": "denied", "note": "I was abroad."}, follow=True).content.decode()
    assert "1 person says: I did not vote in person." in told
    assert reverse("office_closing:objections", args=[vote.box.ref]) in told


def test_a_letter_asks_one_person_by_name_and_carries_a_slip(office, vote):
    RollEntry.objects.update(address="3 rue Haute, 12345 Ville")
    draw(vote, 2)
    answer = office.get(page(vote, "sample_letters"))
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    told = pdf_text(answer.content)
    for one in vote.box.sample.letters.select_related("mark__entry"):
        assert str(one.mark.entry) in told and one.mark.entry.number in told
    assert "3 rue Haute" in told and "Mairie" in told
    assert answer.content == office.get(page(vote, "sample_letters")).content


def test_where_a_list_on_paper_stands_the_letter_asks_about_the_meeting_of_that_list(office, vote):
    """Asked about the other one, the person would truly say no."""
    [letter] = draw(vote, 1).letters.select_related("mark")
    paper = make_session(vote.box)
    paper.meeting.title, paper.meeting.place = {"fr": "Salle haute"}, "Rue Haute"
    paper.meeting.save()
    challenge = Challenge.objects.create(mark=letter.mark, session=paper, state="first")
    assert "Salle haute" not in pdf_text(office.get(page(vote, "sample_letters")).content)
    Challenge.objects.filter(pk=challenge.pk).update(state="paper")
    told = pdf_text(office.get(page(vote, "sample_letters")).content)
    assert "Salle haute" in told and "Assemblée" not in told
    for where in (page(vote), page(vote, "sample_letter", 1)):
        assert "Salle haute" in office.get(where).content.decode()


def test_a_name_that_cannot_be_printed_stops_no_letter(office, vote):
    RollEntry.objects.update(family_name="王")
    draw(vote, 2)
    assert "Camille ?" in pdf_text(office.get(page(vote, "sample_letters")).content)


def test_names_of_any_length_leave_room_for_the_slip(office, vote):
    """The sample is drawn once: a letter that cannot be printed would end it."""
    long = "W" * 200
    with without_guards():
        Box.objects.update(title={"fr": long})
    Meeting.objects.update(title={"fr": long}, place=long)
    draw(vote, 1)
    assert "Mairie" in pdf_text(office.get(page(vote, "sample_letters")).content)


def test_before_the_reconciliation_the_page_says_when(office):
    vote = make_vote(letters=False)
    assert "drawn after the box is reconciled" in office.get(page(vote)).content.decode()


def test_a_vote_by_pass_has_nobody_to_ask(office):
    vote = make_vote(letters=False, regime="pass")
    assert office.get(page(vote)).status_code == 404


def test_the_record_of_proceedings_tells_the_outcome_and_no_name(vote):
    first, second = draw(vote, 2).letters.all()
    voting.note_answer(letter=first, answer="denied", note="I was abroad.", by=vote.officer)
    told = pdf_text(printed.as_pdf(lambda: record_of_proceedings(vote.box), "en"))
    assert "Letters to a random sample" in told and "Answered: no, I did not 1" in told and SEED in told
    assert "No answer 1" in told and "abroad" not in told and second.mark.entry.family_name not in told


def test_the_page_of_the_session_tells_the_rhythm_and_its_measure(office):
    vote = make_vote(letters=False)
    address = reverse("office_meetings:session", args=[vote.session.ref])
    assert "rhythm of the desk" not in office.get(address).content.decode()
    Burst.objects.create(session=vote.session, by=vote.officer, most=20)
    told = office.get(address).content.decode()
    assert "More than 10 people within a minute" in told and "20 people within a minute" in told
