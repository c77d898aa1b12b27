"""Who may print, in which language, and what pages offer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from server.meetings import actions as meetings
from server.processes.models import SpaceRole
from tests.server.pdf import pdf_text
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    """A session that is closed, with the stack of passes waiting to be counted."""
    vote = make_vote()
    meetings.close_session(session=vote.session, by=vote.officer)
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role="organiser")
    return vote.refresh()


def person(vote, role):
    user = User.objects.create_user(f"{role}@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=user, role=role)
    return user


def count(vote):
    counts = {"passes_unused": 8, "passes_spoiled": 0, "passes_returned": 0}
    meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)


def addresses(vote):
    session, box = vote.session.ref, vote.box.ref
    return [
        reverse("office_meetings:report", args=[session, "fr"]),
        reverse("office_meetings:state", args=[session, "closing", "fr"]),
        reverse("office_closing:record", args=[box, "fr"]),
        reverse("office_closing:state", args=[box, "opening", "fr"]),
    ]


def links(client, address):
    page = client.get(address).content.decode()
    return re.findall(r'href="([^"]*/(?:report|record|list/\w+)\.(?:fr|en)\.pdf)"', page)


def test_whoever_may_not_close_finds_nothing_to_print(closed, client):
    count(closed)
    for role in ("desk", "scanner", "observer"):
        client.force_login(person(closed, role))
        assert [client.get(address).status_code for address in addresses(closed)] == [404] * 4
    stranger = Client()
    for address in addresses(closed):
        assert stranger.get(address)["Location"].startswith("/accounts/login/")


def test_what_pages_offer_is_there_in_both_languages_whatever_the_reader_s(closed, client):
    count(closed)
    client.force_login(closed.officer)
    offered = [
        *links(client, reverse("office_meetings:session", args=[closed.session.ref])),
        *links(client, reverse("office_meetings:closing", args=[closed.session.ref])),
        *links(client, reverse("office_closing:box", args=[closed.box.ref])),
    ]
    assert {address.rpartition("/")[2] for address in offered} == {
        f"{name}.{language}.pdf" for name in ("report", "record", "opening", "closing") for language in ("fr", "en")
    }
    for address in offered:
        answer = client.get(address, headers={"accept-language": "en"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
        assert ("Page 1 sur" in pdf_text(answer.content)) == address.endswith(".fr.pdf")
        assert answer["Cache-Control"] == "no-store" and 'attachment; filename="' in answer["Content-Disposition"]


def test_the_report_is_neither_offered_nor_given_before_the_stacks_are_counted(closed, client):
    client.force_login(closed.officer)
    address = reverse("office_meetings:report", args=[closed.session.ref, "en"])
    assert address not in links(client, reverse("office_meetings:closing", args=[closed.session.ref]))
    answer = client.get(address, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "hand_counts_missing")


def test_a_state_that_was_not_reached_is_refused_in_words(closed, client):
    client.force_login(closed.officer)
    for moment in ("closing", "certified"):
        address = reverse("office_closing:state", args=[closed.box.ref, moment, "en"])
        answer = client.get(address, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_state")
