"""A poll shows its numbers while it goes on, in steps that hide each single answer, and is led by one person."""

from __future__ import annotations

import json

import pytest

from server.accounts.models import User
from server.office.models import Job
from server.processes.models import Space, SpaceRole
from server.voting.actions.polls import finish_poll
from server.voting.models import Box, PollTally
from server.voting.polls import live_tally
from server.voting.refusals import NotAPoll, SessionsNotReconciled
from tests.server.office.conftest import login
from tests.server.office.test_vote import BOX
from tests.server.votes import Vote, make_box, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll() -> Vote:
    return make_vote(people=12, kind="poll")


@pytest.fixture
def online(db) -> Vote:
    """A poll without a session."""
    vote = make_vote(people=12, kind="poll", doors=["web"])
    vote.box.sessions.clear()
    return vote


def shown(vote: Vote) -> tuple[int, int] | None:
    """``(ballots, votes of the orchard)`` as the public sees them."""
    found = live_tally(vote.box)
    return (found.ballots, found.votes["verger"]) if found else None


def test_numbers_appear_with_the_fifth_answer_and_move_five_at_a_time(poll):
    seen = []
    for person in range(12):
        poll.online(person, "verger")
        seen.append(shown(poll))
    assert seen == [None] * 4 + [(5, 5)] * 5 + [(10, 10)] * 3


def test_who_answers_again_and_again_does_not_uncover_the_next_one(poll):
    for person in range(5):
        poll.online(person, "verger")
    assert shown(poll) == (5, 5)
    for _again in range(6):
        poll.online(0, "lavoir")
    poll.online(5, "verger")
    assert shown(poll) == (5, 5)
    for person in range(6, 11):
        poll.online(person, "verger")
    assert shown(poll) == (11, 10)


def test_a_vote_shows_nothing_and_cannot_be_finished_in_one_go(db):
    vote = make_vote(people=12)
    for person in range(6):
        vote.online(person, "verger")
    assert live_tally(vote.box) is None and not PollTally.objects.exists()
    with pytest.raises(NotAPoll):
        finish_poll(box=vote.box, by=vote.officer)
    assert Box.objects.get(pk=vote.box.pk).state == "open"


def test_what_a_box_is_was_frozen(poll):
    """A vote that somebody calls a poll in the database afterwards stays one."""
    vote = make_vote(people=6, slug="other", officer="other@example.org")
    vote.box.kind = Box.Kind.POLL
    assert not vote.box.is_poll
    assert json.loads(poll.box.definition)["kind"] == "poll" and json.loads(vote.box.definition)["kind"] == "vote"


def test_one_person_closes_counts_and_publishes_also_where_votes_take_two(online, settings):
    settings.PARVIS_SINGLE_HANDED = False
    for person in range(7):
        online.online(person, "verger")
    assert shown(online) == (7, 7)
    box = finish_poll(box=online.box, by=online.officer)
    assert box.state == "certified" and box.result["contests"][0]["ballots"] == 7
    assert not PollTally.objects.exists() and live_tally(box) is None
    assert finish_poll(box=box, by=online.officer).state == "certified"


def test_a_poll_with_a_hall_waits_for_its_session(poll):
    with pytest.raises(SessionsNotReconciled):
        finish_poll(box=poll.box, by=poll.officer)
    assert Box.objects.get(pk=poll.box.pk).state == "open"


def test_the_public_page_says_what_it_is_and_shows_the_numbers(online, client):
    Space.objects.update(published_at="2026-01-01T00:00Z")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = online.box.get_absolute_url()
    page = client.get(address).content.decode()
    assert "This is a poll" in page and "The numbers appear from 5 answers on" in page
    for person in range(6):
        online.online(person, "verger")
    part = client.get(f"{address}numbers/")
    assert "6 answers so far" in part.content.decode() and part["Cache-Control"] == "max-age=5"
    # Its table stays open while the numbers are asked for again: the page knows it by its name.
    assert '<details id="numbers-table">' in part.content.decode() and "<tbody>" in part.content.decode()
    finish_poll(box=online.box, by=online.officer)
    assert "This was a poll" in client.get(f"{address}result/").content.decode()


def test_a_vote_has_no_page_of_numbers(client):
    vote = make_vote()
    Space.objects.update(published_at="2026-01-01T00:00Z")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert client.get(f"{vote.box.get_absolute_url()}numbers/").status_code == 404
    assert "This is a poll" not in client.get(vote.box.get_absolute_url()).content.decode()


def test_an_organiser_makes_a_poll_and_ends_it_with_one_button(django_capture_on_commit_callbacks):
    box = make_box(doors=["web"], slug="place")
    officer = User.objects.create_user("agnes@example.org")
    SpaceRole.objects.create(space=box.space, user=officer, role=SpaceRole.Role.ORGANISER)
    office = login(officer)
    facts = BOX | {"title_en": "Which?", "roll": box.roll_id, "doors": ["web"], "kind": "poll"}
    keys = {"key_holder": "trustees", "trustee_1": "A", "trustee_2": "B", "trustee_3": "C"}
    refused = office.post(f"/office/boxes/{box.ref}/edit/", facts | keys)
    assert refused.status_code == 400 and b"the installation holds its key" in refused.content
    assert office.post(f"/office/boxes/{box.ref}/edit/", facts).status_code == 302
    for step in ("freeze", "open"):
        assert office.post(f"/office/boxes/{box.ref}/{step}/").status_code == 302
    assert "Close the poll and publish" in office.get(f"/office/boxes/{box.ref}/closing/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"/office/boxes/{box.ref}/closing/finish/")
    assert Job.objects.get(kind="poll.finish").state == "done"
    assert Box.objects.get(pk=box.pk).state == "certified"


def test_a_vote_is_not_ended_by_the_button_of_a_poll():
    vote = make_vote()
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role=SpaceRole.Role.ORGANISER)
    answer = login(vote.officer).post(f"/office/boxes/{vote.box.ref}/closing/finish/")
    assert answer.status_code == 409 and not Job.objects.exists()
