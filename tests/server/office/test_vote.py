"""A vote from an empty space to the first ballot, through the forms alone."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from server.budgets.models import Budget
from server.processes.models import Component, Space
from server.processes.origin import Origin
from server.voting.actions import cast_ballot, make_passes
from server.voting.models import Box, Roll, RollEntry
from server.voting.rights import Right
from tests.server.office.conftest import login
from tests.server.office.workbooks import workbook

pytestmark = pytest.mark.django_db
PEOPLE = (
    "Numéro;Nom;Prénom;Date de naissance;Adresse;Courriel\n"
    "1;Lefèvre;Chloé;31/05/1980;3 rue du Puits;chloe@example.org\n"
    "2;Roux;Jean;1975-01-02;;\n3;Roux;Jean;02.01.1975;;\n"
)
BOX = {
    "title_fr": "Quels projets ?",
    "title_en": "Which projects?",
    "regime": "person",
    "method": "approval",
    "min_choices": "1",
    "max_choices": "2",
    "rule": "greedy",
    "threshold": "1",
    "doors": ["web", "paper"],
}


def make_roll(client) -> Roll:
    assert client.post("/office/prepare/rolls/", {"title": "Liste 2027"}).status_code == 302
    return Roll.objects.get(title="Liste 2027")


def send(client, roll: Roll, content: bytes | str, name: str = "liste.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"/office/prepare/rolls/{roll.pk}/import/", {"file": SimpleUploadedFile(name, data)})


def confirm(client, roll: Roll, preview):
    token = re.search(rb'name="token" value="([0-9a-f]{32})"', preview.content)
    assert token, "the preview carries no token"
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(f"/office/prepare/rolls/{roll.pk}/import/confirm/", {"token": token[1].decode()})


def make_projects(client) -> None:
    client.post("/office/prepare/budget/", {"amount_cents": "1000"})
    for code, cost in (("lavoir", "800"), ("verger", "300"), ("bancs", "200")):
        facts = {"title_fr": code.title(), "cost_cents": cost, "code": code}
        assert client.post("/office/prepare/budget/projects/add/", facts).status_code == 302


def make_box(client, **facts) -> Box:
    reply = client.post("/office/prepare/boxes/add/", BOX | facts)
    assert reply.status_code == 302, re.findall(rb'class="alarm".*?</div>', reply.content, re.S)
    return Box.objects.get()


def test_a_whole_vote_through_the_forms(organiser):
    make_projects(organiser)
    roll = make_roll(organiser)
    confirm(organiser, roll, send(organiser, roll, PEOPLE))
    box = make_box(organiser, roll=str(roll.pk))
    assert b"Freeze the ballot box" in organiser.get(f"/office/boxes/{box.ref}/").content
    for step, state in (("freeze", "frozen"), ("open", "open")):
        assert organiser.get(f"/office/boxes/{box.ref}/{step}/").status_code == 200
        assert Box.objects.get().state != state  # asking does nothing
        assert organiser.post(f"/office/boxes/{box.ref}/{step}/").status_code == 302
        assert Box.objects.get().state == state
    box = Box.objects.get()
    (code, _pass), *_rest = make_passes(box=box, entries=list(roll.entries.all()))
    right = Right.of_code(box, code.grouped)
    record = cast_ballot(box=box, right=right, choices={"q1": ["lavoir"]}, origin=Origin(door="web"))
    assert record.verdict == "accepted"
    assert organiser.post(f"/office/boxes/{box.ref}/close/").status_code == 302
    assert Box.objects.get().state == "closed"
    assert b"Close the vote" in organiser.get("/office/prepare/").content


def test_the_checklist_shows_what_comes_next(organiser):
    def next_step() -> bytes:
        return re.search(rb'aria-current="step">.*?</b>', organiser.get("/office/prepare/").content, re.S)[0]

    assert b"Set the phases" in next_step()
    phase = {"title_fr": "Vote", "starts_at": "2027-05-01T08:00", "ends_at": "2027-05-31T18:00", "involvement": "5"}
    organiser.post("/office/prepare/phases/add/", phase)
    assert b"Set the budget" in next_step()
    make_projects(organiser)
    assert b"Bring in the roll" in next_step()
    box = make_box(organiser, regime="pass", roll="", doors=["web"])
    assert b"freeze it" in next_step()
    organiser.post(f"/office/boxes/{box.ref}/freeze/")
    assert b"Open the vote" in next_step()


def test_problems_stand_on_the_page_until_they_are_mended(organiser):
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    box = make_box(organiser, regime="pass", roll="")
    page = f"/office/boxes/{box.ref}/"
    assert b"Add projects to the budget." in organiser.get(page).content
    assert organiser.get(f"{page}freeze/").status_code == 302
    assert organiser.post(f"{page}freeze/").status_code == 409
    make_projects(organiser)
    assert b"Add projects to the budget." not in organiser.get(page).content
    assert organiser.get(f"{page}freeze/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"regime": "person", "roll": ""},
        {"min_choices": "3", "max_choices": "2"},
        {"doors": []},
        {"title_fr": "", "title_en": ""},
        {"method": "dictator"},
        {"max_cost_cents": "12,500"},
    ],
)
def test_a_box_that_makes_no_vote_is_refused_in_words(organiser, wrong):
    make_projects(organiser)
    reply = organiser.post("/office/prepare/boxes/add/", BOX | {"regime": "pass", "roll": ""} | wrong)
    assert reply.status_code == 400 and b'id="errors"' in reply.content and not Box.objects.exists()


def test_a_roll_of_another_space_cannot_be_chosen(organiser, open_vote):
    make_projects(organiser)
    reply = organiser.post("/office/prepare/boxes/add/", BOX | {"roll": str(open_vote.box.roll_id)})
    assert reply.status_code == 400 and Box.objects.count() == 1


def test_a_frozen_box_and_its_space_keep_what_was_frozen(organiser, open_vote, town):
    client = login(town.staff["organiser"])
    reply = client.post(f"/office/boxes/{open_vote.box.ref}/edit/", BOX | {"regime": "pass", "roll": ""})
    assert reply.status_code == 409
    slug = open_vote.space.slug
    client.post(f"/office/{slug}/edit/", {"title_fr": "Autre titre", "slug": "autre", "is_public": "on"})
    open_vote.space.refresh_from_db()
    assert open_vote.space.slug == slug and open_vote.space.title["fr"] == "Autre titre"


def test_steps_taken_out_of_order_are_refused_and_taken_twice_change_nothing(organiser):
    make_projects(organiser)
    box = make_box(organiser, regime="pass", roll="", doors=["web"])
    page = f"/office/boxes/{box.ref}/"
    assert organiser.post(f"{page}open/").status_code == 409
    assert organiser.post(f"{page}freeze/").status_code == 302
    frozen = Box.objects.get().definition_hash
    assert organiser.post(f"{page}freeze/").status_code == 302
    assert Box.objects.get().definition_hash == frozen


def test_p8_people_are_imported_and_twins_are_shown_never_joined(organiser):
    roll = make_roll(organiser)
    preview = send(organiser, roll, PEOPLE)
    assert preview.status_code == 200 and not RollEntry.objects.exists()
    assert b"1 possible twin" in preview.content
    confirm(organiser, roll, preview)
    assert list(roll.entries.filter(family_name="Roux").values_list("number", flat=True)) == ["2", "3"]
    again = send(organiser, roll, PEOPLE.replace("3 rue", "5 rue") + "4;Nouveau;Ali;;;\n")
    confirm(organiser, roll, again)
    roll.refresh_from_db()
    assert roll.entries.count() == 4 and roll.version == 3
    assert roll.entries.get(number="1").address == "5 rue du Puits"


def test_an_account_matched_to_an_entry_stays_matched(organiser, django_user_model):
    roll = make_roll(organiser)
    confirm(organiser, roll, send(organiser, roll, PEOPLE))
    someone = django_user_model.objects.create_user("chloe@example.org")
    RollEntry.objects.filter(number="1").update(account=someone)
    confirm(organiser, roll, send(organiser, roll, PEOPLE.replace("Chloé", "Chloé Anne")))
    assert roll.entries.get(number="1").account == someone and roll.entries.get(number="1").given_name == "Chloé Anne"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty."),
        (PEOPLE + "1;Double;A;;;\n", "Line 5: This number stands twice. (1)"),
        (PEOPLE + ";Sans;A;;;\n", "Line 5: A value is missing. (number)"),
        (PEOPLE + "9;Date;A;31/02/1980;;\n", "Line 5: This is not a date."),
        (PEOPLE + "9;Date;A;;;nobody\n", "Line 5: This is not an e-mail address."),
        (PEOPLE.encode("utf-16"), "The encoding is UTF-16."),
        (workbook([["a", "b"], [1, 2]])[:200], "The Excel file is damaged or was cut."),
        (PEOPLE + "9;" + "x" * 130 + ";A;;;\n", "The text is too long. (family_name)"),
    ],
)
def test_a_bad_roll_is_named_by_its_line_and_nothing_is_written(organiser, content, words):
    roll = make_roll(organiser)
    reply = send(organiser, roll, content)
    assert reply.status_code == 400 and words in reply.content.decode()
    assert not RollEntry.objects.exists()


def test_a_roll_stays_once_a_vote_has_begun(open_vote, town):
    client = login(town.staff["organiser"])
    path = f"/office/{open_vote.space.slug}/rolls/{open_vote.box.roll_id}/import/"
    preview = client.post(path, {"file": SimpleUploadedFile("a.csv", PEOPLE.encode())})
    token = re.search(rb'value="([0-9a-f]{32})"', preview.content)[1].decode()
    before = open_vote.box.roll.entries.count()
    assert client.post(f"{path}confirm/", {"token": token}).status_code == 409
    assert open_vote.box.roll.entries.count() == before


def test_people_are_found_without_accents(organiser):
    roll = make_roll(organiser)
    confirm(organiser, roll, send(organiser, roll, PEOPLE))
    page = organiser.get(f"/office/prepare/rolls/{roll.pk}/?q=lefevre").content.decode()
    assert "Lefèvre" in page and "Roux" not in page
    assert "Nobody found" in organiser.get(f"/office/prepare/rolls/{roll.pk}/?q=zzzz").content.decode()


def test_the_checklist_of_a_certified_vote_asks_for_nothing_more(past_vote):
    client = login(past_vote.space.roles.get(role="organiser").user)
    page = client.get(f"/office/{past_vote.space.slug}/").content
    assert b'aria-current="step"' not in page and b"Certify the result" in page


def test_d19_a_confirmation_sent_twice_writes_once(organiser):
    roll = make_roll(organiser)
    preview = send(organiser, roll, PEOPLE)
    assert confirm(organiser, roll, preview).url.startswith("/office/jobs/")
    assert confirm(organiser, roll, preview).url.endswith("/import/")
    roll.refresh_from_db()
    assert roll.entries.count() == 3 and roll.version == 2


def test_boxes_and_rolls_are_searched_once_there_are_many(organiser):
    """As every other list of the office: a short one has no tools, and what matches nothing says so."""
    space = Space.objects.get(slug="prepare")
    component = Component.objects.create(space=space, kind="budget", title={"fr": "Les projets"})
    Budget.objects.create(component=component, amount_cents=1)

    def more(*names: str) -> None:
        for name in names:
            roll = Roll.objects.create(space=space, title=f"Liste {name}")
            Box.objects.create(component=component, roll=roll, title={"fr": f"Vote {name}"}, doors=["web"])

    more("du lavoir", "du verger")
    lists = ["/office/prepare/boxes/", "/office/prepare/rolls/"]
    assert not any('role="search"' in organiser.get(path).content.decode() for path in lists)
    more(*(f"n° {number}" for number in range(8)))
    for path in lists:
        found = organiser.get(path, {"q": "LAVOIR"}).content.decode()
        assert "du lavoir" in found and "du verger" not in found, path
        assert "Nothing matches" in organiser.get(path, {"q": "rien"}).content.decode()
    assert "du lavoir" not in organiser.get(lists[0], {"state": "open"}).content.decode()
