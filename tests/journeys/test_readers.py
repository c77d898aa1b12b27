"""People who read the public site and vote there: on a telephone, with the keyboard alone, with a browser in Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import Hall, Person

pytestmark = pytest.mark.e2e
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MOST_TABS = 80
FOCUSED = """() => { const it = document.activeElement, label = it.labels?.[0];
  const look = getComputedStyle(it);
  const words = it.getAttribute("aria-label") ?? label?.innerText ?? it.innerText ?? "";
  return {words: words.trim(), value: it.value ?? "",
          seen: look.outlineStyle !== "none" || look.boxShadow !== "none"}; }"""


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    assert [told for person in hall.people for told in person.complaints] == []
    hall.leave()


def fits(person: Person) -> None:
    """Nothing sticks out of the screen; a page that is on its way is waited for."""
    person.page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def tap(person: Person, role: str, words: str | re.Pattern[str]) -> None:
    """Touch the first such thing that is to be seen; the page that follows fits the screen."""
    person.page.locator("main").get_by_role(role, name=words).locator("visible=true").first.tap()
    person.page.wait_for_load_state()
    fits(person)


def test_a_resident_with_a_telephone_votes_by_letter_and_finds_the_receipt_later(hall: Hall) -> None:
    resident = hall.person(locale="fr-FR", **PHONE)
    page = resident.go("/")
    fits(resident)
    tap(resident, "link", re.compile("Budget participatif du Centre"))
    resident.sees("La ville s’engage")
    tap(resident, "link", "Un verger partagé au pied des remparts")
    resident.sees("Quarante arbres fruitiers")
    tap(resident, "link", re.compile("^Voter"))
    page.locator("[data-code-form] input[name=code]").fill(hall.demo["letters"][0]["code"])
    page.locator("[data-code-form] button").tap()
    page.locator("input[name=choice][value=verger]").check()
    tap(resident, "button", re.compile("^Relire mon bulletin"))
    resident.sees("Un verger partagé au pied des remparts")
    tap(resident, "button", re.compile("^Déposer mon bulletin"))
    page.wait_for_url("**/receipt/**")
    resident.sees("Un bulletin est enregistré")
    fits(resident)
    number = page.url.rstrip("/").rpartition("/")[2]
    finds_it_again(hall, resident, number)


def finds_it_again(hall: Hall, resident: Person, number: str) -> None:
    """The telephone has kept it; another device finds it by its number."""
    resident.go("/receipt/")
    resident.page.locator("[data-own-receipts] a").first.tap()
    resident.sees("Un bulletin est enregistré")
    assert number in resident.page.url
    elsewhere = hall.person(locale="fr-FR")
    elsewhere.go("/").get_by_role("link", name="Retrouver un reçu").first.click()
    elsewhere.page.locator("main input[name=id]").fill(f"  {number[:32]} {number[32:].upper()}")
    elsewhere.page.locator("main input[name=id]").press("Enter")
    elsewhere.sees("Un bulletin est enregistré")
    assert "verger" not in elsewhere.page.locator("main").inner_text().lower()


def tab_to(person: Person, words: str = "", value: str = "") -> None:
    """Press Tab until what has the focus is called so, or has this value. Where the focus is can always be seen."""
    for _press in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        at = person.page.evaluate(FOCUSED)
        assert at["seen"], f"the focus cannot be seen at {at}"
        if (words and at["words"].startswith(words)) or (value and at["value"] == value):
            return
    raise AssertionError(f"Tab never comes to {words or value}")


def test_somebody_with_a_keyboard_alone_votes_from_home_to_receipt(hall: Hall) -> None:
    """Tab, Space, Enter and the letters of the code: nothing else is pressed."""
    voter = hall.person()
    page = voter.go("/")
    keys = page.keyboard
    tab_to(voter, "Skip to content")
    keys.press("Enter")
    tab_to(voter, "Vote")
    keys.press("Enter")
    page.wait_for_url("**/vote/**")
    tab_to(voter, "Code of your letter")
    keys.type(hall.demo["letters"][1]["code"])
    keys.press("Enter")
    page.locator("input[name=choice]").first.wait_for()
    for choice in ("bancs", "fontaines"):
        tab_to(voter, value=choice)
        keys.press("Space")
    tab_to(voter, "Check my ballot")
    keys.press("Enter")
    expect(page.locator("h1:visible")).to_have_text("Your ballot")
    tab_to(voter, "Cast my ballot")
    keys.press("Enter")
    page.wait_for_url("**/receipt/**")
    voter.sees("A ballot is recorded")


def test_a_reader_of_arabic_is_not_told_that_french_is_arabic(hall: Hall) -> None:
    """The site speaks French and English: a browser in Arabic gets French that says so, and its words turn round."""
    reader = hall.person(locale="ar-DZ", **PHONE)
    page = reader.go("/search/?q=مدرسة الحي")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("html").get_attribute("dir") == "ltr"
    typed = page.locator("main bdi", has_text="مدرسة")
    assert typed.evaluate("(it) => getComputedStyle(it).direction") == "rtl"
    fits(reader)
