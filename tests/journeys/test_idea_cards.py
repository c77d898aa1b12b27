"""Cards in a hall: printed in the office, written on, scanned, typed in by a volunteer; they stand as proposals."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from printouts import simulate
from printouts.geometry import Layout
from printouts.handwriting import write
from tests.server.cards.bench import DPI, cut_apart

from .hall import Hall, Person

pytestmark = [pytest.mark.e2e, pytest.mark.long]

# (written on the card, typed in: title, text, name)
IDEAS = [
    (["Un abri a velos", "Devant la gare"], ("Un abri à vélos", "Devant la gare.", "")),
    (["Des tilleuls", "Dans la cour"], ("Des tilleuls", "Dans la cour de l’école.", "Jeanne")),
    (["Un banc", "Sur le quai"], ("Un banc sur le quai", "À l’ombre.", "")),
    (["Une fontaine", "Sur la place"], ("Une fontaine", "Sur la place du marché.", "Ali")),
    (["Moins de bruit", "La nuit"], ("Moins de bruit la nuit", "Rue des Forges.", "")),
]


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


def someone(hall: Hall, email: str) -> Person:
    person = hall.person()
    person.log_in(email)
    return person


def print_cards(hall: Hall, office: str, organiser: Person) -> Path:
    organiser.go(office)
    organiser.page.locator("main [name=quantity]").fill("6")
    organiser.press("Make the cards")
    link = organiser.page.locator("#runs").get_by_role("link", name="Download PDF")
    expect(link).to_be_visible(timeout=60_000)
    organiser.shot("cards printed")
    return organiser.download(link, "cards.pdf")


def fill_and_scan(pdf: Path, layout: Layout, texts: Sequence[Sequence[str]], target: Path) -> Path:
    """Cut the cards apart, write on them, and lay them under a scanner one by one."""
    rng = np.random.default_rng(20261130)
    cards = [card for page in simulate.rasterise(pdf, dpi=DPI) for card in cut_apart(page, layout)]
    seen = []
    for card, lines in zip(cards, texts, strict=False):
        write(card, layout, lines, rng)
        seen.append(simulate.distort(np.pad(card, 40, constant_values=255), rng, kind="scanner"))
    out = io.BytesIO()
    simulate.scan_pdf(iter(seen), out, dpi=DPI)
    target.write_bytes(out.getvalue())
    return target


def type_in(volunteer: Person, title: str, text: str, name: str) -> None:
    """By the keyboard alone: from field to field, and on to the next card."""
    page, before = volunteer.page, volunteer.page.url
    expect(page.locator("[name=title]")).to_be_focused()
    image = page.locator("[data-scan] img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("one => one.naturalWidth") > 1000
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)


def test_a_volunteer_types_in_five_idea_cards(hall: Hall) -> None:
    told = hall.act("make_ideas_on_paper")
    office = f"/office/{told['slug']}/cards/{told['component']}/"
    organiser = someone(hall, told["organiser"])
    pdf = print_cards(hall, office, organiser)
    layout = Layout.from_json(hall.act("show_card", component=told["component"])["layout"].encode())
    scan = fill_and_scan(pdf, layout, [lines for lines, _typed in IDEAS], hall.folder / "scan.pdf")

    volunteer = someone(hall, told["volunteer"])
    volunteer.go(f"{office}scans/")
    volunteer.page.locator("input[type=file]").set_input_files(scan)
    volunteer.press("Send and read")
    link = volunteer.page.get_by_role("link", name="Type in 5 cards")
    expect(link).to_be_visible(timeout=60_000)
    link.click()
    volunteer.press("Take the next card")
    volunteer.page.wait_for_url("**/office/cards/*/")
    volunteer.shot("a card beside what is typed in")
    for _written, typed in IDEAS:
        type_in(volunteer, *typed)
    volunteer.sees("No card waits")

    reader = hall.person()
    reader.go(f"/spaces/{told['slug']}/proposals/{told['component']}/")
    for _written, (title, _text, _name) in IDEAS:
        reader.sees(title)
    expect(reader.page.locator(".ideas > li").filter(has_text="On paper")).to_have_count(5)
    reader.page.get_by_role("link", name="Des tilleuls").click()
    for words in ("Dans la cour de l’école.", "Jeanne", "On paper"):
        reader.sees(words)
    organiser.go(office)
    expect(organiser.page.locator("#runs td[data-l='Typed in']")).to_have_text("5")
    assert [person.complaints for person in hall.people] == [[], [], []]
