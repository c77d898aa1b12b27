"""Answers that are none, and records that nobody takes: rows D12 and D14."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from kiosk_page import Open, ballots, contest, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_log_in_page_of_the_hall_is_no_answer(opened: Open) -> None:
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    status = kiosk.town.pushes[-1]["status"]  # how the device is, of which this browser tells the room and its name
    assert (status["alarms"], status["chain"]) == ([], "main") and status["free_mb"] > 0 and status["browser"]
    kiosk.town.mood = "portal"
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.sees("Réseau sans réponse : tout est gardé ici")
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("2")
    expect(kiosk.page.locator("[data-link=no_answer]")).to_contain_text("pas du serveur de Parvis")
    kiosk.town.mood = "deaf"
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-link=no_network]")).to_be_visible()
    assert len(ballots(kiosk.town)) == 1
    kiosk.town.mood = "well"
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-count=listed]")).to_have_text("3")
    assert len(ballots(kiosk.town)) == 1


def test_one_record_that_the_server_cannot_take_needs_help_and_blocks_nothing(opened: Open) -> None:
    kiosk = opened(Town([contest()], poison={3})).ready()
    for code in kiosk.town.codes[:3]:
        kiosk.vote(code, 0)
    wait_for(lambda: sorted(kiosk.town.records) == [1, 2, 4, 5], kiosk)
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=help]")).to_have_text("1")
    assert kiosk.page.locator("[data-count=saved]").inner_text() == "5"


def test_a_device_of_which_another_chain_is_known_takes_no_more_ballots_and_goes_on_sending(opened: Open) -> None:
    """D13: a copy of the device was first; what is taken here now would wait for people's decision."""
    kiosk = opened().ready()
    town = kiosk.town
    wait_for(lambda: len(town.records) == 2, kiosk)
    town.mood = "portal"
    kiosk.vote(town.codes[0], 0)
    kiosk.to_review(town.codes[1], 1)
    town.records[3] = town.records[2].replace("}", " }")
    town.mood = "well"

    def has_told() -> bool:
        """A push tells what the answer to the one before it taught."""
        kiosk.page.evaluate("dispatchEvent(new Event('online'))")
        return town.pushes[-1]["seq"] == 3 and town.pushes[-1]["status"]["alarms"] == ["fork"]

    wait_for(has_told, kiosk)
    kiosk.press("Déposer mon bulletin")
    kiosk.sees("Cette borne vient d'être arrêtée")
    kiosk.press("Effacer et terminer")
    kiosk.sees("Cette borne ne prend plus de bulletins")
    assert kiosk.page.locator(".begin").count() == 0
    kiosk.page.reload()
    kiosk.sees("Cette borne ne prend plus de bulletins")
    kiosk.operator()
    kiosk.sees("Le serveur a reçu une autre suite sous le nom de cette borne")
    sent = len(town.pushes)
    kiosk.press("Envoyer maintenant")
    wait_for(lambda: len(town.pushes) > sent, kiosk)
    assert len(kiosk.stored()["records"]) == 3


def test_a_revoked_kiosk_says_so_takes_no_more_ballots_and_goes_on_sending(opened: Open) -> None:
    """X15: said in the signed reply only; whoever stands in between can neither stop a kiosk nor keep it going."""
    kiosk = opened().ready()
    town = kiosk.town
    kiosk.vote(town.codes[0], 0)
    wait_for(lambda: len(town.records) == 3, kiosk)
    town.standing = {"device": "revoked"}
    kiosk.page.evaluate("dispatchEvent(new Event('online'))")
    kiosk.sees("Cette borne ne prend plus de bulletins")
    kiosk.page.reload()
    kiosk.sees("Cette borne ne prend plus de bulletins")
    kiosk.session("Clore le vote")
    wait_for(lambda: len(town.records) == 4, kiosk)
    kiosk.operator()
    kiosk.sees("L'organisateur a révoqué cette borne")
    kiosk.anew()
    town.standing = {"device": "enrolled"}
    kiosk.page.locator("#code").fill(town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.press("Oui, prendre la réunion")
    kiosk.press("Aller à l'écran d'accueil")
    kiosk.session("Ouvrir le vote")
    kiosk.vote(town.codes[1], 1)
