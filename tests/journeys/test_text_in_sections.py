"""A text of the town: an officer brings it, a resident words a section otherwise, the officer accepts, all read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import Hall

pytestmark = pytest.mark.e2e
SPACE = "les-rives-de-laure"
RULES = (
    "# The rules of the quay\n\n## Boats\n\nBoats moor for one night.\n\n## Fires\n\nNo fires.\n\n## Dogs\n\nOn a lead."
)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    assert [told for person in hall.people for told in person.complaints] == []
    hall.leave()


def test_a_text_is_brought_worded_otherwise_by_a_resident_and_changed(hall: Hall) -> None:
    place = hall.act("make_text_place", slug=SPACE)
    officer = hall.person()
    officer.log_in("organiser@villeneuve.example")
    page = officer.go(place["office"])
    page.locator("textarea[name=words]").fill(RULES)
    officer.press("See the sections")
    officer.sees("A draft of 3 sections")
    page.get_by_role("button", name="Up Dogs").click()
    officer.press("Publish the text")
    officer.sees("3 sections, published on")

    resident = hall.person(**PHONE)
    resident.log_in("ines@villeneuve.example")
    page = resident.go(place["public"])
    expect(page.locator(".toc a")).to_have_text(["1 Boats", "2 Dogs", "3 Fires"])
    page.get_by_role("link", name="Propose another wording – Boats").click()
    page.locator("textarea[name=body]").fill("Boats moor for two nights.")
    # Shown while it is typed, before anything is sent.
    expect(page.locator("[data-preview] ins").first).to_have_text("two")
    page.locator("textarea[name=reason]").fill("One night is short for those who come from afar.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    resident.press("Publish the amendment")
    resident.sees("Your amendment is published.")

    page = officer.go(place["office"])
    page.get_by_role("link", name="One night is short for those who come from afar.").click()
    page.locator("textarea[name=words]").fill("Two nights, as at Pontverre.")
    officer.press("Accept: the text changes now")
    officer.sees("The amendment is accepted.")

    page = resident.go(place["public"])
    resident.sees("Boats moor for two nights.")
    page.get_by_role("link", name="What changed since it was published").click()
    expect(page.locator("del").first).to_have_text("one")
    resident.sees("1 of 3 sections reads otherwise")
