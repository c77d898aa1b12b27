"""The states of proposals, in the words of the town."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from server.office.models import Act
from server.proposals.models import Proposal, State
from server.proposals.states import MOST
from tests.server.proposals.ideas import make_ideas, organiser, propose

pytestmark = pytest.mark.django_db
NEW = {"title_fr": "En chantier", "title_en": "Being built", "tone": "wait"}


@pytest.fixture
def office():
    component = make_ideas()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(organiser(component.space))
    client.component = component
    client.page = f"/office/{component.space.slug}/proposals/{component.pk}/states/"
    return client


def titles(component) -> list[str]:
    return [one.title["en"] for one in component.proposal_states.order_by("position")]


def test_a_state_is_added_at_the_end_renamed_and_moved(office):
    assert office.post(office.page, NEW).status_code == 302
    assert titles(office.component) == ["Under review", "Retained", "Not retained", "Being built"]
    made = State.objects.get(position=4)
    assert office.post(f"{office.page}{made.pk}/", {**NEW, "title_en": "Under way"}).status_code == 302
    office.post(f"{office.page}{made.pk}/change/", {"to": "up"})
    assert titles(office.component) == ["Under review", "Retained", "Under way", "Not retained"]
    first = office.component.proposal_states.first()
    office.post(f"{office.page}{first.pk}/change/", {"to": "up"})
    assert titles(office.component)[0] == "Under review"
    assert Act.objects.filter(deed__startswith="proposal.state_").count() == 3


def test_a_state_that_an_answer_has_stays(office):
    mine, state = propose(office.component), office.component.proposal_states.first()
    Proposal.objects.filter(pk=mine.pk).update(state=state)
    answer = office.post(f"{office.page}{state.pk}/change/", {"delete": "1"})
    assert answer.status_code == 409 and "Some proposals have this state" in answer.content.decode()
    Proposal.objects.update(state=None)
    assert office.post(f"{office.page}{state.pk}/change/", {"delete": "1"}).status_code == 302
    assert titles(office.component) == ["Retained", "Not retained"]


def test_states_of_another_component_are_not_there(office):
    other = State.objects.create(
        component=office.component.space.components.create(kind="proposals", title={"fr": "X"})
    )
    assert office.get(f"{office.page}{other.pk}/").status_code == 404
    assert office.post(f"{office.page}{other.pk}/change/", {"delete": "1"}).status_code == 404


def test_there_are_only_so_many(office):
    State.objects.bulk_create(State(component=office.component, title={"fr": str(n)}) for n in range(MOST - 3))
    assert office.post(office.page, NEW).status_code == 409


def test_all_proposals_as_a_workbook_in_which_no_cell_is_a_formula():
    component = make_ideas()
    propose(component, "=HYPERLINK(1) un banc à l’ombre", "Deux\nlignes")
    propose(component, "Des arceaux à vélos")
    answer = Client().get(f"/spaces/{component.space.slug}/proposals/{component.pk}/proposals.xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows())
    named = [dict(zip([c.value for c in rows[0]], row, strict=True)) for row in rows[1:]]
    assert [one["title"].data_type for one in named] == ["s", "s"]
    assert named[0]["title"].value == "'=HYPERLINK(1) un banc à l’ombre"
    assert (named[0]["body"].value, named[1]["number"].value, named[1]["door"].value) == ("Deux\nlignes", 2, "web")
