"""Somebody writes what should not stand there; a resident reports it, a moderator hides it, its author reads why, and
the moderator shows it again. Each of the four finds their way by what the pages offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import PATIENCE_MS, Hall, Person

pytestmark = pytest.mark.e2e
SPACE, AT = "les-rives-de-laure", "villeneuve.example"
INSULT, WHY = "You are all thieves.", "Say it without insults, please."
TRIES = 30


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    assert [told for person in hall.people for told in person.complaints] == []
    hall.leave()


def somebody(hall: Hall, name: str) -> Person:
    person = hall.person()
    person.log_in(f"{name}@{AT}")
    return person


def follow(person: Person, words: str | re.Pattern[str], within: str = "main") -> None:
    person.page.locator(within).get_by_role("link", name=words).first.click()
    person.page.wait_for_load_state()


def to_the_thread(person: Person) -> None:
    person.go(f"/spaces/{SPACE}/")
    person.page.locator("main a[href$='/7/']").first.click()
    person.page.wait_for_load_state()


def is_told(person: Person, words: str) -> None:
    """The worker looks every few seconds: the page is loaded anew until it stands there."""
    for _try in range(TRIES):
        person.go("/notices/")
        if person.page.get_by_text(words).count():
            return
        person.page.wait_for_timeout(1000)
    raise AssertionError(f"nobody was told: {words}")


def test_reported_hidden_read_and_shown_again(hall: Hall) -> None:
    organiser = somebody(hall, "organiser")
    organiser.go(f"/office/{SPACE}/team/")
    organiser.page.locator("main [name=email]").fill(f"paul@{AT}")
    organiser.page.locator("main [name=role]").select_option("moderator")
    organiser.press("Give the role")

    author = somebody(hall, "ines")
    to_the_thread(author)
    author.page.locator("main [name=text]").fill(INSULT)
    author.press("Publish the comment", author.page.locator("#write"))
    author.sees(INSULT)

    resident = somebody(hall, "karim")
    to_the_thread(resident)
    follow(resident, re.compile("^Report"), "#thread .thread")
    resident.page.locator("main [name=reason][value=insult]").check()
    resident.press("Tell the moderators")

    moderator = somebody(hall, "paul")
    moderator.go("/")
    follow(moderator, "Office", "header")
    follow(moderator, "Moderation")
    expect(moderator.page.locator("header nav")).not_to_contain_text("Ballot boxes")
    moderator.page.locator("main tbody a").first.click()
    moderator.page.locator("main [name=hide-reason]").select_option("insult")
    moderator.page.locator("main [name=hide-words]").fill(WHY)
    moderator.press("Hide it")
    moderator.sees("Hidden by a moderator")

    to_the_thread(resident)
    expect(resident.page.locator("#thread")).not_to_contain_text(INSULT, timeout=PATIENCE_MS)
    is_told(resident, "What you reported was hidden.")
    is_told(author, "A moderator hid what you wrote.")
    follow(author, re.compile("A moderator hid what you wrote"))
    author.sees(WHY)
    author.sees(INSULT)

    moderator.press("Show it again")
    to_the_thread(resident)
    resident.sees(INSULT)
    is_told(author, "What you wrote is shown to everyone now.")
