"""Somebody calls for help, and somebody is helped to vote: the draft waits, nobody sees it, nothing joins the two."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import PIN, Town
from kiosk_page import Kiosk, Open, contest, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
CHOSEN = "Planter des arbres"


def town_with_help(per_helper: int = 2) -> Town:
    town = Town([contest()])
    town.definitions = [
        json.dumps(json.loads(text) | {"help": {"per_helper": per_helper}}, ensure_ascii=False)
        for text in town.definitions
    ]
    return town


def calling(town: Town) -> bool:
    return bool(town.pushes[-1]["status"].get("help"))


def come_to_help(kiosk: Kiosk) -> None:
    kiosk.press("Je suis de l'équipe")
    kiosk.page.locator("#pin").fill(PIN)
    kiosk.press("Entrer")
    kiosk.title("Vous êtes venu aider")


def begin(kiosk: Kiosk, code: str) -> None:
    kiosk.give_pass(code)
    kiosk.choices().nth(2).click()


def test_a_call_covers_the_ballot_reaches_the_organiser_and_leaves_the_draft_as_it_was(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    begin(kiosk, town.codes[0])
    kiosk.press("Appeler")
    kiosk.title("Aide demandée")
    assert CHOSEN not in kiosk.page.content(), "whoever comes sees nothing of the ballot"
    wait_for(lambda: calling(town), kiosk)
    kiosk.press("Je suis de l'équipe")
    kiosk.press("Retour")
    kiosk.title("Aide demandée")
    come_to_help(kiosk)
    assert CHOSEN not in kiosk.page.content()
    kiosk.sees("Ce vote ne note pas l'aide")
    wait_for(lambda: not calling(town), kiosk)
    kiosk.press("Reprendre mon bulletin")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.press("Appeler")
    wait_for(lambda: calling(town), kiosk)
    kiosk.page.keyboard.press("Escape")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    wait_for(lambda: not calling(town), kiosk)
    assert len(kiosk.stored()["records"]) == 2, "no record says that somebody asked for help"
    assert kiosk.errors == []


def test_a_draft_waits_ten_minutes_for_help_and_is_then_thrown_away_before_ones_eyes(opened: Open) -> None:
    """D18."""
    kiosk = opened(town_with_help()).ready()
    kiosk.page.clock.install()
    kiosk.page.reload()
    begin(kiosk, kiosk.town.codes[0])
    kiosk.press("Appeler")
    kiosk.title("Aide demandée")
    kiosk.page.clock.run_for(590_000)
    expect(kiosk.page.locator("dialog")).to_have_count(0)
    kiosk.page.clock.run_for(15_000)
    kiosk.sees("Êtes-vous encore là ?")
    kiosk.press("Je suis là")
    kiosk.title("Aide demandée")
    kiosk.page.clock.run_for(635_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.give_pass(kiosk.town.codes[0])
    expect(kiosk.page.locator("input:checked")).to_have_count(0)


def test_help_is_noted_within_the_limit_and_told_as_a_number_when_the_vote_closes(opened: Open) -> None:
    """P13, D15: before or within the visit; no name on the disk, no record beside the ballot of whoever was helped."""
    kiosk = opened(town_with_help(2)).ready()
    town, page = kiosk.town, kiosk.page
    kiosk.operator()
    kiosk.press("Noter une aide")

    def note(name: str, answer: str) -> None:
        page.locator("#helper").fill(name)
        kiosk.press("Noter l'aide")
        kiosk.sees(answer)

    note("Zoé Łęcka", "Noté à cette borne : 1 sur 2.")
    kiosk.press("Noter l'aide")
    kiosk.sees("Écrivez le nom de la personne qui aide.")
    kiosk.press("L'aide est finie")
    begin(kiosk, town.codes[0])
    kiosk.press("Appeler")
    come_to_help(kiosk)
    note("zoe lecka", "Noté à cette borne : 2 sur 2.")
    note("ZOÉ ŁĘCKA", "a déjà aidé autant de gens que le vote le permet (2)")
    assert page.locator("#helper").input_value() == "ZOÉ ŁĘCKA", "what was refused can be corrected"
    note("Ana", "Noté à cette borne : 1 sur 2.")
    kiosk.press("Reprendre mon bulletin")
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.press("Terminé")
    assert "lecka" not in json.dumps(kiosk.stored()).lower() and "łęcka" not in page.content().lower()
    page.reload()
    kiosk.session("Clore le vote")
    wait_for(lambda: len(town.records) == 5, kiosk)
    kinds = [head["type"] for head in town.headers()]
    assert kinds == ["device.started", "meeting.state", "ballot.sealed", "help.counted", "meeting.state"]
    told = json.loads(kiosk.town.body(4))["helped"]
    assert sorted(told.values()) == [1, 2] and list(told) == sorted(told)
