"""Two desks without network, in a browser: unlocked by a card, people found and marked, and one voice in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import DESK, Hall, MeetingKiosk

pytestmark = [pytest.mark.e2e, pytest.mark.long]


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


class MeetingDesk(MeetingKiosk):
    """A desk at the live site: enrolled, unlocked with its card, opened."""

    card = ""

    def enrol(self) -> None:
        self.open(f"#enrol={self.town.enrol_code}")
        self.press("Oui, prendre la réunion")
        self.title("Prête")
        self.press("Aller au guichet")

    def unlock(self) -> None:
        self.title("Déverrouiller")
        self.page.locator("#code").fill(self.card)
        self.page.locator(".deed .act").last.click()
        self.title("Guichet")

    def begin(self) -> MeetingDesk:
        self.enrol()
        self.unlock()
        self.page.locator(".deed").get_by_role("button", name="Poste").click()
        self.press("Ouvrir le guichet")
        if not self.page.evaluate("() => navigator.storage.persisted()"):
            self.press("Oui, j'en réponds")
        self.press("Quitter")
        self.title("Guichet")
        return self

    def find(self, words: str) -> None:
        self.page.locator("#find").fill(words)
        self.page.wait_for_function("q => document.querySelector('pv-desk-find').view.q === q", arg=words)

    def mark(self, person: dict[str, Any]) -> None:
        self.find(person["name"])
        self.page.locator("button.person", has_text=person["number"]).first.click()
        own = self.page.locator(f"[data-number='{person['number']}']")
        own.get_by_role("button", name="Pointer et remettre un passe").click()
        self.sees("Remettez le passe suivant de la pile")

    def on(self) -> None:
        self.press("Personne suivante")
        self.title("Guichet")


def desks_of(hall: Hall, told: dict[str, Any]) -> list[MeetingDesk]:
    found = []
    for one in told["desks"]:
        person = hall.person(viewport=DESK, locale="fr-FR")
        person.page.close()
        place = SimpleNamespace(origin=hall.url, enrol_code=one["invitation"])
        desk = MeetingDesk(person.context, place)  # type: ignore[arg-type]
        desk.card = one["card"]
        found.append(desk.begin())
    return found


def test_p3_two_desks_without_network_and_one_voice(hall: Hall) -> None:
    """The first marks five, the second one of the same; both come back, and people decide about the one."""
    told = hall.act("make_desks", slug="two-desks")
    first, second = desks_of(hall, told)
    for desk in (first, second):
        desk.context.set_offline(True)
    five = told["people"][:5]
    for person in five:
        first.mark(person)
        first.title("Enregistré sur cet appareil")
        first.on()
    second.mark(five[2])
    first.find(five[0]["name"])
    expect(first.page.locator("button.person .state").first).to_have_text("Pointé ici")
    for desk in (second, first):
        desk.context.set_offline(False)
    expect(second.page.locator("h1").last).not_to_have_text("Enregistré sur cet appareil")  # arrived, or listed
    first.page.locator(".deed").get_by_role("button", name="Poste").click()
    first.press("Envoyer maintenant")
    saved = first.page.locator("[data-count=saved]").inner_text()
    expect(first.page.locator("[data-count=arrived]")).to_have_text(saved)
    found = hall.act("marked_people", box=told["box"])
    assert found["marked"] == sorted(person["number"] for person in five)
    assert found["twice"] == [five[2]["number"]]
    assert [outcome for _kind, outcome, _reason in found["outcomes"]] == ["done"] * 5 + ["twice"]
    assert [desk.errors for desk in (first, second)] == [[], []]
