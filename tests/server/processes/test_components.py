"""What a space offers is added, set up, put in order and shown in the office, whatever room built its kind."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.budgets.actions import set_amount
from server.budgets.models import Project
from server.office.models import Act
from server.processes.component_types import TYPES, ComponentType, register
from server.processes.models import Component, Opening, Phase, Space
from server.web.templatetags.icons import ICONS
from tests.server.processes.test_phases import phase_of

pytestmark = pytest.mark.django_db
HERE = "/office/prepare/components/"


def undo(client, deed: str):
    return client.post(reverse("acts:undo", args=[Act.objects.filter(deed=deed).latest("pk").pk]), follow=True)


def published(space: Space) -> None:
    from django.utils import timezone

    space.published_at = timezone.now()
    space.save()


def add(client, kind: str, title: str) -> Component:
    assert client.post(f"{HERE}add/", {"kind": kind, "title_en": title}).status_code == 302
    return Component.objects.latest("pk")


def test_every_registered_kind_is_offered_by_name_and_one_sentence(organiser, walls):
    page = organiser.get(f"{HERE}add/").content.decode()
    for one in TYPES.values():
        assert f'value="{one.kind}"' in page and str(one.name) in page and str(one.about) in page
        assert one.icon in ICONS and one.about


def test_two_rooms_cannot_offer_the_same_kind(walls):
    with pytest.raises(ValueError, match="wall"):
        register(type("Other", (ComponentType,), {"kind": "wall", "name": "Other"}))


def test_a_component_is_drafted_set_up_and_published(organiser, client, space):
    published(space)
    page = add(organiser, "page", "Rules")
    assert not page.is_published and "Rules" in organiser.get(HERE).content.decode()
    texts = {"title_en": "The rules", "set-text_en": "Be kind.\n\nBe brief.", "set-text_fr": "Soyez brefs."}
    assert organiser.post(f"{HERE}{page.pk}/", texts).status_code == 302
    page.refresh_from_db()
    assert page.settings == {"text": {"en": "Be kind.\n\nBe brief.", "fr": "Soyez brefs."}}
    assert "Be brief." in organiser.get(f"{HERE}{page.pk}/").content.decode()
    public = lambda: client.get("/spaces/prepare/", headers={"accept-language": "en"}).content.decode()  # noqa: E731
    assert "Be brief." not in public()
    organiser.post(f"{HERE}{page.pk}/show/", {"public": "1"})
    assert "Be brief." in public() and "The rules" in public()
    undo(organiser, "component.published")
    assert "Be brief." not in public()
    deeds = ["component.added", "component.saved", "component.published", "component.hidden"]
    assert list(Act.objects.order_by("pk").values_list("deed", flat=True)) == deeds


def test_what_a_form_does_not_ask_for_stays_in_the_settings(organiser, space):
    page = Component.objects.create(space=space, kind="page", title={"en": "Rules"}, settings={"older": 1})
    organiser.post(f"{HERE}{page.pk}/", {"title_en": "Rules", "set-text_en": "Be kind."})
    page.refresh_from_db()
    assert page.settings == {"older": 1, "text": {"en": "Be kind."}}


@pytest.mark.parametrize("wrong", [{"kind": "nothing"}, {"kind": ""}, {"title_en": ""}, {"title_en": "a\u202eb"}])
def test_a_component_without_kind_or_title_is_refused(organiser, wrong):
    reply = organiser.post(f"{HERE}add/", {"kind": "page", "title_en": "Rules"} | wrong)
    assert reply.status_code == 400 and not Component.objects.exists()


def test_settings_that_are_wrong_are_told_and_nothing_is_kept(organiser, space):
    page = Component.objects.create(space=space, kind="page", title={"en": "Rules"})
    reply = organiser.post(f"{HERE}{page.pk}/", {"title_en": "Other", "set-text_en": "a\u202eb"})
    assert reply.status_code == 400 and b'id="errors-of-settings"' in reply.content
    page.refresh_from_db()
    assert page.title == {"en": "Rules"} and page.settings == {}


def test_components_change_places_and_the_public_page_follows(organiser, client, space):
    published(space)
    one, two, three = (add(organiser, "page", f"Page {name}") for name in ("one", "two", "three"))
    Component.objects.update(published_at=space.published_at)

    def order() -> list[int]:
        return list(space.components.values_list("pk", flat=True))

    organiser.post(f"{HERE}{three.pk}/move/", {"to": "up"})
    organiser.post(f"{HERE}{one.pk}/move/", {"to": "down"})
    assert order() == [three.pk, one.pk, two.pk]
    organiser.post(f"{HERE}{three.pk}/move/", {"to": "up"})
    organiser.post(f"{HERE}{two.pk}/move/", {"to": "down"})
    assert order() == [three.pk, one.pk, two.pk]
    page = client.get("/spaces/prepare/").content.decode()
    assert page.index("Page three") < page.index("Page one") < page.index("Page two")


def test_an_empty_component_is_deleted_and_brought_back_with_what_phases_opened(organiser, space, wall):
    phase = phase_of(space)
    Opening.objects.create(phase=phase, component=wall, activity="propose", doors=["web"])
    assert b"Delete the component" in organiser.get(f"{HERE}{wall.pk}/delete/").content
    assert Component.objects.exists()  # asking deletes nothing
    organiser.post(f"{HERE}{wall.pk}/delete/")
    assert not Component.objects.exists() and not Opening.objects.exists()
    undo(organiser, "component.deleted")
    assert Component.objects.get().title == {"en": "The wall"}
    assert list(Opening.objects.values_list("phase", "activity", "doors")) == [(phase.pk, "propose", ["web"])]


def test_a_component_in_which_something_is_can_be_hidden_but_not_deleted(organiser, space, wall, walls):
    walls.written.add(wall.pk)
    assert b"hidden, not deleted" in organiser.get(f"{HERE}{wall.pk}/delete/").content
    reply = organiser.post(f"{HERE}{wall.pk}/delete/", headers={"accept": "application/json"})
    assert reply.status_code == 409 and reply.json()["code"] == "component_in_use"
    assert Component.objects.exists() and Phase.objects.count() == 0


def test_a_kind_that_no_room_knows_is_kept_and_said(organiser, client, space):
    published(space)
    Component.objects.create(space=space, kind="gone", title={"en": "Old"}, published_at=space.published_at)
    assert "does not know this kind" in organiser.get(HERE).content.decode()
    assert "Old" not in client.get("/spaces/prepare/").content.decode()
    assert organiser.post(f"{HERE}{Component.objects.get().pk}/delete/").status_code == 409


def test_a_space_has_one_budget_and_an_empty_one_alone_is_deleted(organiser, space, agnes):
    budget = add(organiser, "budget", "Money")
    assert organiser.post(f"{HERE}add/", {"kind": "budget", "title_en": "More"}).status_code == 400
    assert 'value="budget"' not in organiser.get(f"{HERE}add/").content.decode()
    assert "/office/prepare/budget/" in organiser.get(HERE).content.decode()
    held = set_amount(space=space, amount_cents=100, by=agnes)
    assert held.component == budget
    Project.objects.create(budget=held, number=1, title={"en": "A bench"}, cost_cents=50)
    assert organiser.post(f"{HERE}{budget.pk}/delete/").status_code == 409
    Project.objects.all().delete()
    assert organiser.post(f"{HERE}{budget.pk}/delete/").status_code == 302


def test_x8_a_component_of_another_space_is_not_found(organiser, wall):
    other = Space.objects.create(slug="other", title={"en": "Other"})
    theirs = Component.objects.create(space=other, kind="page", title={"en": "Theirs"})
    for deed in ("", "delete/"):
        assert organiser.get(f"{HERE}{theirs.pk}/{deed}").status_code == 404
    for deed in ("", "delete/", "move/", "show/"):
        assert organiser.post(f"{HERE}{theirs.pk}/{deed}", {"to": "up", "public": "1"}).status_code == 404
        assert organiser.post(f"/office/other/components/{theirs.pk}/{deed}").status_code == 404
    theirs.refresh_from_db()
    assert not theirs.is_published
