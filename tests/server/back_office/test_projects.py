"""The list of projects: found, sorted, withdrawn and put back; deleted for good by typing only."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from server.budgets.models import Budget, Project
from server.office.models import Act
from server.voting.contests import ballot_projects
from server.voting.models import Box
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db
URL = "/office/prepare/budget/"


@pytest.fixture
def projects(organiser) -> dict[str, Project]:
    organiser.post(URL, {"amount_cents": "1000"})
    budget = Budget.objects.get()
    rows = [("verger", "Le verger", "Nature", 900), ("ecole", "L’École", "Jeunesse", 100), ("banc", "Un banc", "", 500)]
    for number, (code, title, category, cost) in enumerate(rows, start=1):
        texts = {"title": {"fr": title, "en": f"EN {title}"}, "category": {"fr": category} if category else {}}
        Project.objects.create(budget=budget, code=code, number=number, cost_cents=cost * 100, **texts)
    return {project.code: project for project in Project.objects.all()}


def shown(client, query: str = "") -> list[str]:
    page = client.get(URL + query)
    assert page.status_code == 200
    return re.findall(r'soft">([a-z]+)</span>', page.content.decode())


def send(client, deed: str, *projects: Project):
    return client.post(f"{URL}projects/{deed}/", {"pick": [project.pk for project in projects]})


def test_projects_are_found_filtered_and_sorted(organiser, projects):
    assert shown(organiser) == ["verger", "ecole", "banc"]
    assert shown(organiser, "?sort=title") == ["ecole", "verger", "banc"]
    assert shown(organiser, "?sort=-cost") == ["verger", "banc", "ecole"]
    assert shown(organiser, "?q=ECOLE") == ["ecole"]
    assert shown(organiser, "?category=Nature") == ["verger"]
    assert shown(organiser, "?category=unknown&sort=password&page=99") == ["verger", "ecole", "banc"]
    assert shown(organiser, "?q=nothing") == []


def test_withdrawn_projects_leave_the_vote_and_come_back_by_undo(organiser, projects):
    box = Box.objects.create(component=Budget.objects.get().component, title="V", regime="pass")
    reply = send(organiser, "withdraw", projects["verger"], projects["banc"])
    act = Act.objects.get(deed="projects.withdrawn")
    assert act.subject == "verger, banc" and reply.url == f"{URL}?done={act.pk}"
    assert reverse("acts:undo", args=[act.pk]) in organiser.get(reply.url).content.decode()
    assert [project.code for project in ballot_projects(box)] == ["ecole"]
    assert shown(organiser, "?state=withdrawn") == ["verger", "banc"]
    assert shown(organiser, "?state=standing") == ["ecole"]
    organiser.post(reverse("acts:undo", args=[act.pk]))
    assert [project.code for project in ballot_projects(box)] == ["verger", "ecole", "banc"]


def test_a_number_given_away_meanwhile_is_not_taken_back(organiser, projects):
    send(organiser, "withdraw", projects["verger"])
    changed = organiser.post(f"{URL}projects/{projects['banc'].pk}/", form(projects["banc"], number="1"))
    assert changed.status_code == 302
    send(organiser, "restore", projects["verger"])
    assert dict(Project.objects.values_list("code", "number")) == {"banc": 1, "ecole": 2, "verger": 3}


def form(project: Project, **changes: str) -> dict[str, str]:
    facts = {"title_fr": str(project.title), "cost_cents": "500", "code": project.code, "number": str(project.number)}
    return facts | changes


def test_nothing_ticked_is_told(organiser, projects):
    assert "Tick at least one" in organiser.get(send(organiser, "withdraw").url).content.decode()
    assert not Act.objects.filter(deed="projects.withdrawn").exists()


def test_i11_a_project_of_another_space_is_not_withdrawn(organiser, projects, open_vote):
    foreign = Project.objects.exclude(budget=Budget.objects.get(component__space__slug="prepare")).first()
    send(organiser, "withdraw", foreign)
    foreign.refresh_from_db()
    assert foreign.withdrawn_at is None


def test_s24_a_frozen_budget_withdraws_nothing(open_vote, town):
    client = login(town.staff["organiser"])
    address = f"/office/{open_vote.space.slug}/budget/projects/withdraw/"
    project = Project.objects.filter(budget__component__space=open_vote.space).first()
    assert client.post(address, {"pick": [project.pk]}).status_code == 409
    project.refresh_from_db()
    assert project.withdrawn_at is None


def test_only_what_is_withdrawn_is_deleted_and_by_typing_its_name(organiser, projects):
    address = f"{URL}projects/{projects['banc'].pk}/delete/"
    assert "Withdraw the project first." in organiser.get(address, follow=True).content.decode()
    send(organiser, "withdraw", projects["banc"])
    assert "Type “banc” to confirm" in organiser.get(address).content.decode()
    assert organiser.post(address, {"typed": "bang"}).status_code == 400
    assert Project.with_withdrawn.filter(code="banc").exists()
    assert organiser.post(address, {"typed": " BANC "}).status_code == 302
    assert not Project.with_withdrawn.filter(code="banc").exists()


def test_a_file_that_names_a_withdrawn_project_puts_it_back(organiser, projects):
    send(organiser, "withdraw", projects["banc"])
    table = SimpleUploadedFile("a.csv", b"identifier;title;cost\nbanc;Deux bancs;600\n")
    preview = organiser.post(f"{URL}import/", {"file": table}).content.decode()
    token = re.search(r'name="token" value="([0-9a-f]{32})"', preview)[1]
    organiser.post(f"{URL}import/confirm/", {"token": token})
    project = Project.objects.get(code="banc")
    assert (project.cost_cents, project.number) == (600_00, 3)
    assert Project.with_withdrawn.count() == 3


def test_the_identifier_of_a_withdrawn_project_is_not_given_twice(organiser, projects):
    send(organiser, "withdraw", projects["banc"])
    new = {"title_fr": "Autre", "cost_cents": "5", "code": "banc"}
    assert organiser.post(f"{URL}projects/add/", new).status_code == 400
