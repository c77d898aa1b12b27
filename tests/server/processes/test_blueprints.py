"""Each blueprint makes a ready, unpublished space from what the rooms of this release offer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from server.processes import component_types
from server.processes.blueprints import HERE, NAMES, blueprint, written
from server.processes.component_types import Activity, ComponentType, type_of
from server.processes.document_checks import checked
from server.processes.models import Door, Space

pytestmark = pytest.mark.django_db
DOORS = list(Door)


@pytest.fixture
def every_room() -> Iterator[None]:
    """As if the rooms of proposals and debates were there, each opening whatever a blueprint may ask of it."""
    made = []
    for kind in ("proposals", "debate"):
        if type_of(kind) is None:
            offers = {"kind": kind, "name": kind, "activities": dict.fromkeys(Activity, DOORS)}
            component_types.TYPES[kind] = type("Stand", (ComponentType,), offers)()
            made.append(kind)
    yield
    for kind in made:
        del component_types.TYPES[kind]


def test_the_folder_holds_the_blueprints_that_are_offered_and_no_other():
    assert sorted(one.stem for one in HERE.glob("*.json")) == sorted(NAMES)
    with pytest.raises(KeyError):
        blueprint("../documents")


@pytest.mark.parametrize("name", NAMES)
def test_a_blueprint_is_whole_once_every_room_is_there(name, every_room):
    document = written(name)
    found = checked(document, is_ours=True)
    assert len(found.components) == len(document["components"])
    said = [found.title, found.about, found.summary, found.description, *(one.title for one in found.taxons)]
    said += [one.title for one in found.components] + [
        text for one in found.phases for text in (one.title, one.promise)
    ]
    assert all(text["fr"] and text["en"] for text in said)
    ends = [one.ends.day for one in found.phases]
    assert ends == sorted(ends) and all(one.opens or one.promise for one in found.phases)
    assert any(one.opens for one in found.phases)


@pytest.mark.parametrize("name", NAMES)
def test_a_blueprint_makes_a_ready_draft_from_the_chosen_day(organiser, name, every_room):
    facts = {"title_fr": "Notre année", "title_en": "Our year", "slug": "year", "blueprint": name}
    reply = organiser.post("/office/new/", facts | {"first_day": "2027-09-01"})
    assert (reply.status_code, reply.url) == (302, "/office/year/")
    space, document = Space.objects.get(slug="year"), written(name)
    assert not space.is_published and space.title["en"] == "Our year" and space.kind == document["kind"]
    assert space.summary == document["summary"]
    assert [one.kind for one in space.components.all()] == [one["kind"] for one in document["components"]]
    phases = list(space.phases.prefetch_related("openings"))
    assert [one.title for one in phases] == [one["title"] for one in document["phases"]]
    assert all(one.promise for one in phases) and sum(len(one.openings.all()) for one in phases)
    assert timezone.localdate(phases[0].starts_at) == date(2027, 9, 1)
    last = document["phases"][-1]["ends"]["day"]
    assert timezone.localdate(phases[-1].ends_at) == date(2027, 9, 1) + timedelta(last)
    for page in ("", "phases/", "components/", "edit/"):
        assert organiser.get(f"/office/year/{page}").status_code == 200
    publish = {"title_en": "Our year", "slug": "year", "is_public": "on"}
    assert organiser.post("/office/year/edit/", publish).status_code == 302


def test_the_way_to_a_certified_result_is_shown_where_there_is_to_be_one(organiser, every_room):
    for slug, name in (("box", "idea_box"), ("budget-2028", "participatory_budget")):
        facts = {"title_en": "Our year", "slug": slug, "blueprint": name, "first_day": "2027-09-01"}
        page = organiser.post("/office/new/", facts, follow=True).content.decode()
        assert ("certified result" in page) == ("Set the budget" in page) == (slug != "box")


def test_a_kind_whose_room_is_not_built_is_passed_over(organiser, monkeypatch):
    monkeypatch.setattr(component_types, "TYPES", {"page": component_types.TYPES["page"]})
    facts = {"title_en": "Our year", "slug": "year", "blueprint": "idea_box", "first_day": "2027-09-01"}
    assert organiser.post("/office/new/", facts).status_code == 302
    space = Space.objects.get(slug="year")
    assert [one.kind for one in space.components.all()] == ["page"] and space.phases.count() == 2


def test_a_blueprint_needs_a_day_and_begins_as_a_draft(organiser):
    facts = {"title_en": "Our year", "slug": "year", "blueprint": "idea_box", "first_day": "2027-09-01"}
    for wrong in ({"first_day": ""}, {"first_day": "soon"}, {"is_public": "on"}, {"blueprint": "../x"}):
        assert organiser.post("/office/new/", facts | wrong).status_code == 400
    assert not Space.objects.filter(slug="year").exists()


def test_an_empty_space_is_still_made(organiser):
    organiser.post("/office/new/", {"title_en": "Empty", "slug": "empty", "blueprint": "", "is_public": "on"})
    space = Space.objects.get(slug="empty")
    assert space.is_published and not space.phases.exists() and not space.components.exists()


def test_texts_that_are_typed_stand_before_those_of_the_blueprint(organiser):
    facts = {"title_en": "Our year", "slug": "year", "blueprint": "idea_box", "first_day": "2027-09-01"}
    organiser.post("/office/new/", facts | {"summary_en": "Mine."})
    space = Space.objects.get(slug="year")
    assert space.summary == {"en": "Mine."} and space.description == written("idea_box")["description"]
