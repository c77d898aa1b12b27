"""Voting without a finger on the glass: by keyboard alone, by one switch, by two; and what a screen reader is told."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from kiosk_page import Kiosk, Open, ballots, contest, wait_for
from kiosk_screens import town_of_two_votes
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

STANDS_ON = """() => {
  const here = document.activeElement;
  return here.closest(".choice")?.querySelector(".t").firstChild.textContent ?? here.ariaLabel ?? here.textContent;
}"""
SEEN_FOCUS = """() => {
  const here = document.activeElement.closest(".choice") ?? document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 3;
}"""


def tab_to(kiosk: Kiosk, words: str) -> None:
    """Press Tab until the focus, always visible, stands on what says these words."""
    for _ in range(40):
        kiosk.page.keyboard.press("Tab")
        assert kiosk.page.evaluate(SEEN_FOCUS), "the focus is seen"
        if words in kiosk.page.evaluate(STANDS_ON):
            return
    raise AssertionError(f"Tab does not reach {words}")


def heading_has_focus(kiosk: Kiosk, words: str) -> None:
    kiosk.title(words)
    expect(kiosk.page.locator("h1:focus")).to_have_text(words)


def test_a_vote_by_keyboard_alone_from_pass_to_receipt(opened: Open) -> None:
    kiosk = opened(town_of_two_votes()).ready()
    keys = kiosk.page.keyboard
    tab_to(kiosk, "Touchez pour commencer")
    keys.press("Enter")
    heading_has_focus(kiosk, "Votre passe")
    keys.press("Tab")
    keys.type(kiosk.town.codes[0])
    keys.press("Enter")
    heading_has_focus(kiosk, "Quels projets pour le Centre\u202f?")
    tab_to(kiosk, "Des uritrottoirs en plus")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(kiosk.page.locator("input:checked")).to_have_count(2)
    tab_to(kiosk, "Question suivante")
    keys.press("Enter")
    heading_has_focus(kiosk, "Quel nom pour la place\u202f?")
    keys.press("Escape")
    heading_has_focus(kiosk, "Quels projets pour le Centre\u202f?")
    expect(kiosk.page.locator("input:checked")).to_have_count(2)
    tab_to(kiosk, "Question suivante")
    keys.press("Enter")
    tab_to(kiosk, "Relire mon bulletin")
    keys.press("Enter")
    heading_has_focus(kiosk, "Votre bulletin")
    tab_to(kiosk, "Déposer mon bulletin")
    keys.press("Enter")
    heading_has_focus(kiosk, "Enregistré sur cet appareil")
    tab_to(kiosk, "Terminé")
    keys.press("Enter")
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    wait_for(lambda: len(ballots(kiosk.town)) == 2, kiosk)
    assert ballots(kiosk.town)[0] == {"v": 1, "choices": {"q1": ["6", "7"]}}
    assert kiosk.errors == []


def test_escape_goes_back_and_never_further_than_the_rest_screen(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.press("Touchez pour commencer")
    kiosk.title("Votre passe")
    kiosk.page.keyboard.press("Escape")
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.page.keyboard.press("Escape")
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.to_review(kiosk.town.codes[0], 1)
    kiosk.page.keyboard.press("Escape")
    heading_has_focus(kiosk, "Quels projets pour le Centre\u202f?")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)


def test_keys_on_the_screen_are_one_stop_walked_through_with_arrows(opened: Open) -> None:
    kiosk = opened().ready()
    keys = kiosk.page.keyboard
    kiosk.press("Touchez pour commencer")
    kiosk.title("Votre passe")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(kiosk.page.locator("#code")).to_have_value("9")
    keys.press("Tab")
    assert kiosk.page.evaluate(STANDS_ON) == "Retour"


def framed(kiosk: Kiosk) -> str:
    """What the frame of the switch stands around: a control, or a row of them."""
    parts = kiosk.page.locator("[data-scanned]").evaluate_all(
        """(all) => all.map((e) =>
          e.closest(".choice")?.querySelector(".t").firstChild.textContent ?? e.ariaLabel ?? e.innerText)"""
    )
    return "|".join(parts)


def move_to(kiosk: Kiosk, words: str, forward) -> None:
    for _ in range(60):
        if words in framed(kiosk):
            return
        forward()
    raise AssertionError(f"the frame does not come to {words}")


def type_by_switch(kiosk: Kiosk, code: str, move, choose) -> None:
    for sign in code:
        row = next(row for row in ("01234567", "89ABCDEF", "GHJKMNPQ", "RSTVWXYZ") if sign in row)
        move_to(kiosk, "|".join(row), move)
        choose()
        move_to(kiosk, sign, move)
        while framed(kiosk) != sign:
            move()
        choose()


def cast_by_switch(kiosk: Kiosk, code: str, move, choose) -> None:
    """From the pass to the cast ballot with nothing but two deeds: the frame moves on, the frame chooses."""
    kiosk.title("Votre passe")
    type_by_switch(kiosk, code, move, choose)
    for words in ("Continuer", "Planter des arbres", "Relire mon bulletin", "Déposer mon bulletin", "Terminé"):
        move_to(kiosk, words, move)
        choose()
    expect(kiosk.page.locator("pv-rest")).to_be_visible()


def test_a_vote_with_two_switches_from_pass_to_receipt(opened: Open) -> None:
    kiosk = opened().ready()
    keys = kiosk.page.keyboard
    kiosk.press("Voter avec un contacteur")
    kiosk.press("Deux contacteurs")

    def move() -> None:
        keys.press("Space")

    def choose() -> None:
        keys.press("Enter")

    move_to(kiosk, "Touchez pour commencer", move)
    choose()
    cast_by_switch(kiosk, kiosk.town.codes[0], move, choose)
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["6"]}}], kiosk)
    assert framed(kiosk) == "", "the next person finds no frame"
    assert kiosk.errors == []


def test_a_vote_with_one_switch_that_any_key_or_touch_can_be(opened: Open) -> None:
    """The switch asks for its own way of voting: nobody has to touch the screen first."""
    kiosk = opened(Town([contest(max_cost=0)])).ready()
    page = kiosk.page
    page.clock.install()
    page.reload()
    expect(page.locator(".begin").first).to_be_visible()
    touched = []

    def choose() -> None:
        if len(touched) % 2:
            page.mouse.click(30, 30)
        else:
            page.keyboard.press("F7")
        touched.append(1)

    page.keyboard.press("Space")
    kiosk.title("Voter avec un contacteur")
    slow = lambda: page.clock.run_for(5_000)  # noqa: E731
    move_to(kiosk, "Un contacteur\n", slow)
    choose()

    def move() -> None:
        page.clock.run_for(3_000)

    move_to(kiosk, "Touchez pour commencer", move)
    choose()
    cast_by_switch(kiosk, kiosk.town.codes[0], move, choose)
    assert len(kiosk.stored()["records"]) == 3
    assert kiosk.errors == []


def test_what_changes_is_said_without_being_looked_for(opened: Open) -> None:
    """The running total is a line that stays and is filled anew; a refusal is an alert."""
    kiosk = opened().ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.title("Quels projets pour le Centre\u202f?")
    line = kiosk.page.locator("[role=status]", has_text="croix sur 3")
    kept = line.element_handle()
    kiosk.choices().nth(1).click()
    expect(line).to_contain_text("1 croix sur 3")
    assert kept is not None and kept.evaluate("(e) => e.isConnected && e.innerText.includes('1 croix')")
    for choice in (2, 3, 4):
        kiosk.choices().nth(choice).click()
    expect(kiosk.page.get_by_role("alert")).to_contain_text("3 cases au plus")


def test_who_asked_for_less_motion_sees_none(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.page.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((e) =>
      parseFloat(getComputedStyle(e).transitionDuration) > 0).length + document.getAnimations().length"""
    assert kiosk.page.evaluate(moving) == 0
