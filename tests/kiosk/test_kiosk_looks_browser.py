"""How the kiosk looks: what fits, what can be touched, what axe finds, how much is loaded."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town, make_code
from kiosk_page import Open, contest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


SIZES = [(1080, 1920), (768, 1024), (1280, 800), (360, 740)]
MISFITS = """() => {
  const seen = (all) => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility());
  const told = (found) => found.map((e) => e.outerHTML.slice(0, 80));
  const isWide = (e) => e.getBoundingClientRect().right > innerWidth + 1;
  const wide = seen("body *").filter((e) => !e.closest("svg, .hide") && isWide(e));
  const small = seen("button, .choice, input:not(.mark, .hide)").filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return height < 44 || width < 32;
  });
  return [told(wide), told(small)];
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_screens_fit_and_can_be_touched(opened: Open, size: tuple[int, int]) -> None:
    kiosk = opened()
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})

    def fits() -> None:
        wide, small = kiosk.page.evaluate(MISFITS)
        assert (wide, small) == ([], [])

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


def test_screens_are_accessible(opened: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    kiosk = opened()

    def check(screen: str) -> None:
        kiosk.page.mouse.move(1, 1)
        kiosk.page.wait_for_timeout(200)
        found = axe.run(kiosk.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        told = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found.response["violations"]]
        assert told == [], screen

    kiosk.open()
    check("set-up")
    kiosk.ready()
    check("rest")
    kiosk.operator()
    check("operator")
    kiosk.press("Quitter")
    kiosk.give_pass(make_code()[0])
    check("pass refused")
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(1).click()
    check("ballot")
    kiosk.press("Contraste")
    check("ballot, contrast")
    kiosk.press("Relire mon bulletin")
    check("review")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    check("receipt")


def test_the_first_load_stays_under_700_kilobytes() -> None:
    release = Town([contest()], passes=0).release
    total = sum(file.size_on_the_wire for file in release.stored_files) + release.worker.size_on_the_wire
    assert total < 700_000, total
