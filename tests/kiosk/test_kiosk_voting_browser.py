"""A person's visit in a real browser: from the pass to the receipt, and nothing of it for the next (rows D17–D19)."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town, make_code, sha256, verifies
from kiosk_page import PROJECTS, Kiosk, Open, ballots, contest, wait_for
from kiosk_screens import town_of_two_votes
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_vote_with_the_network_cut_is_kept_and_arrives_when_it_returns(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    kiosk.context.set_offline(True)
    page = kiosk.page.reload()
    kiosk.sees("Sans réseau : tout est gardé ici")
    assert page and page.headers["link"].count("modulepreload") > 50, "no module waits for the one that imports it"
    url = kiosk.vote(town.codes[0], 2, 3, 5)
    assert ballots(town) == []
    kiosk.page.reload()
    kiosk.context.set_offline(False)
    wait_for(lambda: len(town.records) == 3, kiosk)
    assert ballots(town) == [{"v": 1, "choices": {"q1": ["6", "7", "9"]}}]
    record = json.loads(town.records[3])
    assert record["subject"] == f"use:{town.uses[town.codes[0]]}"
    assert [head["type"] for head in town.headers()] == ["device.started", "meeting.state", "ballot.sealed"]
    found = re.fullmatch(
        rf"{town.origin}/receipt/([0-9a-f]{{64}})\?d=([0-9a-f]{{64}})&e=([0-9a-f]{{16}})&n=3&s=([\w-]+)", url
    )
    assert found and found[1] == sha256(record["header"].encode()) and found[2] == town.device["id"]
    promised = f"parvis-receipt-2\n{found[1]}\n{found[2]}\n{found[3]}\n3\n"
    assert verifies(town.device["key"], found[4], promised.encode()) and town.headers()[2]["epoch"] == found[3]
    kiosk.operator()
    for level, count in {"saved": 3, "arrived": 3, "listed": 3, "help": 0}.items():
        expect(kiosk.page.locator(f"[data-count={level}]")).to_have_text(str(count))
    assert kiosk.errors == []


def test_ten_rapid_clicks_are_one_ballot(opened: Open) -> None:
    """D19: on a device twenty times as slow, ten presses at once."""
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 1)
    slow = kiosk.page.context.new_cdp_session(kiosk.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 20})
    kiosk.page.evaluate("""() => {
      const cast = document.querySelector(".cast");
      for (let i = 0; cast && i < 10; i += 1) cast.click();
    }""")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town), kiosk)
    kiosk.page.wait_for_timeout(300)
    assert len(ballots(kiosk.town)) == 1
    assert len(kiosk.stored()["records"]) == 3


@pytest.mark.parametrize("finger", [False, True], ids=["mouse", "finger"])
def test_a_second_tap_of_the_one_that_leads_to_the_review_casts_nothing(opened: Open, finger: bool) -> None:
    """D19: the button that casts lies where the one before it lay, and nobody has read the ballot yet."""
    kiosk = opened(has_touch=True).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().first.click()
    place = kiosk.page.get_by_role("button", name="Relire mon bulletin").bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    for _tap in range(3 if finger else 1):
        if finger:
            kiosk.page.touchscreen.tap(x, y)
        else:
            kiosk.page.mouse.click(x, y, click_count=10)
    kiosk.title("Votre bulletin")
    assert len(kiosk.stored()["records"]) == 2
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")


def test_every_pass_that_does_not_open_is_told_why(opened: Open) -> None:
    kiosk = opened().ready()
    code, other = kiosk.town.codes[:2]
    swapped = next(code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(17) if code[i] != code[i + 1])
    kiosk.give_pass(swapped)
    kiosk.sees("un signe est faux ou manque")
    kiosk.give_pass(make_code()[0])
    kiosk.sees("Ce passe n'est pas de cette réunion")
    kiosk.press("Tout effacer et partir")
    kiosk.vote(code.lower(), 0)
    kiosk.give_pass(code)
    kiosk.sees("Ce passe a déjà servi à cette borne")
    kiosk.press("Tout effacer et partir")
    kiosk.session("Mettre en pause")
    kiosk.sees("Le vote est en pause")
    kiosk.session("Rouvrir le vote")
    kiosk.vote(other, 1)
    kiosk.session("Clore le vote")
    kiosk.sees("Le vote est clos")
    assert kiosk.page.get_by_role("button", name="Touchez pour commencer").count() == 0


def test_bounds_and_blank_are_told_before_casting(opened: Open) -> None:
    kiosk = opened(Town([contest(min=2, max=3, max_cost=20_500_000)])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(1).click()
    kiosk.press("Relire mon bulletin")
    kiosk.sees("Il faut au moins 2 croix")
    kiosk.choices().nth(3).click()
    kiosk.sees("Ce choix dépasserait 205")
    expect(kiosk.page.locator(".choice input:checked")).to_have_count(1)
    kiosk.choices().nth(1).click()
    kiosk.press("Relire mon bulletin")
    kiosk.sees("Aucune croix : vote blanc.")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": []}}], kiosk)


def test_one_of_several_is_chosen_by_keyboard_alone(opened: Open) -> None:
    kiosk = opened(Town([contest("choose-1", max=1, max_cost=0)])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    boxes = kiosk.page.locator(".choice input")
    expect(boxes.first).to_have_attribute("type", "radio")
    boxes.first.focus()
    kiosk.page.keyboard.press("ArrowDown")
    expect(kiosk.page.locator("input:checked")).to_have_count(0)
    kiosk.page.keyboard.press("Space")
    kiosk.page.keyboard.press("ArrowDown")
    kiosk.page.keyboard.press("Space")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["6"]}}], kiosk)


def test_two_votes_of_a_meeting_are_two_ballots_kept_together(opened: Open) -> None:
    second = contest("choose-1", max=1, max_cost=0) | {"title": {"fr": "Quel nom pour la place ?"}}
    kiosk = opened(Town([contest()], second_vote=[second])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(0).click()
    kiosk.press("Question suivante")
    kiosk.title("Quel nom pour la place\u202f?")
    kiosk.press("Retour")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.press("Question suivante")
    kiosk.choices().nth(4).click()
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    expect(kiosk.page.locator(".qr")).to_have_count(2)
    kiosk.press("Terminé")
    wait_for(lambda: len(ballots(kiosk.town)) == 2, kiosk)
    assert ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["4"]}}, {"v": 1, "choices": {"q1": ["8"]}}]
    assert len({head["def"] for head in kiosk.town.headers() if head["type"] == "ballot.sealed"}) == 2
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.sees("Ce passe a déjà servi à cette borne")


def test_the_next_person_finds_nothing(opened: Open) -> None:
    kiosk = opened().ready()
    page, code = kiosk.page, kiosk.town.codes[0]
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Text").click()
    page.get_by_role("button", name="Contrast").click()
    page.get_by_role("button", name="Touch to begin").click()
    length = page.evaluate("() => history.length")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Continue").click()
    kiosk.choices().nth(2).click()
    page.get_by_role("button", name="Check my ballot").click()
    page.get_by_role("button", name="Cast my ballot").click()
    kiosk.title("Saved on this device")
    assert PROJECTS[2][1] not in page.content(), "the receipt screen names no choice"
    receipt = page.locator(".qr").get_attribute("data-text")
    page.get_by_role("button", name="Done").click()
    kiosk.sees("Touchez pour commencer")
    expect(page.locator("html")).to_have_attribute("data-size", "1")
    expect(page.locator("html")).to_have_attribute("data-contrast", "normal")
    assert page.evaluate("() => [history.length, localStorage.length, sessionStorage.length]") == [length, 0, 0]
    kiosk.press("Touchez pour commencer")
    assert page.locator("#code").input_value() == ""
    assert page.locator("#code").get_attribute("autocomplete") == "off"
    for secret in (code, receipt, PROJECTS[2][1]):
        assert secret not in page.content()
    stored = json.dumps({**kiosk.stored(), "settings": []})
    assert code not in stored and '"choices"' not in stored and '"6"' not in stored


def test_who_walks_away_is_asked_and_then_forgotten(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.page.clock.install()
    kiosk.page.reload()
    code = kiosk.town.codes[0]
    kiosk.give_pass(code)
    kiosk.choices().nth(1).click()
    kiosk.page.clock.run_for(47_000)
    kiosk.sees("Êtes-vous encore là ?")
    kiosk.press("Je suis là")
    expect(kiosk.page.locator("dialog")).to_have_count(0)
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.page.clock.run_for(80_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.to_review(code, 4)
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    kiosk.page.clock.run_for(22_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    assert len(kiosk.stored()["records"]) == 3


def make_oneself_at_home(kiosk: Kiosk) -> None:
    """Arabic, the largest text, the dark theme, two switches, and half a code."""
    kiosk.press("Langue")
    kiosk.page.get_by_role("button", name="العربية", exact=True).click()
    for words in ("النص", "النص", "النص", "التباين", "التباين"):
        kiosk.press(words)
    expect(kiosk.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(kiosk.page.locator("html")).to_have_attribute("data-theme", "dark")
    kiosk.press("التصويت بزر واحد")
    kiosk.press("زران")
    kiosk.press("المس هنا للبدء")
    kiosk.page.locator("#code").fill("0123")
    kiosk.page.locator("#code").press("4")


LEAVING = {
    "by leaving": lambda kiosk: kiosk.press("محو كل شيء والمغادرة"),
    "by going back": lambda kiosk: kiosk.press("رجوع"),
    "by Escape": lambda kiosk: [kiosk.page.keyboard.press("Escape") for _ in range(2)],
    "by walking away": lambda kiosk: kiosk.page.clock.run_for(4 * 77_000),
}


@pytest.mark.parametrize("way", LEAVING)
def test_whoever_leaves_takes_language_size_contrast_switch_and_code_along(opened: Open, way: str) -> None:
    """D17."""
    kiosk = opened(town_of_two_votes()).ready()
    kiosk.page.clock.install()
    kiosk.page.reload()
    make_oneself_at_home(kiosk)
    LEAVING[way](kiosk)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kept = "() => { const { lang, dir, dataset } = document.documentElement; return [lang, dir, {...dataset}]; }"
    assert kiosk.page.evaluate(kept) == ["fr", "ltr", {"theme": "light", "size": "1", "contrast": "normal"}]
    assert kiosk.page.locator("[data-scanned], dialog").count() == 0
    kiosk.press("Touchez pour commencer")
    expect(kiosk.page.locator("#code")).to_have_value("")
    kiosk.page.keyboard.press("F7")
    kiosk.page.keyboard.press("Space")
    kiosk.title("Votre passe")


def test_the_question_whether_somebody_is_there_never_casts(opened: Open) -> None:
    """D18: neither its time running out nor any answer to it, by touch or by key, touches what lies beneath."""
    kiosk = opened(has_touch=True).ready()
    page = kiosk.page
    page.clock.install()
    page.reload()
    kiosk.to_review(kiosk.town.codes[0], 0, 1)

    def asked() -> None:
        page.clock.run_for(47_000)
        kiosk.sees("Êtes-vous encore là ?")

    page.locator(".cast").focus()
    for key in ("Enter", "Space", "Escape"):
        asked()
        page.keyboard.press(key)
        expect(page.locator("dialog")).to_have_count(0)
        kiosk.title("Votre bulletin")
    cast = page.locator(".cast").bounding_box()
    assert cast
    asked()
    page.touchscreen.tap(cast["x"] + 20, cast["y"] + 20)
    expect(page.locator("dialog")).to_have_count(0)
    kiosk.title("Votre bulletin")
    kiosk.press("Changer")
    here = page.locator(".choice").nth(4).bounding_box()
    assert here
    asked()
    page.touchscreen.tap(here["x"] + 40, here["y"] + 20)
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("input:checked")).to_have_count(2)
    kiosk.press("Relire mon bulletin")
    asked()
    page.clock.run_for(31_000)
    expect(page.locator("pv-rest")).to_be_visible()
    assert len(kiosk.stored()["records"]) == 2
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.title("Quels projets pour le Centre\u202f?")
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_vote_in_arabic_from_right_to_left(opened: Open) -> None:
    """A title without Arabic is shown in the meeting's language, isolated; codes and money keep their own order."""
    kiosk = opened(town_of_two_votes()).ready()
    page = kiosk.page
    kiosk.press("المس هنا للبدء")
    kiosk.title("بطاقة المرور")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#code")).to_have_attribute("dir", "ltr")
    page.locator("#code").fill(kiosk.town.codes[0])
    kiosk.press("متابعة")
    kiosk.title("أي مشاريع للحي؟")
    last = kiosk.choices().last
    expect(last.locator(".t > bdi")).to_have_attribute("lang", "fr")
    expect(last.locator(".t > bdi")).to_have_attribute("dir", "ltr")
    assert last.locator("bdi.p").inner_text().strip("\u200f") == "4,000\u00a0€"
    box, price = last.locator("input").bounding_box(), last.locator(".p").bounding_box()
    assert box and price and box["x"] > price["x"], "one begins to read at the right"
    last.click()
    expect(page.get_by_role("status").filter(has_text="من 3")).to_contain_text("علامة واحدة من 3")
    kiosk.press("السؤال التالي")
    kiosk.choices().first.click()
    kiosk.press("مراجعة ورقتي")
    kiosk.press("إيداع ورقتي")
    kiosk.title("تم الحفظ على هذا الجهاز")
    wait_for(lambda: len(ballots(kiosk.town)) == 2, kiosk)
    assert ballots(kiosk.town)[0] == {"v": 1, "choices": {"q1": ["13"]}}
