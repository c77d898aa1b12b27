"""A question needs no budget in its space: it is asked, answered, counted and published; projects still need one."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.opendata.actions import published_folder
from server.processes.models import Component, Space
from server.processes.origin import Origin
from server.rehearsal.closing import verify
from server.voting import actions as voting
from server.voting.models import Box
from server.voting.rights import Right
from tests.server.office.test_vote import BOX, make_box, make_projects

pytestmark = pytest.mark.django_db
QUESTION = {"method": "yes-no", "regime": "pass", "doors": ["web"]}


def test_the_page_of_boxes_offers_a_question_where_there_is_no_budget(organiser):
    page = organiser.get("/office/prepare/boxes/").content.decode()
    assert "Ask a question" in page and "Set the budget" in page
    form = organiser.get("/office/prepare/boxes/add/")
    assert form.context["form"]["method"].value() == "yes-no" and not Component.objects.exists()


def test_projects_need_a_budget_and_the_form_says_so(organiser):
    reply = organiser.post("/office/prepare/boxes/add/", BOX | QUESTION | {"method": "approval"})
    assert reply.status_code == 400 and "Set the budget first" in reply.content.decode()
    assert list(reply.context["form"].errors) == ["method"] and not Component.objects.exists()


def test_a_question_without_a_budget_is_asked_counted_and_published(organiser, client):
    box = make_box(organiser, **QUESTION)
    assert "A question needs no budget." in organiser.get("/office/prepare/").content.decode()
    assert organiser.get(f"/office/boxes/{box.ref}/").status_code == 200
    for step in ("freeze", "open"):
        assert organiser.post(f"/office/boxes/{box.ref}/{step}/").status_code == 302
    box, officer = Box.objects.get(), User.objects.get(pk=organiser.session["_auth_user_id"])
    for answer in ("yes", "no", "yes"):
        [(code, _pass)] = voting.make_passes(box=box, quantity=1)
        right = Right.of_code(box, code.grouped)
        voting.cast_ballot(box=box, right=right, choices={"q1": [answer]}, origin=Origin(door="web"))
    organiser.post("/office/prepare/edit/", {"title_fr": "Place", "slug": "prepare", "is_public": "on"})
    for do in (voting.close_voting, voting.reconcile_box, voting.open_box, voting.certify_box):
        box = do(box=box, by=officer)
    assert verify(published_folder(box))[0]
    for page in ("/spaces/prepare/", box.get_absolute_url(), f"{box.get_absolute_url()}result/"):
        assert client.get(page).status_code == 200
    assert "to share" not in client.get("/spaces/prepare/").content.decode()


def test_a_budget_that_comes_later_stands_beside_the_question(organiser):
    question = make_box(organiser, **QUESTION)
    assert question.component.published_at is None and organiser.get("/office/prepare/budget/").status_code == 200
    organiser.post(f"/office/boxes/{question.ref}/freeze/")
    make_projects(organiser)
    component = Component.objects.get()
    assert component.pk == question.component_id and component.published_at and component.budget.projects.count() == 3
    assert organiser.post("/office/prepare/boxes/add/", BOX | {"regime": "pass"}).status_code == 302
    assert Box.objects.count() == 2


def test_two_questions_share_their_place(organiser):
    make_box(organiser, **QUESTION)
    assert organiser.post("/office/prepare/boxes/add/", BOX | QUESTION).status_code == 302
    assert Component.objects.count() == 1 and Box.objects.count() == 2
    assert Space.objects.get(slug="prepare").components.get().boxes.count() == 2
