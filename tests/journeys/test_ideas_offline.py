"""A kiosk without network collects endorsements, ideas and comments; when it comes back, each counts once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import UPRIGHT, Hall, MeetingKiosk

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kiosk"))

from ideas_town import comment, open_ideas, show_pass, write

pytestmark = [pytest.mark.e2e, pytest.mark.long]
WRITTEN = [
    ("Une passerelle au lavoir", "Pour ne plus faire le tour.", "Zoé"),
    ("Des lampes plus basses", "Les chauves-souris reviendraient.", ""),
    ("Un sentier sans marches", "Pour les poussettes.", "Table 4"),
]


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


def endorse(kiosk: MeetingKiosk, code: str, *refs: str) -> None:
    """One person, from the first touch to the last."""
    open_ideas(kiosk)
    for number, ref in enumerate(refs):
        kiosk.page.locator(f"[data-ref='{ref}']").click()
        kiosk.press("Soutenir cette idée")
        if number == 0:
            show_pass(kiosk, code)
        expect(kiosk.page.locator(".say.ok")).to_contain_text("Enregistré sur cet appareil")
        kiosk.press("Toutes les idées")
    kiosk.press("Tout effacer et partir")


def propose(kiosk: MeetingKiosk, title: str, body: str, name: str) -> None:
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    write(kiosk, title, body, name)
    kiosk.press("Relire")
    kiosk.press("Envoyer mon idée")
    kiosk.title("Enregistré sur cet appareil")
    kiosk.press("Terminé")


def discuss(kiosk: MeetingKiosk, ref: str, words: str, stance: str, name: str) -> None:
    open_ideas(kiosk)
    kiosk.page.locator(f"[data-ref='{ref}']").click()
    comment(kiosk, words, stance=stance, name=name)
    kiosk.press("Relire")
    kiosk.press("Envoyer mon commentaire")
    kiosk.title("Enregistré sur cet appareil")
    kiosk.press("Terminé")


def test_p22_endorsements_ideas_and_comments_of_a_kiosk_offline_count_once_whatever_changed_meanwhile(
    hall: Hall,
) -> None:
    told = hall.act("make_workshop", slug="atelier-des-rives")
    bench, benches, fountain, willows = told["ideas"]
    person = hall.person(viewport=UPRIGHT, locale="fr-FR")
    person.page.close()
    town = SimpleNamespace(origin=hall.url, enrol_code=told["invitation"])
    kiosk = MeetingKiosk(person.context, town)  # type: ignore[arg-type]
    kiosk.pin = told["pin"]
    kiosk.ready()
    kiosk.context.set_offline(True)
    passes = told["passes"]
    for code in passes[:6]:
        endorse(kiosk, code, fountain)
    endorse(kiosk, passes[6], bench, benches)
    endorse(kiosk, passes[7], benches)
    endorse(kiosk, passes[8], willows)
    for idea in WRITTEN:
        propose(kiosk, *idea)
    discuss(kiosk, fountain, "Sur la place, alors.", "Pour", "Zoé")
    discuss(kiosk, bench, "Un seul suffirait.", "Contre", "")
    one = hall.act("end_workshop", component=told["component"], joined=[bench, benches])
    kiosk.context.set_offline(False)
    kiosk.session("Clore le vote")
    kiosk.operator()
    saved = kiosk.page.locator("[data-count=saved]").inner_text()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text(saved)
    found = hall.act("ideas_of", component=told["component"], session=told["session"])
    assert len(found["records"]) == 15, "ten endorsements, three ideas, two comments"
    assert {(verdict, reason) for _type, verdict, reason in found["records"]} == {("accepted", "")}
    counts = {ref: found["endorsed"][ref] for ref in (one["into"], fountain, willows)}
    assert counts == {
        one["into"]: [2, {"kiosk": 2}],  # three endorsements of two people stand behind what was made one
        fountain: [6, {"kiosk": 6}],
        willows: [1, {"kiosk": 1}],
    }
    assert found["written"] == [[title, name, told["session"]] for title, _body, name in WRITTEN], (
        "each once, with the name as it was given"
    )
    assert found["said"] == [
        [fountain, "Sur la place, alors.", "for", "Zoé", "kiosk"],
        [bench, "Un seul suffirait.", "against", "", "kiosk"],
    ], "also where the idea became part of another meanwhile"
    page = hall.person(locale="en-GB").go(f"/spaces/atelier-des-rives/proposals/{told['component']}/?door=kiosk")
    for title, _body, _name in WRITTEN:
        expect(page.locator("main")).to_contain_text(title)
    expect(page.locator("main")).not_to_contain_text("Des saules")
    assert kiosk.errors == []
