"""A town whose vote asks a question of each method that marks otherwise than with crosses."""

from __future__ import annotations

from typing import Any

from fake_server import Town
from kiosk_page import Kiosk, contest
from kiosk_screens import FIRST, in_three_languages
from playwright.sync_api import Locator, expect

ANSWERS = {
    "yes": {"fr": "Oui", "en": "Yes", "ar": "نعم"},
    "no": {"fr": "Non", "en": "No", "ar": "لا"},
    "abstain": {"fr": "Abstention", "en": "Abstention", "ar": "امتناع"},
}
CLOSED = {
    "fr": "Fermer la place aux voitures le dimanche ?",
    "en": "Close the square to cars on Sundays?",
    "ar": "إغلاق الساحة أمام السيارات يوم الأحد؟",
}


def ranked(ref: str = "q1", most: int = 3) -> dict:
    return in_three_languages(contest("ranked", max=most, max_cost=0), FIRST) | {"id": ref}


def score(ref: str = "q2", **bounds: int) -> dict:
    limits = {"min": 2, "max": 0, "max_cost": 0, "points": 5} | bounds
    return in_three_languages(contest("score", **limits), FIRST) | {"id": ref}


def dots(ref: str = "q3", **bounds: int) -> dict:
    limits = {"max": 0, "max_cost": 0, "points": 6, "per_choice": 4} | bounds
    return in_three_languages(contest("dots", **limits), FIRST) | {"id": ref}


def yes_no(ref: str = "q4") -> dict:
    choices = [
        {"id": name, "number": number, "title": title, "cost": 0}
        for number, (name, title) in enumerate(ANSWERS.items(), 1)
    ]
    return {"id": ref, "title": CLOSED, "method": "yes-no", "min": 0, "max": 1, "max_cost": 0, "choices": choices}


def town_of_all_methods(**how: Any) -> Town:
    return Town([ranked(), score(), dots(), yes_no()], languages=["fr", "en", "ar"], **how)


def many(question: dict, count: int = 200) -> dict:
    """The same question with so many choices."""
    choices = [
        {"id": f"p{n}", "number": n, "title": {"fr": f"Projet du quartier, le numéro {n}"}, "cost": 100_000 * n}
        for n in range(1, count + 1)
    ]
    return question | {"choices": choices}


def point(kiosk: Kiosk, choice: int, points: int) -> Locator:
    """The box of a choice that gives so many points."""
    return kiosk.choices().nth(choice).locator(".point").nth(points)


def put(kiosk: Kiosk, choice: int, count: int, sign: str = "Ajouter") -> None:
    for _ in range(count):
        kiosk.choices().nth(choice).get_by_role("button", name=sign).click()


def remaining(kiosk: Kiosk, words: str) -> None:
    """The running total says so, in a line that a screen reader reads out."""
    expect(kiosk.page.locator(".tray [role=status]")).to_contain_text(words)


def ranks(kiosk: Kiosk) -> list[str]:
    """What stands in the boxes, from the first choice to the last."""
    return kiosk.page.locator(".mark.rank").evaluate_all(
        "(boxes) => boxes.map((box) => box.checked ? box.dataset.n : '')"
    )
