"""Categories and areas: three levels, in an order that the office keeps."""

from __future__ import annotations

import pytest

from server.office.models import Act
from server.processes import taxons
from server.processes.models import Space, Taxon
from server.processes.taxons import every, tree_of

pytestmark = pytest.mark.django_db
HERE = "/office/prepare/categories/"
JSON = {"accept": "application/json"}


def add(client, title: str, kind: str = "category", parent: Taxon | None = None) -> Taxon:
    facts = {"title_en": title, "kind": kind, "parent": str(parent.pk) if parent else ""}
    assert client.post(HERE, facts).status_code == 302
    return Taxon.objects.latest("pk")


def words(space: Space) -> list[str]:
    return [f"{'-' * (one.level - 1)}{one.taxon}" for one in every(tree_of(space))]


def test_words_are_added_in_three_levels_and_no_fourth(organiser, space):
    nature = add(organiser, "Nature")
    water = add(organiser, "Water", parent=nature)
    ponds = add(organiser, "Ponds", kind="area", parent=water)
    add(organiser, "Centre", kind="area")
    assert words(space) == ["Nature", "-Water", "--Ponds", "Centre"]
    assert ponds.kind == "category"  # as what it lies below
    page = organiser.get(HERE).content.decode().partition('name="parent"')[2]
    assert f'<option value="{ponds.pk}"' not in page and f'<option value="{water.pk}"' in page
    refused = organiser.post(HERE, {"title_en": "Frogs", "parent": str(ponds.pk)})
    assert refused.status_code == 400 and Taxon.objects.count() == 4
    with pytest.raises(taxons.TooManyLevels):
        taxons.save_taxon(space=space, taxon=Taxon(), title={"en": "Frogs"}, kind="category", parent=ponds, by=None)


def test_a_word_is_renamed_and_put_elsewhere_but_never_below_itself(organiser, space):
    nature, street = add(organiser, "Nature"), add(organiser, "Streets")
    water = add(organiser, "Water", parent=nature)
    area = add(organiser, "Centre", kind="area")
    assert organiser.post(f"{HERE}{water.pk}/", {"title_en": "Rivers", "parent": str(street.pk)}).status_code == 302
    assert words(space) == ["Nature", "Streets", "-Rivers", "Centre"]
    organiser.post(f"{HERE}{nature.pk}/", {"title_en": "Nature", "parent": str(water.pk)})
    assert words(space) == ["Streets", "-Rivers", "--Nature", "Centre"]
    for target in (street, water, area):  # itself, what is below it, another kind
        assert organiser.post(f"{HERE}{street.pk}/", {"title_en": "X", "parent": str(target.pk)}).status_code == 400
    assert words(space) == ["Streets", "-Rivers", "--Nature", "Centre"]


def test_words_change_places_with_those_beside_them(organiser, space):
    one, two, three = (add(organiser, title) for title in ("One", "Two", "Three"))
    add(organiser, "Centre", kind="area")
    organiser.post(f"{HERE}{three.pk}/move/", {"to": "up"})
    organiser.post(f"{HERE}{one.pk}/move/", {"to": "up"})
    organiser.post(f"{HERE}{two.pk}/move/", {"to": "down"})
    assert words(space) == ["One", "Three", "Two", "Centre"]


def test_a_word_is_deleted_with_what_lies_below_it(organiser, space):
    nature = add(organiser, "Nature")
    add(organiser, "Water", parent=nature)
    add(organiser, "Streets")
    assert "Water" in organiser.get(f"{HERE}{nature.pk}/delete/").content.decode()
    assert Taxon.objects.count() == 3  # asking deletes nothing
    organiser.post(f"{HERE}{nature.pk}/delete/")
    assert words(space) == ["Streets"]
    assert Act.objects.latest("pk").facts == {"words": 2}


def test_there_are_not_more_words_than_a_page_can_show(organiser, space, monkeypatch):
    monkeypatch.setattr(taxons, "MOST", 2)
    for title in ("One", "Two"):
        add(organiser, title)
    refused = organiser.post(HERE, {"title_en": "Three"}, headers=JSON)
    assert refused.status_code == 409 and refused.json()["code"] == "too_many_taxons"


@pytest.mark.parametrize("wrong", [{"title_en": " "}, {"title_en": "a\u202eb"}, {"kind": "colour"}, {"parent": "x"}])
def test_a_word_that_is_wrong_is_refused(organiser, wrong):
    assert organiser.post(HERE, {"title_en": "Nature", "kind": "area"} | wrong).status_code == 400
    assert not Taxon.objects.exists()


def test_x8_words_of_another_space_are_not_reached(organiser, space):
    other = Space.objects.create(slug="other", title={"en": "Other"})
    theirs = Taxon.objects.create(space=other, title={"en": "Theirs"})
    for path in (*(f"{HERE}{theirs.pk}/{deed}" for deed in ("", "move/", "delete/")), "/office/other/categories/"):
        assert organiser.post(path, {"title_en": "X", "to": "up"}).status_code == 404
    assert organiser.post(HERE, {"title_en": "X", "parent": str(theirs.pk)}).status_code == 400


def test_the_tree_costs_one_query(organiser, space, django_assert_num_queries):
    parent = add(organiser, "Nature")
    for n in range(4):
        parent_of = add(organiser, f"Word {n}", parent=parent)
        add(organiser, f"Below {n}", parent=parent_of)
    with django_assert_num_queries(1):
        assert len(every(tree_of(space))) == 9
