"""The desk without network in a browser: what lies on a stolen disk, what locks it, and one person after another."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from desk_town import PEOPLE, SESSION, Desk, DeskTown
from fake_server import serve, unb64u
from kiosk_page import FLAGS, wait_for
from playwright.sync_api import Browser, Playwright, expect

from server.voting.unlocking import open_note

pytestmark = pytest.mark.e2e
LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture
def desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    servers, contexts = [], []

    def open_desk(town: DeskTown | None = None, **how: object) -> Desk:
        town = town or DeskTown()
        servers.append(serve(town))
        contexts.append(browser.new_context(**{"viewport": LAPTOP, "locale": "fr-FR", **how}))
        return Desk(contexts[-1], town)

    yield open_desk
    for context in contexts:
        context.close()
    for server in servers:
        server.shutdown()


def deeds_of(town: DeskTown) -> list[tuple[str, dict]]:
    """What the desk sent, opened with its card."""
    found = []
    for seq in sorted(town.records):
        record = json.loads(town.records[seq])
        header = json.loads(record["header"])
        if header["type"].startswith("desk."):
            about = {"type_": header["type"], "session": SESSION, "dev": header["dev"]}
            body = json.loads(unb64u(record["body"]))
            found.append((header["type"], open_note(body, town.cards[0].key(SESSION), **about)))
    return found


def spellings(words: str) -> list[bytes]:
    """As text, and within a longer text as base64, wherever it begins there: bodies of records are written so."""
    found = [words.encode(), words.encode("utf-16-le"), words.encode("latin-1", "ignore")]
    for ahead in range(3):
        whole = base64.urlsafe_b64encode(b"\0" * ahead + words.encode())
        # What the bytes before and after have a part in is left out.
        inner = whole[(0, 2, 3)[ahead] : len(whole) // 4 * 4 - 4]
        found += [inner, inner.replace(b"-", b"+").replace(b"_", b"/")]
    return found


def lying_in(profile: Path, wanted: list[str]) -> dict[str, list[str]]:
    """Which of these words stand in which files of the profile, however a browser writes text."""
    found: dict[str, list[str]] = {}
    for file in profile.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # the browser tidies up meanwhile
            content = file.read_bytes() if file.is_file() else b""
            for words in wanted:
                if any(one in content for one in spellings(words)):
                    found.setdefault(words, []).append(file.name)
    return found


def test_d15_the_disk_of_a_locked_desk_tells_nobodys_name(
    playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    """Searched and marked, a pass taken back, somebody written down: then locked, then stolen."""
    town = DeskTown()
    server = serve(town)
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium_path, args=FLAGS, viewport=LAPTOP, locale="fr-FR"
    )
    desk = Desk(context, town)
    desk.page.set_default_timeout(60_000)  # a whole browser with a profile of its own begins slowly
    desk.ready()
    desk.mark("00017")
    desk.press("Annuler")
    desk.page.locator("input[value=leaves]").check()
    desk.deed("Continuer")
    desk.page.locator("#code").fill(town.codes[0])
    desk.deed("Continuer")
    desk.on()
    desk.press("Pas sur la liste")
    walk_in = {"family_name": "Xanthopoulos", "address": "77, allée du Griffon", "birth_date": "1944-12-19"}
    for name, words in (walk_in | {"shown": "passeport", "reason": "emménagement"}).items():
        desk.page.locator(f"#{name}").fill(words)
    desk.deed("Continuer")
    desk.page.locator("#code").fill(town.codes[1])
    desk.deed("Continuer")
    desk.on()
    wait_for(lambda: len(town.records) == 5, desk)
    assert [type_ for type_, _facts in deeds_of(town)] == ["desk.marked", "desk.undone", "desk.walk_in"]
    assert deeds_of(town)[2][1]["family_name"] == "Xanthopoulos"
    desk.deed("Verrouiller")
    desk.title("Déverrouiller")
    desk.page.wait_for_timeout(500)
    names = [words for row in PEOPLE for words in row[1:5]] + list(walk_in.values())
    secrets = [one for card in town.cards for one in (card.text, card.grouped)] + town.codes[:2]
    found_open = lying_in(tmp_path, names + secrets)
    context.close()
    server.shutdown()
    assert (found_open, lying_in(tmp_path, names + secrets)) == ({}, {})
    public = [town.label, '"state":"open"']
    assert set(lying_in(tmp_path, public)) == set(public), "what does lie there is found, in the body of a record too"


def test_a_desk_locks_itself_after_ten_minutes_and_at_a_restart(desk: Callable[..., Desk]) -> None:
    at = desk()
    at.page.clock.install()
    at.ready()
    at.choose("00019")
    at.page.clock.run_for(590_000)
    at.sees("Barthélemy")
    at.page.clock.run_for(15_000)
    at.title("Déverrouiller")
    assert "Barthélemy" not in at.page.content()
    at.unlock()
    at.page.reload()
    at.title("Déverrouiller")
    at.unlock(at.town.cards[0].text[:-1] + "0")
    at.sees("Ce n'est pas le code d'une carte")
    at.unlock(DeskTown().cards[0].text)
    at.sees("Cette carte n'est pas de cette séance")
    assert at.errors == []


def test_p8_look_alikes_stand_beside_each_other_and_a_person_chooses(desk: Callable[..., Desk]) -> None:
    at = desk().ready()
    assert at.find("olivier brise") == ["00019"] and at.find("QUENNE zeph") == ["00017", "00018"]
    assert at.find("wojcie lucja") == ["00020"]
    expect(at.page.locator("button.person .state")).to_have_text("A voté par correspondance : pas de passe")
    at.choose("00017")
    at.title("De qui s'agit-il ?")
    both = at.page.locator(".persons > section")
    assert both.count() == 2 and both.nth(0).bounding_box()["y"] == both.nth(1).bounding_box()["y"]
    at.page.locator("[data-number='00018']").get_by_role("button").click()
    at.sees("Remettez le passe suivant")
    wait_for(lambda: len(at.town.records) == 3, at)
    assert [facts["number"] for _type, facts in deeds_of(at.town)] == ["00018"]


def test_d19_ten_clicks_are_one_mark_and_whoever_was_marked_is_not_marked_again(desk: Callable[..., Desk]) -> None:
    at = desk().ready()
    at.context.set_offline(True)
    at.choose("00019")
    at.page.evaluate(
        "() => { const b = document.querySelector('[data-number] .act'); for (let i = 0; i < 10; i += 1) b.click(); }"
    )
    at.title("Enregistré sur cet appareil")
    at.on()
    assert at.find("00019") == ["00019"]
    expect(at.page.locator("button.person .state")).to_have_text("Pointé ici")
    at.page.locator("button.person").click()
    assert at.page.get_by_role("button", name="Pointer et remettre").count() == 0
    assert sum("desk.marked" in record["line"] for record in at.stored()["records"]) == 1


def test_p9_where_two_persons_are_wanted_a_colleague_shows_a_card(desk: Callable[..., Desk]) -> None:
    at = desk(DeskTown(takes_two=True)).ready()
    at.mark("00019")
    at.press("Annuler")
    at.page.locator("input[value=wrong_person]").check()
    at.deed("Continuer")
    at.page.locator("#code").fill(at.town.codes[0])
    at.deed("Continuer")
    at.page.locator("#code").fill(at.town.cards[0].grouped)
    at.deed("Continuer")
    at.sees("C'est votre propre carte")
    at.page.locator("#code").fill(at.town.cards[1].grouped)
    at.deed("Continuer")
    at.sees("Le passe ne vaut plus")
    wait_for(lambda: len(at.town.records) == 4, at)
    _type, facts = deeds_of(at.town)[-1]
    about = {"type_": "desk.second", "session": SESSION, "dev": at.town.device["id"]}
    seen = open_note(facts["second"], at.town.cards[1].key(SESSION), **about)
    assert (facts["use"], facts["reason"]) == (at.town.uses[at.town.codes[0]], "wrong_person")
    assert seen["subject"].startswith("entry:")


def test_where_there_is_a_card_a_kiosks_panel_asks_for_it_and_for_no_pin(desk: Callable[..., Desk]) -> None:
    at = desk(DeskTown(mode="kiosk"))
    at.open(f"#enrol={at.town.enrol_code}")
    at.press("Oui, prendre la réunion")
    at.press("Aller à l'écran d'accueil")
    at.press("Opérateur")
    at.title("Déverrouiller")
    assert at.page.locator("#pin").count() == 0
    at.page.locator("#code").fill(DeskTown().cards[0].text)
    at.deed("Déverrouiller")
    at.sees("Cette carte n'est pas de cette séance")
    at.page.locator("#code").fill(at.town.cards[1].text)
    at.deed("Déverrouiller")
    at.title("Opérateur")
    assert at.errors == []
