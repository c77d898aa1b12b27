"""Search by stems, what is like it, and the order by lot."""

from __future__ import annotations

import pytest

from tests.server.proposals.ideas import make_ideas, propose

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Rénover les écoles du quartier", "ecole"),
        ("More benches in the park", "bench park"),
        ("Planter des arbres fruitiers", "ARBRE fruitière"),
        ("L’eau de la fontaine", "fontaines"),
        ("Un œuvre d’art", "oeuvres"),
    ],
)
def test_a_word_is_found_by_its_stem_without_accents(written, asked):
    component = make_ideas()
    proposal = propose(component, written)
    propose(component, "Tout autre chose, vraiment")
    assert list(component.proposals.matching(asked)) == [proposal]


def test_what_was_found_is_cut_into_pages_and_counted(client):
    component = make_ideas()
    for number in range(30):
        propose(component, f"Un banc, le {number}e")
    propose(component, "Une fontaine")
    here = component.get_absolute_url()

    def listing(query: str):
        return client.get(f"{here}?{query}").context["listing"]

    first, second = listing("q=bancs&lot=7"), listing("q=bancs&lot=7&page=2")
    assert (first.count, first.total, len(first.page), len(second.page)) == (30, 31, 24, 6)
    assert len({one.pk for shown in (first, second) for one in shown.page}) == 30
    assert first.page.has_next() and not second.page.has_next() and second.page.number == 2
    assert [one.pk for one in listing("q=bancs&lot=7&page=99").page] == [one.pk for one in second.page]
    for wrong in ("0", "-1", "x", "9" * 40, "²", ""):
        assert [one.pk for one in listing(f"q=bancs&lot=7&page={wrong}").page][:1], wrong
    nothing = listing("q=tramway")
    assert (nothing.count, list(nothing.page)) == (0, [])


def test_every_word_must_occur():
    component = make_ideas()
    propose(component, "Planter des arbres sur la place")
    assert not component.proposals.matching("arbres piscine").exists()
    assert not component.proposals.matching("…!?").exists()


def test_what_says_something_alike_is_found_and_what_does_not_is_not():
    component = make_ideas()
    benches = propose(component, "Installer des bancs devant la gare", "Les voyageurs âgés attendent debout.")
    for n in range(6):
        propose(component, f"Ouvrir la piscine le dimanche {n}", "Pour les familles du quartier.")
    found = component.proposals.standing().like("Un banc pour les voyageurs de la gare", most=5)
    assert found == [benches]
    assert component.proposals.standing().like("Une patinoire en hiver", most=5) == []


def test_the_lot_is_the_same_for_the_same_seed_and_another_for_another():
    component = make_ideas()
    for n in range(12):
        propose(component, f"Une proposition, la {n}e")
    orders = [
        list(component.proposals.with_lot(seed).order_by("by_lot").values_list("pk", flat=True))
        for seed in (5, 5, 77_777)
    ]
    assert orders[0] == orders[1] != orders[2] and sorted(orders[0]) == sorted(orders[2])
