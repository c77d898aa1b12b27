"""What everyone may read: the square, a space, a project, a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from server.budgets.models import Project
from server.meetings.actions import close_session
from server.meetings.models import Meeting
from server.processes.models import Space
from server.voting.actions import close_voting
from server.web import square
from tests.server.hostile import ESCAPED, MARKUP, make_hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def past_vote(standing_past_vote):
    return standing_past_vote


@pytest.fixture
def town(standing_town):
    return standing_town


def public_addresses(vote) -> list[str]:
    space = vote.space
    project = Project.objects.filter(budget__component__space=space).first()
    meeting = vote.sessions[0].meeting
    return [
        "/",
        "/about/",
        "/receipt/",
        f"/v/{vote.box.ref}/",
        space.get_absolute_url(),
        project.get_absolute_url(),
        meeting.get_absolute_url(),
        vote.box.get_absolute_url(),
    ]


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_square_says_what_is_open_until_when_and_by_which_doors(client, open_vote):
    page = text_of(client.get("/", headers={"accept-language": "en"}))
    assert "Participatory budget of the Centre" in page
    assert "19 days left" in page or "18 days left" in page
    assert open_vote.box.get_absolute_url() in page
    assert [door in page for door in ("Online", "At the kiosk", "On paper")] == [True] * 3
    assert "Forum of the Centre district" in page


def test_a_closed_vote_is_no_longer_offered(client, town):
    close_session(session=town.running.sessions[0], by=town.staff["organiser"])
    close_voting(box=town.running.box, by=town.staff["organiser"])
    page = text_of(client.get("/", headers={"accept-language": "en"}))
    assert "No vote is open" in page
    assert "Participatory budget of the Centre" in page  # among the processes


def test_an_unpublished_space_does_not_exist(client, open_vote):
    addresses = public_addresses(open_vote)[3:]
    Space.objects.update(published_at=None)
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    assert "Budget participatif du Centre" not in text_of(client.get("/"))


def test_what_is_over_leaves_the_agenda(open_vote):
    now = timezone.now()
    last = Meeting.objects.order_by("-ends_at").first()
    assert [meeting.pk for meeting in square.next_meetings(last.ends_at - timedelta(minutes=1))] == [last.pk]
    assert square.next_meetings(last.ends_at) == []
    assert square.open_votes(now)[0].days_left in (18, 19)


def test_the_square_costs_the_same_few_queries(client, open_vote, past_vote, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(9):
        client.get("/")


def test_reading_changes_nothing(client, open_vote, past_vote):
    """X11: a GET writes no row, whatever the address; deeds answer 405 to a GET."""
    before = {model: model.objects.count() for model in apps.get_models()}
    box, past = open_vote.box.get_absolute_url(), past_vote.box.get_absolute_url()
    for address in [*public_addresses(open_vote), f"{past}result/", f"{past}check/", f"{past}files.zip"]:
        assert client.get(address, follow=True).status_code == 200, address
    for deed in (f"{box}enter/", f"{box}ballot/", f"{box}claim/", "/display/"):
        assert client.get(deed).status_code == 405, deed
    assert {model: model.objects.count() for model in apps.get_models()} == before


def test_every_deed_wants_the_token_of_its_form(open_vote):
    """X11: a form that another site sends does nothing."""
    stranger = Client(enforce_csrf_checks=True)
    box = open_vote.box.get_absolute_url()
    for deed in ("enter", "ballot", "claim"):
        answer = stranger.post(f"{box}{deed}/", {"code": open_vote.letters[0].text, "step": "cast"})
        assert answer.status_code == 403, deed


def test_no_title_ever_becomes_markup(client, town):
    """X5: titles, names and places are text on every public page, in the page's head as well."""
    make_hostile()
    client.force_login(town.residents["ines"])
    for address in [*public_addresses(town.running), "/me/"]:
        page = text_of(client.get(address, follow=True))
        assert MARKUP not in page and "<img src=x" not in page, address
        assert ESCAPED in page and "{{7*7}}" in page, address


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_speak_the_language_that_was_asked_for(client, open_vote, language):
    for address in public_addresses(open_vote):
        page = text_of(client.get(address, headers={"accept-language": language}, follow=True))
        assert f'<html lang="{language}"' in page
    project = Project.objects.first()
    page = text_of(client.get(project.get_absolute_url(), headers={"accept-language": language}))
    assert project.title.in_language(language) in page.replace("&#x27;", "'")


def test_pages_carry_no_inline_script_or_style(client, open_vote, past_vote):
    addresses = [*public_addresses(open_vote), f"{past_vote.box.get_absolute_url()}result/"]
    for address in addresses:
        page = text_of(client.get(address, follow=True))
        assert "style=" not in page and "onclick=" not in page and "<script>" not in page, address


def test_a_meeting_goes_into_ones_own_calendar(client, open_vote):
    meeting = open_vote.sessions[0].meeting
    answer = client.get(f"{meeting.get_absolute_url()}calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar") and "attachment" in answer["Content-Disposition"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (meeting.starts_at, meeting.ends_at)
    assert (event["summary"], event["location"]) == ("Forum du quartier Centre", "Salle des Carmes, 4 rue des Carmes")


def test_a_space_tells_phases_involvement_and_promise(client, town):
    page = text_of(client.get(town.running.space.get_absolute_url(), headers={"accept-language": "en"}))
    assert page.count('aria-current="step"') == 2  # the phase and the step of the perron
    assert "step 5 of five" in page and "The projects that come first" in page
    assert "You can vote until" in page


def test_projects_lead_to_each_other_in_the_order_of_the_ballot(client, open_vote):
    projects = list(Project.objects.filter(budget__component=open_vote.box.component).order_by("number"))
    first, last = (text_of(client.get(one.get_absolute_url())) for one in (projects[0], projects[-1]))
    assert projects[1].get_absolute_url() in first and projects[-2].get_absolute_url() in last
    assert projects[-1].get_absolute_url() not in first


def test_a_meeting_that_is_over_invites_nobody(client, open_vote):
    meeting = open_vote.sessions[0].meeting
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now())
    page = text_of(client.get(meeting.get_absolute_url(), headers={"accept-language": "en"}))
    assert "This meeting is over." in page
    assert "Add to my calendar" not in page and "How to vote there" not in page and "data-next-meeting" not in page
