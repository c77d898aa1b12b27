"""Forms that explain themselves: what is left empty is made, and what would come of it is shown first."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.budgets.models import Project
from server.processes.models import Space
from server.voting.models import Box, Roll
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db
ALONE = {"HTTP_X_PREVIEW": "1"}
BOX = {
    "title_en": "Which projects?", "regime": "pass", "method": "approval", "min_choices": "1", "max_choices": "3",
    "rule": "greedy", "threshold": "1", "doors": ["web"],
}  # fmt: skip


@pytest.fixture
def budget(organiser):
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    for title in ("Le banc", "Le lavoir"):
        organiser.post("/office/prepare/budget/projects/add/", {"title_fr": title, "cost_cents": "400"})
    return organiser


def test_an_address_left_empty_is_made_of_the_title():
    client = login(User.objects.create_superuser("root@example.org"))
    for _turn in range(2):
        client.post("/office/new/", {"title_fr": "L’été à l’Œuvre : budget"})
    client.post("/office/new/", {"title_fr": "Log"})
    made = set(Space.objects.values_list("slug", flat=True))
    assert made == {"l-ete-a-l-oeuvre-budget", "l-ete-a-l-oeuvre-budget-2", "log-2"}


def test_an_identifier_left_empty_is_made_and_kept(budget):
    assert list(Project.objects.values_list("code", "number")) == [("p1", 1), ("p2", 2)]
    project = Project.objects.first()
    changed = {"title_fr": "Deux bancs", "cost_cents": "500", "code": ""}
    assert budget.post(f"/office/prepare/budget/projects/{project.pk}/", changed).status_code == 302
    project.refresh_from_db()
    assert (project.code, str(project.title["fr"])) == ("p1", "Deux bancs")


def test_the_ballot_is_seen_before_it_is_saved(budget):
    sent = BOX | {"preview": "1", "max_choices": "2"}
    part = budget.post("/office/prepare/boxes/add/", sent, **ALONE).content.decode()
    assert "Which projects?" in part and "Make 1 to 2 crosses." in part and "Le lavoir" in part
    assert "<html" not in part and not Box.objects.exists()
    page = budget.post("/office/prepare/boxes/add/", sent)
    assert page.status_code == 200 and b"Make 1 to 2 crosses." in page.content and b"<html" in page.content


def test_a_preview_of_what_is_half_typed_shows_what_is_right_so_far(budget):
    part = budget.post("/office/prepare/boxes/add/", BOX | {"preview": "1", "max_choices": "x"}, **ALONE)
    assert part.status_code == 200 and b"Which projects?" in part.content
    part = budget.post("/office/prepare/boxes/add/", {"preview": "1"}, **ALONE)
    assert part.status_code == 200 and b"The question" in part.content


def test_a_project_is_seen_before_it_is_saved(budget):
    sent = {"title_en": "A pond", "cost_cents": "12500", "description_en": "Deep <b>blue</b>", "preview": "1"}
    part = budget.post("/office/prepare/budget/projects/add/", sent, **ALONE).content.decode()
    assert "A pond" in part and "€12,500" in part and "&lt;b&gt;blue" in part
    assert Project.objects.count() == 2
    project = Project.objects.first()
    budget.post(f"/office/prepare/budget/projects/{project.pk}/", sent)
    project.refresh_from_db()
    assert "A pond" not in str(project.title)


def test_a_roll_that_is_the_only_one_is_chosen_already(budget):
    Roll.objects.create(space=Space.objects.get(), title="Liste 2027")
    page = budget.get("/office/prepare/boxes/add/").content.decode()
    assert "selected>Liste 2027" in page


def test_x8_a_preview_is_for_the_people_of_the_space(budget, open_vote):
    address = f"/office/{open_vote.space.slug}/boxes/add/"
    assert budget.post(address, BOX | {"preview": "1"}, **ALONE).status_code == 404
