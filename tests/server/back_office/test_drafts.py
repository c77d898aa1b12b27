"""What can be deleted for good: drafts, by typing their name. And several devices revoked at once."""

from __future__ import annotations

import pytest

from server.budgets.models import Project
from server.devices.models import Device
from server.office.models import Act
from server.processes.models import Component, Space
from server.voting.models import Box, Roll, RollEntry
from tests.server.back_office.conftest import login
from tests.server.office_b.conftest import Office, office

__all__ = ["Office", "office"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(organiser) -> Box:
    """A draft box in a draft space, with a roll and a session that it belongs to."""
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    organiser.post("/office/prepare/budget/projects/add/", {"title_fr": "Banc", "cost_cents": "5", "code": "banc"})
    roll = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    RollEntry.objects.create(roll=roll, number="1", family_name="Roux")
    made = Box.objects.create(component=Component.objects.get(), title={"en": "Which  bench?"}, roll=roll)
    organiser.post(
        "/office/prepare/meetings/new/",
        {
            "title_fr": "M",
            "place": "P",
            "starts_at": "2030-01-01T18:00",
            "ends_at": "2030-01-01T20:00",
            "boxes": [made.pk],
        },
    )
    return made


def test_a_draft_box_is_deleted_by_typing_its_question(organiser, draft):
    address = f"/office/boxes/{draft.ref}/delete/"
    assert "Type “Which  bench?” to confirm" in organiser.get(address).content.decode()
    assert organiser.post(address, {"typed": "bench"}).status_code == 400
    assert organiser.post(address, {"typed": "which bench? "}).status_code == 302
    assert not Box.objects.exists() and Project.objects.exists()
    assert Act.objects.get(deed="box.deleted").subject == "Which  bench?"


def test_a_frozen_box_is_never_deleted(open_vote, town):
    client = login(town.staff["organiser"])
    address = f"/office/boxes/{open_vote.box.ref}/delete/"
    assert client.post(address, {"typed": str(open_vote.box)}).status_code in (400, 409)
    with_english = {"typed": open_vote.box.title["en"]}
    assert client.post(address, with_english).status_code == 409
    assert Box.objects.filter(pk=open_vote.box.pk).exists()


def test_a_draft_space_is_deleted_with_all_that_is_in_it_but_the_log(organiser, draft):
    address = "/office/prepare/delete/"
    assert organiser.post(address, {"typed": "nothing"}).status_code == 400
    assert organiser.post(address, {"typed": "prepare"}).status_code == 302
    assert not any(model.objects.exists() for model in (Space, Box, Project, Roll, RollEntry))
    assert Act.objects.get(deed="space.deleted").place == "prepare"


def test_a_published_space_and_one_with_a_frozen_box_stay(open_vote, town):
    client, slug = login(town.staff["organiser"]), open_vote.space.slug
    assert client.post(f"/office/{slug}/delete/", {"typed": slug}).status_code == 409
    Space.objects.update(published_at=None)
    assert client.post(f"/office/{slug}/delete/", {"typed": slug}).status_code == 409
    assert Space.objects.filter(slug=slug).exists()


def test_x8_who_has_no_part_deletes_nothing(organiser, open_vote):
    for address in (f"/office/{open_vote.space.slug}/delete/", f"/office/boxes/{open_vote.box.ref}/delete/"):
        assert [organiser.get(address).status_code, organiser.post(address).status_code] == [404, 404]


def test_several_devices_are_revoked_after_a_word_is_typed(office: Office):
    office.vote.kiosk()
    office.vote.kiosk()
    keys = list(Device.objects.values_list("pk", flat=True))
    name = "office_devices:revoke_several"
    office.send(name, office.ref, status=400, pick=keys, typed="yes")
    office.send(name, office.ref, status=400, typed="revoke")
    assert not Device.objects.filter(status="revoked").exists()
    page = office.send(name, office.ref, pick=keys[:1], typed="Revoke")
    assert "The devices are revoked." in page
    assert list(Device.objects.order_by("pk").values_list("status", flat=True)) == ["revoked", "enrolled"]
    assert Act.objects.filter(deed="device.revoked").count() == 1
