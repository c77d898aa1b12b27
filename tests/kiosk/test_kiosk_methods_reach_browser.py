"""Ranks, points, dots, yes or no for whoever votes by switch, by ear, in large letters, on a telephone or from right to
left: what fits, what is framed, what is said."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")

from kiosk_methods import point, put, ranks, town_of_all_methods
from kiosk_page import Kiosk, Open, ballots, wait_for
from playwright.sync_api import expect
from test_kiosk_aloud_browser import VOICES, go_to, hears
from test_kiosk_looks_browser import COLOURS, LANGUAGES, LOOKS, MISFITS, RULES, wear

pytestmark = pytest.mark.e2e

#: What the frame of the switch stands around: the choice, then the words of each control within it.
FRAMED = """() => [...document.querySelectorAll("[data-scanned]")].map((control) => {
  const row = control.closest(".choice");
  const said = [row?.querySelector(".t").firstChild.textContent, control.ariaLabel ?? control.innerText];
  return said.filter(Boolean).join(" / ");
}).join("|")"""
PHONE = (360, 740)
ON = "Question suivante"


def walk(kiosk: Kiosk) -> Iterator[str]:
    """Each ballot marked, and the review, as the names of steps; its screen stands while a name is given."""
    steps = {
        "ranked": lambda: [kiosk.choices().nth(n).click() for n in (2, 0, 5, 6)],
        "score": lambda: [point(kiosk, n, n).click() for n in (0, 1, 5)],
        "dots": lambda: [put(kiosk, 2, 1), put(kiosk, 0, 5)],
        "yes-no": lambda: kiosk.choices().first.click(),
        "review": lambda: None,
    }
    kiosk.give_pass(kiosk.town.codes[0])
    for name, mark in steps.items():
        mark()
        yield name
        if name != "review":
            kiosk.press("Relire mon bulletin" if name == "yes-no" else ON)


def test_every_ballot_is_whole_in_every_size_language_and_look_and_on_a_telephone(opened: Open) -> None:
    """A sample: each ballot is seen in every view and text size; ``KIOSK_LOOKS=all`` takes every combination."""
    kiosk = opened(town_of_all_methods()).ready()
    views = [(1080, 1920), PHONE, (1280, 800), (768, 1024)]
    faults = []
    for number, screen in enumerate(walk(kiosk)):
        rows = [(view, (number + i) % 4 + 1, LANGUAGES[(number + i) % 3], LOOKS[i % 3]) for i, view in enumerate(views)]
        if os.environ.get("KIOSK_LOOKS") == "all":
            rows = [(v, s, la, lo) for v in views for s in (1, 2, 3, 4) for la in LANGUAGES for lo in LOOKS]
        for view, size, lang, look in rows:
            kiosk.page.keyboard.press("Shift")
            wear(kiosk, view, size, lang, look)
            found = kiosk.page.evaluate(f"({MISFITS})({32 if view == PHONE else 56})")
            faults += [f"{screen} {view} size {size} {lang} {look}: {fault}" for fault in found]
        wear(kiosk, views[0], 1, "fr", "normal")
    assert faults == []
    assert kiosk.errors == []


def test_axe_finds_nothing_on_any_ballot(opened: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    kiosk = opened(town_of_all_methods()).ready()
    kiosk.page.emulate_media(reduced_motion="reduce")
    faults = []
    for number, screen in enumerate(walk(kiosk)):
        for look in ("normal", LOOKS[1 + number % 2]):
            kiosk.page.keyboard.press("Shift")
            wear(kiosk, (768, 1024), number % 2 + 1, LANGUAGES[number % 3], look)
            kiosk.page.mouse.move(1, 1)
            answer = axe.run(kiosk.page, options=RULES if look == "normal" else COLOURS)
            told = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in answer.response["violations"]]
            faults += [f"{screen} {look}: {rule}" for rule in told]
        wear(kiosk, (1080, 1920), 1, "fr", "normal")
    assert faults == []


def test_how_many_dots_are_left_is_seen_however_little_room_there_is(opened: Open) -> None:
    """Also while a refusal takes the place of what else stands there."""
    kiosk = opened(town_of_all_methods()).ready()
    for screen in walk(kiosk):
        if screen != "dots":
            continue
        expect(kiosk.page.get_by_role("alert")).to_be_visible()
        for view, size in (((1080, 1920), 4), (PHONE, 1), ((1280, 800), 4), ((768, 1024), 4)):
            kiosk.page.keyboard.press("Shift")
            wear(kiosk, view, size, "fr", "normal")
            left = kiosk.page.locator(".tray b")
            expect(left).to_have_text("Reste 1 gommette sur 6")
            expect(left).to_be_in_viewport()
        wear(kiosk, (1080, 1920), 1, "fr", "normal")


def test_a_ballot_of_every_method_with_one_switch(opened: Open) -> None:
    """Points are one stop until somebody goes in; after a point the frame goes on, after a dot it waits for another."""
    kiosk = opened(town_of_all_methods()).ready()
    page = kiosk.page
    page.clock.install()
    page.reload()
    kiosk.give_pass(kiosk.town.codes[0])
    say = "(mode) => document.dispatchEvent(new CustomEvent('deed', { detail: { type: 'switch', mode } }))"
    page.evaluate(say, "one")

    def choose() -> None:
        page.keyboard.press("F7")

    def move_to(words: str) -> None:
        for _ in range(40):
            if words in page.evaluate(FRAMED):
                return
            page.clock.run_for(3_000)
        raise AssertionError(f"the frame does not come to {words}")

    def now() -> str:
        return page.evaluate(FRAMED)

    for words in ("Planter des arbres", "Pénaliser les motards"):
        move_to(words)
        choose()
    assert ranks(kiosk)[:6] == ["", "", "1", "", "", "2"]
    move_to(ON)
    choose()
    move_to("Végétaliser la place de la Halle")
    assert now().count("|") == 5, "six points are one stop"
    choose()
    assert now() == "Végétaliser la place de la Halle / note 0 sur 5"
    move_to("note 4 sur 5")
    choose()
    page.clock.run_for(3_000)
    assert now().count("Planter des arbres") == 6, "on to the next choice"
    choose()
    choose()
    move_to(ON)
    choose()
    move_to("Végétaliser la place de la Halle")
    assert now() == "Végétaliser la place de la Halle / Ajouter une gommette", "there is none to take away"
    for _ in range(3):
        choose()
    page.clock.run_for(3_000)
    assert now() == "Végétaliser la place de la Halle / Retirer une gommette"
    choose()
    page.clock.run_for(3_000)
    assert now() == "Végétaliser la place de la Halle / Ajouter une gommette"
    page.clock.run_for(3_000)
    assert now().startswith("Planter des arbres")
    choose()
    move_to(ON)
    choose()
    for words in ("Oui", "Relire mon bulletin", "Déposer mon bulletin"):
        move_to(words)
        choose()
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town), kiosk)
    sealed = {"q1": ["6", "9"], "q2": {"5": 4, "6": 0}, "q3": {"5": 2, "6": 1}, "q4": ["yes"]}
    assert ballots(kiosk.town) == [{"v": 1, "choices": sealed}]
    assert kiosk.errors == []


def test_ranks_points_and_dots_are_said_as_they_change(opened: Open) -> None:
    kiosk = opened(town_of_all_methods())
    kiosk.page.add_init_script(VOICES)
    kiosk.ready()
    keys = kiosk.page.keyboard
    kiosk.give_pass(kiosk.town.codes[0])
    keys.press("F1")
    hears(kiosk, "fr: Touchez jusqu'à 3 choix")
    go_to(kiosk, "Végétaliser la place de la Halle")
    hears(kiosk, "case vide")
    keys.press("Space")
    hears(kiosk, "1 rang donné sur 3 Végétaliser la place de la Halle : rang 1")
    go_to(kiosk, ON)
    keys.press("Enter")
    hears(kiosk, "Donnez à chaque choix une note de 0 à 5.")
    go_to(kiosk, "Des uritrottoirs en plus Projet 4, Cadre de vie 14 000 € note 0 sur 5 case vide")
    keys.press("ArrowRight")
    hears(kiosk, "note 1 sur 5 case vide")
    keys.press("Space")
    hears(kiosk, "1 choix noté sur 10 Des uritrottoirs en plus : note 1 sur 5")
    keys.press("ArrowDown")
    keys.press("Space")
    go_to(kiosk, ON)
    keys.press("Enter")
    hears(kiosk, "Vous avez 6 gommettes à donner.")
    go_to(kiosk, "Ajouter une gommette")
    hears(kiosk, "0 gommette Ajouter une gommette")
    for left in (5, 4, 3, 2):
        keys.press("Space")
        hears(kiosk, f"gommettes sur 6 Des uritrottoirs en plus : {6 - left} gommette")
    keys.press("Space")
    hears(kiosk, "4 gommettes au plus par choix.")
    assert kiosk.errors == []
