"""The poster and the label of a ballot box say which vote they belong to, and how its sheet is marked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.voting.definitions import Definition
from server.voting.paper_form import ballot_form
from tests.server.paper.test_pages import person
from tests.server.pdf import pdf_text

pytestmark = pytest.mark.django_db


def test_poster_and_label_are_made_for_the_vote_of_the_session(vote, client):
    client.force_login(person(vote, "organiser"))
    page = client.get(reverse("paper:print_runs", args=[vote.session.ref])).content.decode()
    rule = ballot_form(vote.box, Definition.of(vote.box).facts).instructions[0]
    for kind, told in (("poster", rule), ("label", "Assemblée")):
        address = reverse("paper:hall_print", args=[vote.session.ref, vote.box.ref, kind])
        assert address in page
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
        text = " ".join(pdf_text(answer.content).split())
        assert told in text and "Le vote" in text


def test_a_box_of_another_session_has_no_poster_here(vote, client):
    client.force_login(person(vote, "organiser"))
    address = reverse("paper:hall_print", args=[vote.session.ref, "0" * 16, "poster"])
    assert client.get(address).status_code == 404
