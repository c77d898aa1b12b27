"""Enrolling a kiosk, and the release that runs on it: row D10."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import RELEASE, Town, make_code
from kiosk_page import Kiosk, Open, contest, wait_for
from playwright.sync_api import expect

from server.devices.kiosk_release import raised

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


def keep(kiosk: Kiosk, count: int) -> None:
    """Records on the device, written by its own code."""
    kiosk.page.evaluate(
        """async (count) => {
          const { Database } = await import("/kiosk/store/database.js");
          const { Outbox } = await import("/kiosk/store/outbox.js");
          const body = new TextEncoder().encode('{"state":"open"}');
          const deed = { type: "meeting.state", space: "budget-2027", meeting: "0123456789abcdef" };
          Object.assign(deed, { actor: "operator", body });
          await new Outbox(new Database(indexedDB)).append(Array(count).fill(deed));
        }""",
        count,
    )


def test_d10_500_unsent_events_go_to_the_next_release_whatever_is_reloaded_and_whenever(opened: Open) -> None:
    """Half of them while the old release runs and the new one waits, half after it has taken over."""
    kiosk = opened().ready()
    town, later = kiosk.town, raised(RELEASE, {"ballot.sealed": 2})
    registration = "(await navigator.serviceWorker.getRegistration('/kiosk/'))"
    wait_for(lambda: len(town.records) == 2, kiosk)

    def sent(upto: int, release: str) -> None:
        town.mood = "well"
        kiosk.page.evaluate("dispatchEvent(new Event('online'))")
        wait_for(lambda: len(town.records) == upto, kiosk)
        assert {push["version"] for push in town.pushes[-2:]} == {release}
        town.mood = "portal"

    def reload() -> None:
        kiosk.page.reload()
        kiosk.sees("Touchez pour commencer" if kiosk.page.locator("pv-rest .begin").count() else "Villeneuve")

    town.mood = "portal"
    keep(kiosk, 250)
    town.release = later
    reload()
    kiosk.page.evaluate(f"async () => {registration}.update()")
    wait_for(lambda: kiosk.page.evaluate(f"async () => Boolean({registration}.waiting)"), kiosk)
    reload()
    sent(252, RELEASE.hash)
    keep(kiosk, 250)
    reload()
    kiosk.session("Clore le vote")
    runs = "async (hash) => (await (await fetch('/kiosk/release.json')).json()).release === hash"
    kiosk.page.wait_for_function(runs, arg=later.hash)
    reload()
    before = [record["line"] for record in kiosk.stored()["records"]]
    assert len(before) == 503
    sent(503, later.hash)
    assert [town.records[seq] for seq in sorted(town.records)] == before
    assert kiosk.page.evaluate("async () => (await import('/kiosk/domain/versions.js')).VERSIONS['ballot.sealed']") == 2
    assert not kiosk.errors


def test_s16_a_newer_kiosk_goes_on_with_a_server_that_does_not_understand_it_yet(opened: Open) -> None:
    """Its ballots arrived and wait there: nobody at the kiosk has anything to do."""
    town = Town([contest()])
    town.release = raised(RELEASE, {"ballot.sealed": 2})
    kiosk = opened(town).ready()
    for code in town.codes[:2]:
        kiosk.vote(code, 0)
    wait_for(lambda: len(town.records) == 4, kiosk)
    assert [header["tv"] for header in town.headers()] == [1, 1, 2, 2]
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("4")
    expect(kiosk.page.locator("[data-count=help]")).to_have_text("0")
    assert [one["reason"] for one in kiosk.stored()["verdicts"]] == ["", "", "newer", "newer"]
