"""Somebody whose envelope was opened is on a list kept on paper: kept as a challenge, as for two desks (P3)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.meetings import actions as meetings
from server.opendata.actions import published_folder
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Challenge
from server.voting.presence import mark_of
from server.voting.refusals_desk import ChallengesUndecided, NotMarkedElsewhere
from server.voting.refusals_post import VotedByPost
from server.voting.settlement import settle_box
from tests.server.opendata.test_publishing import verify
from tests.server.post.conftest import Post

pytestmark = pytest.mark.django_db
COUNTS = {
    "passes_unused": 3, "passes_spoiled": 0, "passes_returned": 0,
    "sheets_in_box": 1, "sheets_unused": 0, "envelopes_sheets": 1, "envelopes_without": 0,
}  # fmt: skip


@pytest.fixture
def opened(post) -> Post:
    """One sheet came by post and is mixed with others; the desk's list on paper, not keyed in yet, names its sender."""
    post.send(0)
    post.vote.online(0, "verger")
    post.judge(0)
    post.close()
    post.open()
    post.scan("lavoir")
    return post


def from_paper(post: Post) -> list[Challenge]:
    vote = post.vote
    return voting.note_challenge(session=vote.session, entry=vote.entries[0], by=vote.officer)


def test_an_opened_envelope_and_a_line_on_paper_are_both_kept_and_people_decide(opened):
    vote = opened.vote
    facts = {"box": vote.box, "entry": vote.entries[0], "session": vote.session, "by": vote.officer}
    with pytest.raises(VotedByPost):
        voting.mark_used_in_person(**facts, is_keyed_in=True)
    before = settle_box(vote.box).counted_hash
    [one] = from_paper(opened)
    assert (one.mark.way, one.session, one.state) == ("post", vote.session, "waiting")
    assert from_paper(opened) == [one] and settle_box(vote.box).counted_hash == before
    vote.count(**COUNTS)
    second = next(line for line in balance_of(vote.refresh().session) if line.number == 2)
    assert second.holds and {term.key: term.count for term in second.terms}["marked_twice"] == 1
    vote.explain("The pass did not come back.")
    with pytest.raises(ChallengesUndecided):
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.decide_challenge(challenge=one, outcome="first", reason="It was her neighbour.", by=vote.officer)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    box = voting.reconcile_box(box=vote.box, by=vote.officer)
    assert box.settlement["rights"] == {"used": 1, "in_person": 0, "posted": 1, "online": 0}
    voting.open_box(box=box, by=vote.officer)
    box = voting.certify_box(box=box, by=vote.officer)
    assert box.result["turnout"]["ballots"] == 1 and verify(published_folder(box))[0] == 0


def test_a_line_that_was_a_mistake_leaves_nothing_in_the_accounts(opened):
    [one] = from_paper(opened)
    voting.decide_challenge(challenge=one, outcome="mistake", reason="The line below.", by=opened.vote.officer)
    opened.vote.count(**COUNTS | {"passes_unused": 4})
    second = next(line for line in balance_of(opened.vote.refresh().session) if line.number == 2)
    assert second.holds and "marked_twice" not in {term.key for term in second.terms}
    assert mark_of(opened.vote.box, opened.vote.entries[0]).noted_elsewhere == []


def test_a_shut_envelope_gives_way_and_is_no_challenge(post):
    post.send(0)
    post.judge(0)
    post.close()
    with pytest.raises(NotMarkedElsewhere):
        from_paper(post)
    facts = {"box": post.vote.box, "entry": post.vote.entries[0], "session": post.vote.session}
    assert voting.mark_used_in_person(**facts, by=post.vote.officer, is_keyed_in=True).way == "hall"
    assert post.of(0).state == "refused"


def test_desk_office_and_person_are_told(opened, client):
    vote = opened.vote
    client.force_login(User.objects.create_superuser("chief@example.org"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    person, desk = vote.entries[0], [vote.session.ref]
    address = reverse("desk:challenge", args=[*desk, person.pk])
    found = client.post(reverse("desk:search", args=desk), {"q": person.number}).content.decode()
    assert "the envelope is opened" in found and address in found and "refuse the envelope" not in found
    assert "a sheet came by post" in client.get(address).content.decode()
    assert "The office decides" in client.post(address, follow=True).content.decode()
    found = client.post(reverse("desk:search", args=desk), {"q": person.number}).content.decode()
    assert "Noted from the paper list" in found and address not in found
    one = Challenge.objects.get()
    listed = client.get(reverse("office_voting:challenges", args=[vote.box.ref])).content.decode()
    page = client.get(reverse("office_voting:challenge", args=[vote.box.ref, one.pk])).content.decode()
    assert "First: by post. On paper:" in listed and "A sheet came by post for it" in page
    asked = reverse("voting:enter", args=[vote.box.space.slug, vote.box.ref])
    type(vote.box.space).objects.update(published_at=vote.session.meeting.starts_at)
    told = client.post(asked, {"code": vote.letters[0].grouped, "ask": "1"}).content.decode()
    assert "By post." in told and "A list kept on paper names you as well" in told
