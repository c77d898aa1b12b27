"""Enrolling a kiosk, and the release that runs on it: row D10."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import make_code
from kiosk_page import Open, wait_for

pytestmark = pytest.mark.e2e


def test_enrolment_tells_what_went_wrong(opened: Open) -> None:
    kiosk = opened()
    kiosk.open("#enrol=0000-0000-0000-0000-01")
    kiosk.sees("Le code n'est pas juste")
    assert kiosk.page.url.endswith("/kiosk/"), "the code does not stay in the address"
    kiosk.page.locator("#code").fill(make_code()[0])
    kiosk.press("Inscrire la borne")
    kiosk.sees("Ce code a expiré ou a déjà servi")
    kiosk.town.mood = "portal"
    kiosk.press("Inscrire la borne")
    kiosk.sees("La réponse ne vient pas du serveur de Parvis")
    kiosk.town.mood = "deaf"
    kiosk.page.locator("#code").fill(kiosk.town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.sees("Pas de réseau")
    first = kiosk.town.device["key"]
    kiosk.town.mood = "well"
    kiosk.press("Inscrire la borne")
    kiosk.sees("Les mêmes deux mots")
    assert kiosk.town.device["key"] == first, "a lost answer does not cost the code"


def test_a_release_is_stored_whole_or_not_and_never_changes_under_a_vote(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    look = "async () => (await navigator.serviceWorker.getRegistration('/kiosk/')).update().catch(() => {})"
    waiting = "async () => Boolean((await navigator.serviceWorker.getRegistration('/kiosk/')).waiting)"

    def released(content: bytes) -> None:
        page = dataclasses.replace(town.release.files["main.js"], content=content)
        files = MappingProxyType({**town.release.files, "main.js": page})
        town.release = dataclasses.replace(town.release, files=files)

    good = town.release.files["main.js"].content
    released(good + b"\n// another release\n")
    whole = town.release
    served = dict(whole.files)
    served["main.js"] = dataclasses.replace(whole.files["main.js"], content=good)  # a cache in between, one file late
    object.__setattr__(town.release, "manifest", whole.manifest)
    town.release = dataclasses.replace(whole, files=MappingProxyType(served))
    object.__setattr__(town.release, "manifest", whole.manifest)
    kiosk.page.evaluate(look)
    kiosk.page.wait_for_timeout(1000)
    assert not kiosk.page.evaluate(waiting), "a mixed release is no release"
    town.release = whole
    kiosk.page.evaluate(look)
    wait_for(lambda: kiosk.page.evaluate(waiting), kiosk)
    kiosk.vote(town.codes[0], 0)
    assert kiosk.page.evaluate(waiting), "the session is open: the old release goes on"
    kiosk.session("Clore le vote")
    expected = whole.hash
    runs = "async (hash) => (await (await fetch('/kiosk/release.json')).json()).release === hash"
    kiosk.page.wait_for_function(runs, arg=expected)
    kiosk.sees("Le vote est clos")
    assert len(kiosk.stored()["records"]) == 4
