"""The budget of a space: by forms, by files, and never once a box holds it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from server.budgets.models import Budget, Project
from server.processes.models import Space, SpaceRole
from server.voting.definitions import problems_before_freezing
from server.voting.models import Box
from tests.server.office.conftest import login
from tests.server.office.workbooks import workbook

pytestmark = pytest.mark.django_db
URL = "/office/prepare/budget/"
PROJECT = {"title_fr": "Le lavoir", "title_en": "The wash house", "cost_cents": "12500,50", "code": "lavoir"}
TABLE = "identifiant;numéro;titre_fr;titre_en;coût\nlavoir;2;Le lavoir;Wash house;300\nverger;1;Le verger;;150,50\n"


def send(client, content: bytes | str, name: str = "projets.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"{URL}import/", {"file": SimpleUploadedFile(name, data)})


def confirm(client, preview):
    token = re.search(rb'name="token" value="([0-9a-f]{32})"', preview.content)
    assert token, "the preview carries no token"
    return client.post(f"{URL}import/confirm/", {"token": token[1].decode()})


def test_amount_and_projects_by_forms(organiser):
    assert organiser.get(f"{URL}projects/add/").status_code == 302  # the amount comes first
    assert organiser.post(URL, {"amount_cents": "200 000"}).status_code == 302
    assert organiser.post(f"{URL}projects/add/", PROJECT).status_code == 302
    project = Project.objects.get()
    assert (project.cost_cents, project.number, project.budget.amount_cents) == (12_500_50, 1, 200_000_00)
    changed = PROJECT | {"cost_cents": "9000", "number": "7"}
    assert organiser.post(f"{URL}projects/{project.pk}/", changed).status_code == 302
    assert Project.objects.get().number == 7
    assert "€9,000" in organiser.get(URL).content.decode()
    organiser.post(f"{URL}projects/withdraw/", {"pick": [project.pk]})
    assert not Project.objects.exists()


@pytest.mark.parametrize("amount", ["", "0", "-5", "12,500", "abc", "1e99"])
def test_an_amount_that_is_none_or_unclear_is_refused(organiser, amount):
    assert organiser.post(URL, {"amount_cents": amount}).status_code == 400
    assert not Budget.objects.exists()


@pytest.mark.parametrize("wrong", [{"code": "à b"}, {"code": "verger"}, {"number": "1"}, {"cost_cents": "0"}])
def test_a_project_that_cannot_stand_on_a_ballot_is_refused(organiser, wrong):
    organiser.post(URL, {"amount_cents": "1000"})
    organiser.post(f"{URL}projects/add/", {"title_fr": "Le verger", "cost_cents": "5", "code": "verger"})
    reply = organiser.post(f"{URL}projects/add/", PROJECT | wrong)
    assert reply.status_code == 400 and b'id="errors"' in reply.content
    assert Project.objects.count() == 1


def test_a_file_is_shown_first_and_written_when_confirmed(organiser):
    organiser.post(URL, {"amount_cents": "1000"})
    preview = send(organiser, TABLE)
    assert preview.status_code == 200 and not Project.objects.exists()
    assert confirm(organiser, preview).status_code == 302
    assert list(Project.objects.values_list("code", "number", "cost_cents")) == [
        ("verger", 1, 150_50),
        ("lavoir", 2, 300_00),
    ]
    assert confirm(organiser, preview).url.endswith("/import/")  # the same page sent again finds no file
    assert Project.objects.count() == 2


def test_numbers_can_change_places_in_one_import(organiser):
    organiser.post(URL, {"amount_cents": "1000"})
    confirm(organiser, send(organiser, TABLE))
    swapped = TABLE.replace("lavoir;2", "lavoir;0").replace("verger;1", "verger;2").replace("lavoir;0", "lavoir;1")
    confirm(organiser, send(organiser, swapped))
    assert list(Project.objects.values_list("code", flat=True)) == ["lavoir", "verger"]


def test_a_workbook_and_a_pb_are_imported_and_a_pb_names_the_amount(organiser):
    confirm(organiser, send(organiser, workbook([["titre", "coût"], ["Le lavoir", 12500]]), "a.xlsx"))
    assert Project.objects.get().cost_cents == 12_500_00
    pb = "META\nkey;value\nbudget;1000\nPROJECTS\nproject_id;cost;name\n7;300;Well\n"
    confirm(organiser, send(organiser, pb, "a.pb"))
    assert Budget.objects.get().amount_cents == 1000_00 and Project.objects.count() == 2


def test_one_bad_row_and_nothing_is_written(organiser):
    organiser.post(URL, {"amount_cents": "1000"})
    reply = send(organiser, TABLE + "banc;3;Bancs;;rien\n")
    assert reply.status_code == 400 and b"Line 4: This is not a number. (rien)" in reply.content
    assert b'name="token"' not in reply.content and not Project.objects.exists()


def test_x5_text_of_a_file_is_shown_as_text(organiser):
    reply = send(organiser, "titre;cout\n<script>alert(1)</script>;4\n", "<b>x</b>.csv")
    assert reply.status_code == 200 and b"<script>alert" not in reply.content and b"<b>x</b>" not in reply.content


def test_x10_the_file_of_a_preview_belongs_to_who_sent_it(organiser, client, django_user_model):
    preview = send(organiser, TABLE)
    other = django_user_model.objects.create_user("other@example.org")
    SpaceRole.objects.create(space=Space.objects.get(slug="prepare"), user=other, role="organiser")
    assert confirm(login(other), preview).url.endswith("/import/")
    assert not Project.objects.exists()


def test_a_frozen_budget_stays_as_it_is(organiser, open_vote, town):
    ours = login(town.staff["organiser"])
    url = f"/office/{open_vote.space.slug}/budget/"
    before = list(Project.objects.values())
    project = before[0]["id"]
    preview = send_to(ours, url, TABLE)
    replies = [
        ours.post(url, {"amount_cents": "5"}),
        ours.post(f"{url}projects/add/", PROJECT | {"code": "new-one"}),
        ours.post(f"{url}projects/{project}/", PROJECT),
        ours.post(f"{url}projects/withdraw/", {"pick": [project]}),
        ours.post(
            f"{url}import/confirm/", {"token": re.search(rb'value="([0-9a-f]{32})"', preview.content)[1].decode()}
        ),
    ]
    assert [reply.status_code for reply in replies] == [409] * 5
    assert list(Project.objects.values()) == before


def send_to(client, url, content: str):
    return client.post(f"{url}import/", {"file": SimpleUploadedFile("a.csv", content.encode())})


def test_freezing_needs_the_amount_that_the_form_sets(organiser):
    """A file without an amount leaves the budget at zero, which no box may be frozen with."""
    confirm(organiser, send(organiser, TABLE))
    box = Box.objects.create(component=Budget.objects.get().component, title={"fr": "V"}, regime="pass", doors=["web"])
    with translation.override("en"):
        assert problems_before_freezing(box) == ["Set the amount of the budget."]
    organiser.post(URL, {"amount_cents": "200"})
    assert problems_before_freezing(Box.objects.get()) == []
