"""How the kiosk looks: what fits, what can be touched, what axe finds, how much is loaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from ideas_town import town_of_ideas, walk_ideas
from kiosk_page import Kiosk, Open, contest
from kiosk_screens import town_of_two_votes, walk
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

MISFITS = (Path(__file__).parent / "misfits.js").read_text()
VIEWS = [(1080, 1920), (768, 1024), (1280, 800)]
LANGUAGES = ["fr", "en", "ar"]
LOOKS = ["normal", "more", "dark"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Said by the person at the help bar; here at once, since the bar does not answer under a dialog.
WEAR = """([lang, size, look, laid]) => {
  const root = document.documentElement;
  const say = (type, more) => document.dispatchEvent(new CustomEvent("deed", { detail: { type, ...more } }));
  if (root.lang !== lang) say("language", { lang });
  while (root.dataset.size !== size) say("size");
  while ((root.dataset.theme === "dark" ? "dark" : root.dataset.contrast) !== look) say("contrast");
  if (laid && !document.querySelector("dialog")) say(laid);
}"""


def everything() -> list[tuple]:
    """View, text size, language and look: all 108, for a slow and thorough run."""
    return [(v, s, la, lo) for v in VIEWS for s in (1, 2, 3, 4) for la in LANGUAGES for lo in LOOKS]


def sample(screen: int) -> list[tuple]:
    """Four of twelve rows in which every pair of view, size, language and look occurs, others for the next screen.

    Each screen is seen in every view and every text size, and three screens in a row see all pairs.
    """
    rows = [(VIEWS[i % 3], i % 4 + 1, LANGUAGES[i // 4], LOOKS[(i // 4 + i) % 3]) for i in range(12)]
    return [rows[(screen + 5 * j) % 12] for j in range(4)]


def wear(kiosk: Kiosk, view: tuple[int, int], size: int, lang: str, look: str, screen: str = "") -> None:
    kiosk.page.set_viewport_size({"width": view[0], "height": view[1]})
    kiosk.page.evaluate(WEAR, [lang, str(size), look, screen if screen in ("languages", "switches") else ""])


@dataclass(frozen=True)
class Round:
    """A walk through screens, and the kiosk that it begins at."""

    town: Callable[[], Town]
    walk: Callable[[Kiosk], Iterator[str]]
    is_ready: bool = False

    def begin(self, opened: Open) -> Kiosk:
        kiosk = opened(self.town())
        if self.is_ready:
            kiosk.page.clock.install()
            kiosk.ready()
        return kiosk


ROUNDS = {"vote": Round(town_of_two_votes, walk), "ideas": Round(town_of_ideas, walk_ideas, is_ready=True)}


@pytest.mark.parametrize("name", ROUNDS)
def test_every_screen_is_whole_in_every_size_language_and_look(opened: Open, name: str) -> None:
    """All screens, in a covering sample; ``KIOSK_LOOKS=all`` takes every combination."""
    take_all = os.environ.get("KIOSK_LOOKS") == "all"
    kiosk = ROUNDS[name].begin(opened)
    faults = []
    for number, screen in enumerate(ROUNDS[name].walk(kiosk)):
        for view, size, lang, look in everything() if take_all else sample(number):
            wear(kiosk, view, size, lang, look, screen)
            found = kiosk.page.evaluate(f"({MISFITS})(56)")
            faults += [f"{screen} {view} size {size} {lang} {look}: {fault}" for fault in found]
        wear(kiosk, VIEWS[0], 1, "fr", "normal", screen)
    assert faults == []
    assert kiosk.errors == []


@pytest.mark.parametrize("name", ROUNDS)
def test_axe_finds_nothing_on_any_screen(opened: Open, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    kiosk = ROUNDS[name].begin(opened)
    # A colour on its way from one to the other has no contrast that counts.
    kiosk.page.emulate_media(reduced_motion="reduce")
    faults = []
    for number, screen in enumerate(ROUNDS[name].walk(kiosk)):
        lang, view = LANGUAGES[number % 3], VIEWS[number % 2 + 1]
        # Another look has other colours, and nothing else; dark and contrast take turns.
        for look in LOOKS if os.environ.get("KIOSK_LOOKS") == "all" else ("normal", LOOKS[1 + number % 2]):
            wear(kiosk, view, number % 4 + 1, lang, look, screen)
            kiosk.page.mouse.move(1, 1)
            answer = axe.run(kiosk.page, options=RULES if look == "normal" else COLOURS)
            told = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in answer.response["violations"]]
            faults += [f"{screen} {lang} {look}: {rule}" for rule in told]
        wear(kiosk, VIEWS[0], 1, "fr", "normal", screen)
    assert faults == []


def test_a_telephone_can_be_a_kiosk(opened: Open) -> None:
    """360 pixels are no kiosk's width, but a spare telephone may have to stand in."""
    kiosk = opened()
    kiosk.page.set_viewport_size({"width": 360, "height": 740})

    def fits() -> None:
        assert kiosk.page.evaluate(f"({MISFITS})(32)") == []

    kiosk.open()
    fits()
    kiosk.ready()
    fits()
    kiosk.press("Touchez pour commencer")
    expect(kiosk.page.locator("pv-pass")).to_be_visible()
    fits()
    kiosk.give_pass(kiosk.town.codes[0])
    fits()
    kiosk.choices().nth(1).click()
    for _ in range(3):
        kiosk.press("Texte")
        fits()
    kiosk.press("Relire mon bulletin")
    fits()
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    fits()
    assert kiosk.errors == []


def test_the_first_load_of_all_three_modes_stays_under_700_kilobytes() -> None:
    release = Town([contest()], passes=0).release
    total = sum(file.size_on_the_wire for file in release.stored_files) + release.worker.size_on_the_wire
    assert total < 700_000, total
