"""The list of a roll: narrowed, sorted, and people taken off it until a ballot box is frozen."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.office.models import Act
from server.processes.models import Space
from server.voting.models import Roll, RollEntry
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db


@pytest.fixture
def roll(organiser) -> Roll:
    made = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    facts = [("7", "Lefèvre", "1980-05-31", "1 rue A"), ("8", "Roux", None, ""), ("9", "Abadie", "1950-01-02", "")]
    for number, name, born, address in facts:
        RollEntry.objects.create(roll=made, number=number, family_name=name, birth_date=born, address=address)
    RollEntry.objects.filter(number="7").update(account=User.objects.get())
    return made


def shown(client, roll: Roll, query: str = "") -> list[str]:
    page = client.get(f"/office/prepare/rolls/{roll.pk}/{query}").content.decode()
    return re.findall(r'<th scope="row"><a [^>]*><bdi>([^<]+)</bdi>', page)


def remove(client, roll: Roll, *numbers: str):
    keys = RollEntry.objects.filter(roll=roll, number__in=numbers).values_list("pk", flat=True)
    return client.post(f"/office/prepare/rolls/{roll.pk}/remove/", {"pick": list(keys)})


def test_people_are_narrowed_and_sorted(organiser, roll):
    assert shown(organiser, roll) == ["Abadie", "Lefèvre", "Roux"]
    assert shown(organiser, roll, "?sort=-number") == ["Abadie", "Roux", "Lefèvre"]
    assert shown(organiser, roll, "?lacks=account") == ["Abadie", "Roux"]
    assert shown(organiser, roll, "?lacks=address&q=roux") == ["Roux"]
    assert shown(organiser, roll, "?q=lefevre&sort=-born") == ["Lefèvre"]
    assert shown(organiser, roll, "?lacks=account__password&sort=account__email") == ["Abadie", "Lefèvre", "Roux"]


def test_people_taken_off_come_back_whole_by_undo(organiser, roll):
    before = list(RollEntry.objects.order_by("number").values("number", "family_name", "birth_date", "account"))
    reply = remove(organiser, roll, "7", "9")
    act = Act.objects.get(deed="roll.removed")
    assert reply.url.endswith(f"?done={act.pk}") and shown(organiser, roll) == ["Roux"]
    organiser.post(reverse("acts:undo", args=[act.pk]))
    assert list(RollEntry.objects.order_by("number").values("number", "family_name", "birth_date", "account")) == before
    roll.refresh_from_db()
    assert roll.version == 3


def test_p23_the_log_of_a_removal_names_nobody(organiser, roll):
    remove(organiser, roll, "7")
    assert "Lef" not in str(list(Act.objects.values()))


def test_a_number_that_was_given_again_is_not_put_back(organiser, roll):
    remove(organiser, roll, "7")
    RollEntry.objects.create(roll=roll, number="7", family_name="Nouveau")
    address = reverse("acts:undo", args=[Act.objects.get(deed="roll.removed").pk])
    assert "This cannot be undone" in organiser.post(address, follow=True).content.decode()
    assert RollEntry.objects.filter(number="7").count() == 1


def test_nobody_is_taken_off_once_a_box_is_frozen(open_vote, town):
    client, roll = login(town.staff["organiser"]), open_vote.box.roll
    entry = roll.entries.first()
    address = f"/office/{open_vote.space.slug}/rolls/{roll.pk}/"
    assert client.post(f"{address}remove/", {"pick": [entry.pk]}).status_code == 409
    assert RollEntry.objects.filter(pk=entry.pk).exists()
    assert "Take off the roll" not in client.get(address).content.decode()


def test_i11_people_of_another_roll_are_not_taken_off(organiser, roll, open_vote):
    entry = open_vote.box.roll.entries.first()
    organiser.post(f"/office/prepare/rolls/{roll.pk}/remove/", {"pick": [entry.pk]})
    assert RollEntry.objects.filter(pk=entry.pk).exists()


def test_p8_lines_that_look_alike_are_shown_side_by_side_and_told_apart(organiser, roll):
    address = f"/office/prepare/rolls/{roll.pk}/alike/"
    assert "No pair waits" in organiser.get(address).content.decode()
    facts = {"number": "10", "family_name": "LEFEVRE", "birth_date": "1980-05-31", "address": "2 rue B"}
    organiser.post(f"/office/prepare/rolls/{roll.pk}/people/add/", facts)
    assert "1 pair of lines looks alike" in organiser.get(f"/office/prepare/rolls/{roll.pk}/").content.decode()
    assert "1 pair of lines on the roll" in organiser.get("/office/prepare/").content.decode()
    page = organiser.get(address).content.decode()
    assert "<mark><bdi>2 rue B</bdi></mark>" in page and "<td><bdi>31 May 1980</bdi></td>" in page
    pair = roll.look_alikes.get().pk
    organiser.post(address, {"pick": pair, "deed": "apart"})
    page = organiser.get(address).content.decode()
    assert "No pair waits" in page and "Told apart lately" in page
    organiser.post(address, {"pick": pair, "deed": "again"})
    assert "They are two people" in organiser.get(address).content.decode()


@pytest.mark.parametrize("pick", ["", "x", "0", "9" * 30, "-1"])
def test_a_pair_that_is_not_on_this_roll_is_not_found(organiser, roll, pick):
    assert organiser.post(f"/office/prepare/rolls/{roll.pk}/alike/", {"pick": pick, "deed": "apart"}).status_code == 404
