"""Voting by ranks, by points, with dots and by yes or no: from the touch to what the sealed ballot holds."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from kiosk_methods import dots, many, point, put, ranked, ranks, remaining, score, town_of_all_methods, yes_no
from kiosk_page import Kiosk, Open, ballots, contest, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def cast(kiosk: Kiosk) -> None:
    kiosk.press("Relire mon bulletin")
    kiosk.title("Votre bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")


def is_sealed(kiosk: Kiosk, **choices: object) -> None:
    wait_for(lambda: ballots(kiosk.town), kiosk, 30)
    assert ballots(kiosk.town) == [{"v": 1, "choices": choices}]
    assert kiosk.errors == []


def test_a_ballot_of_every_method_is_marked_by_touch_and_sealed_as_it_was_marked(opened: Open) -> None:
    kiosk = opened(town_of_all_methods()).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.sees("Touchez jusqu'à 3 choix, celui que vous préférez d'abord.")
    for choice in (4, 0, 2):
        kiosk.choices().nth(choice).click()
    assert ranks(kiosk)[:5] == ["2", "", "3", "", "1"]
    remaining(kiosk, "3 rangs donnés sur 3")
    kiosk.press("Question suivante")
    point(kiosk, 1, 5).click()
    point(kiosk, 0, 0).click()
    remaining(kiosk, "2 choix notés sur 10")
    kiosk.press("Question suivante")
    put(kiosk, 3, 4)
    put(kiosk, 0, 1)
    remaining(kiosk, "Reste 1 gommette sur 6")
    kiosk.press("Question suivante")
    kiosk.page.get_by_role("radio", name="Abstention").click()
    kiosk.press("Relire mon bulletin")
    lines = kiosk.page.locator(".review .lines > li").all_inner_texts()
    told = [re.sub(r"\s+", " ", line) for line in lines]
    assert told[:3] == [
        "rang 1 Végétaliser les pieds d'arbres en ville 50 000 €",
        "rang 2 Des uritrottoirs en plus 14 000 €",
        "rang 3 Planter des arbres et des plantes comestibles 3 000 €",
    ]
    assert told[3:] == [
        "Des uritrottoirs en plus note 0 sur 5 14 000 €",
        "Végétaliser la place de la Halle note 5 sur 5 200 000 €",
        "Des uritrottoirs en plus 1 gommette 14 000 €",
        "Des voies dédiées et bien délimitées pour les vélos et les piétons 4 gommettes 150 000 €",
        "Abstention",
    ]
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    is_sealed(kiosk, q1=["8", "4", "6"], q2={"4": 0, "5": 5}, q3={"4": 1, "7": 4}, q4=["abstain"])


def test_b5_a_rank_that_is_taken_away_lets_those_behind_it_move_up(opened: Open) -> None:
    kiosk = opened(Town([ranked()])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    for choice in (4, 0, 2):
        kiosk.choices().nth(choice).click()
    kiosk.choices().nth(4).click()
    assert ranks(kiosk)[:5] == ["1", "", "2", "", ""]
    kiosk.choices().nth(4).click()
    assert ranks(kiosk)[:5] == ["1", "", "2", "", "3"]
    kiosk.press("Tout retirer")
    assert set(ranks(kiosk)) == {""}
    expect(kiosk.page.get_by_role("button", name="Tout retirer")).to_have_attribute("aria-disabled", "true")
    kiosk.choices().nth(7).click()
    cast(kiosk)
    is_sealed(kiosk, q1=["11"])


def test_more_than_is_allowed_is_refused_in_words_and_nothing_is_trimmed(opened: Open) -> None:
    """Each time it is tried: a second touch beyond the limit leaves no mark behind either."""
    town = Town([contest(max_cost=0) | {"id": "q0"}, ranked(), score(min=2, max=2), dots()])
    kiosk = opened(town).ready()
    kiosk.give_pass(town.codes[0])
    alert = kiosk.page.get_by_role("alert")
    for choice in (0, 1, 2, 3, 4):
        kiosk.choices().nth(choice).click()
    expect(alert).to_have_text("3 cases au plus. Retirez d'abord une croix.")
    expect(kiosk.page.locator("input:checked")).to_have_count(3)
    kiosk.press("Question suivante")
    for choice in (0, 1, 2, 3, 4):
        kiosk.choices().nth(choice).click()
    expect(alert).to_have_text("3 rangs au plus. Retirez d'abord un rang.")
    assert ranks(kiosk)[:5] == ["1", "2", "3", "", ""]
    kiosk.press("Question suivante")
    point(kiosk, 0, 3).click()
    kiosk.press("Question suivante")
    expect(alert).to_have_text("Il faut noter au moins 2 choix. Ou retirez toutes les notes\u00a0: vote blanc.")
    for choice in (1, 2, 3):
        point(kiosk, choice, 1).click()
    expect(alert).to_have_text("2 choix notés au plus. Retirez d'abord une note.")
    expect(kiosk.page.locator("input:checked")).to_have_count(2)
    kiosk.press("Question suivante")
    put(kiosk, 0, 6)
    expect(alert).to_have_text("4 gommettes au plus par choix.")
    remaining(kiosk, "Restent 2 gommettes sur 6")
    put(kiosk, 1, 4)
    expect(alert).to_have_text("Vos 6 gommettes sont toutes données. Retirez-en d'abord une.")
    remaining(kiosk, "Reste 0 gommette sur 6")
    put(kiosk, 0, 1, sign="Retirer")
    expect(alert).to_have_count(0)
    cast(kiosk)
    is_sealed(kiosk, q0=["4", "5", "6"], q1=["4", "5", "6"], q2={"4": 3, "5": 1}, q3={"4": 3, "5": 2})


def test_every_method_can_be_left_blank(opened: Open) -> None:
    kiosk = opened(town_of_all_methods()).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    for _ in range(3):
        kiosk.press("Question suivante")
    cast(kiosk)
    is_sealed(kiosk, q1=[], q2={}, q3={}, q4=[])


def test_a_ballot_of_every_method_by_keyboard_alone(opened: Open) -> None:
    """Arrows walk, Space and Enter mark; nothing is marked by walking, and the focus stays where it was."""
    kiosk = opened(town_of_all_methods()).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    keys, page = kiosk.page.keyboard, kiosk.page

    def tab_to(where: str) -> None:
        for _ in range(40):
            keys.press("Tab")
            if page.evaluate("(where) => document.activeElement.matches(where)", where):
                return
        raise AssertionError(f"Tab does not reach {where}")

    def forward(title: str) -> None:
        tab_to(".deed .buttons .act:last-child")
        keys.press("Enter")
        expect(page.locator("h1:focus")).to_have_text(title)

    tab_to(".rank")
    for key in ("ArrowDown", "ArrowDown", "Space", "ArrowUp", "Enter"):
        keys.press(key)
    assert ranks(kiosk)[:3] == ["", "2", "1"]
    forward("Quels projets pour le Centre\u202f?")
    tab_to(".point")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Space", "ArrowDown", "ArrowLeft", "Space", "ArrowLeft"):
        keys.press(key)
    expect(page.locator("input:checked")).to_have_count(2)
    assert page.evaluate("() => document.activeElement.ariaLabel") == "note 1 sur 5"
    forward("Quels projets pour le Centre\u202f?")
    tab_to(".step")
    for key in ("ArrowRight", "Space", "Enter", "Space", "ArrowLeft", "Space", "Space", "Space", "Space", "ArrowDown"):
        keys.press(key)
    assert page.evaluate("() => document.activeElement.ariaLabel") == "Retirer une gommette", (
        "nothing left, and in place"
    )
    for key in ("ArrowRight", "Space", "Space"):
        keys.press(key)
    remaining(kiosk, "Restent 4 gommettes sur 6")
    forward("Fermer la place aux voitures le dimanche\u202f?")
    tab_to("input.mark")
    for key in ("ArrowDown", "Space"):
        keys.press(key)
    forward("Votre bulletin")
    tab_to(".cast")
    keys.press("Enter")
    kiosk.title("Enregistré sur cet appareil")
    is_sealed(kiosk, q1=["6", "5"], q2={"4": 3, "5": 2}, q3={"5": 2}, q4=["no"])


def test_in_arabic_points_grow_to_the_left_and_so_do_the_arrows(opened: Open) -> None:
    kiosk = opened(Town([score("q1"), dots("q2")], languages=["fr", "ar"])).ready()
    page = kiosk.page
    kiosk.press("المس هنا للبدء")
    page.locator("#code").fill(kiosk.town.codes[0])
    kiosk.press("متابعة")
    kiosk.title("أي مشاريع للحي؟")
    least, most = point(kiosk, 0, 0).bounding_box(), point(kiosk, 0, 5).bounding_box()
    assert least and most and least["x"] > most["x"]
    point(kiosk, 0, 0).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    point(kiosk, 3, 4).click()
    remaining(kiosk, "درجات لخيارين من 10")
    kiosk.press("السؤال التالي")
    kiosk.choices().nth(1).get_by_role("button", name="إضافة نقطة").click()
    remaining(kiosk, "بقيت 5 نقاط من 6")
    kiosk.press("مراجعة ورقتي")
    kiosk.sees("الدرجة 4 من 5")
    kiosk.press("إيداع ورقتي")
    kiosk.title("تم الحفظ على هذا الجهاز")
    is_sealed(kiosk, q1={"4": 1, "7": 4}, q2={"5": 1})


@pytest.mark.parametrize("make", [ranked, score, dots], ids=["ranked", "score", "dots"])
def test_two_hundred_choices_can_be_seen_and_marked(opened: Open, make) -> None:
    kiosk = opened(Town([many(make("q1"))])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    page, choices = kiosk.page, kiosk.choices()
    expect(choices).to_have_count(200)
    more = page.locator(".more")
    seen = {int(more.inner_text().split()[1])}
    height = page.locator(".list").evaluate("(list) => list.clientHeight")
    while more.is_visible():
        more.click()
        page.wait_for_timeout(50)
        seen.add(int(more.inner_text().split()[1]) if more.is_visible() else 0)
        assert len(seen) < 80
    assert max(seen) > 150 and min(seen) == 0, "the last choice comes into sight, some at a time"
    assert page.locator(".list").evaluate("(list) => list.clientHeight") == height, "no row moves under a finger"
    mark = {
        "ranked": lambda n: choices.nth(n).click(),
        "score": lambda n: point(kiosk, n, 5).click(),
        "dots": lambda n: put(kiosk, n, 1),
    }
    method = choices.first.evaluate("(e) => e.parentElement.classList[1]")
    for n in (199, 0, 120):
        mark[method](n)
    kiosk.press("Tout retirer")
    for n in (199, 0, 120):
        mark[method](n)
    cast(kiosk)
    ids = ["p200", "p1", "p121"]
    is_sealed(kiosk, q1=ids if method == "ranked" else dict.fromkeys(ids, 5 if method == "score" else 1))


@pytest.mark.parametrize(
    "frozen",
    [
        yes_no("q1") | {"method": "borda"},
        {k: v for k, v in score("q1").items() if k != "points"},
        dots("q1", per_choice=0),
    ],
    ids=["method", "points", "per_choice"],
)
def test_a_pack_with_a_question_that_cannot_be_asked_faithfully_is_refused(opened: Open, frozen: dict) -> None:
    """Nothing is asked of anybody: the kiosk says that it needs a newer version, and opens no vote."""
    kiosk = opened(Town([frozen]))
    kiosk.open(f"#enrol={kiosk.town.enrol_code}")
    kiosk.press("Oui, prendre la réunion")
    kiosk.sees("Cette réunion demande une version plus récente de la borne")
    expect(kiosk.page.locator("pv-setup")).to_be_visible()
    assert kiosk.page.get_by_role("button", name="Aller à l'écran d'accueil").count() == 0
    assert json.dumps(kiosk.stored().get("records", [])).count("ballot") == 0
