"""An organiser who has never seen the office publishes a participatory budget, opens its vote, certifies its result.

From an empty installation, following only what the pages offer: no address is ever typed. Everything that is pressed,
filled in or read as a new page up to the open vote is counted; the ceilings are what we promise,
``docs/benchmarks.md`` has what was seen.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Locator, Page, expect

from tools.services import free_port

from ..conftest import LiveSite
from .hall import DESK, PATIENCE_MS, listen
from .office import days_from_now
from .paper_and_pen import squares

pytestmark = [pytest.mark.e2e, pytest.mark.long]

EMAIL, PASSWORD = "premiere@exemple.fr", "une phrase assez longue"
MAKE_STAFF = (
    "from server.accounts.models import User; "
    f"User.objects.create_superuser({EMAIL!r}, {PASSWORD!r}, display_name='Première')"
)
PROJECTS = "titre_fr;titre_en;coût\nDes bancs;Benches;12000\nUn verger;An orchard;9000\nUn préau;A shelter;21000\n"
PEOPLE = "numéro;nom;prénom\n101;Abadie;Léa\n102;Bégué;Marc\n103;Cazaux;Inès\n"
MOST_PRESSED, MOST_FIELDS, MOST_PAGES = 30, 12, 27


@pytest.fixture
def empty_site(tmp_path_factory, migrated_file, static_files) -> Iterator[LiveSite]:
    """A new installation: one account that looks after it, and nothing else."""
    site = LiveSite(tmp_path_factory.mktemp("empty"), free_port(), static_files)
    shutil.copy(migrated_file, site.folder / "db.sqlite3")
    site.manage("shell", "-v", "0", "-c", MAKE_STAFF)
    site.start()
    yield site
    site.stop()


class Newcomer:
    """Somebody who presses what the page offers, and fills in what it asks. Everything is counted."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.pressed = self.fields = self.pages = 0
        page.on("framenavigated", self._count_page)

    def _count_page(self, frame) -> None:
        self.pages += frame == self.page.main_frame

    def press(self, words: str) -> None:
        """The first thing in the page with these words: a button before a link."""
        self.pressed += 1
        button = self.page.get_by_role("button", name=words)
        (button if button.count() else self.page.get_by_role("link", name=words)).first.click()

    def tick(self, where: str) -> None:
        self.pressed += 1
        self.page.locator(f"main {where}").click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.fields += 1
            self.page.locator(f"main [name={name}]").fill(value)

    def bring(self, name: str, text: str) -> None:
        self.fields += 1
        path = self.folder / name
        path.write_text(text, encoding="utf-8-sig")
        self.page.locator("main input[type=file]").set_input_files(path)

    def next(self, words: str) -> None:
        """What the page itself says comes next, which must be this."""
        self.pressed += 1
        offered: Locator = self.page.locator(".next-step a").first
        expect(offered).to_contain_text(words, timeout=PATIENCE_MS)
        offered.click()

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words, timeout=PATIENCE_MS)


@pytest.fixture
def newcomer(empty_site: LiveSite, browser, tmp_path: Path) -> Iterator[Newcomer]:
    context = browser.new_context(viewport=DESK, locale="en-GB", base_url=empty_site.url)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/office/")
    yield Newcomer(page, tmp_path)
    context.close()


def test_a_newcomer_comes_from_nothing_to_a_certified_result_by_following_the_pages(newcomer: Newcomer):
    complaints: list[str] = []
    listen(newcomer.page, complaints)
    who = newcomer
    letters = opens_a_vote(who)
    seen = {"pressed": who.pressed, "fields": who.fields, "pages": who.pages}
    assert who.pressed <= MOST_PRESSED and who.fields <= MOST_FIELDS and who.pages <= MOST_PAGES, seen
    for letter, choices in zip(letters, (["Benches", "An orchard"], ["An orchard"]), strict=False):
        a_resident_votes(who, letter, choices)
    certifies_the_result(who)
    assert complaints == []


def opens_a_vote(who: Newcomer) -> list[str]:
    """From the first page of an empty office. Returns the addresses on the letters."""
    who.press("Make a space")
    who.fill(title_fr="Le budget du Port", title_en="The budget of the Port")
    who.tick("[name=is_public]")
    who.press("Make the space")
    who.next("Set the phases")
    who.press("Add a phase")
    who.fill(title_en="Vote", starts_at=days_from_now(-1), ends_at=days_from_now(9))
    who.fill(promise_en="What is chosen is built within two years.")
    who.tick("[name=is_vote]")
    who.press("Save the phase")
    who.next("Set the budget")
    who.fill(amount_cents="25000")
    who.press("Save the amount")
    who.press("Import projects")
    who.bring("projects.csv", PROJECTS)
    who.press("See what it would change")
    who.press("Write these projects")
    who.next("Bring in the roll")
    who.fill(title="Residents")
    who.press("Make the roll")
    who.bring("people.csv", PEOPLE)
    who.press("See what it would change")
    who.press("Write these people")
    who.sees("The people are on the roll.")
    who.next("Make the ballot box")
    who.press("Make a ballot box")
    who.fill(title_en="Which projects for the Port?")
    expect(who.page.locator("[data-preview]")).to_contain_text("Which projects for the Port?")
    for door in ("kiosk", "paper"):  # online alone, with letters
        who.tick(f"[name=doors][value={door}]")
    who.press("Save the draft")
    who.press("Freeze the ballot box")
    who.press("Freeze")
    who.next("Print the letters")
    who.press("Make the letters")
    printed = who.page.get_by_role("link", name="Download PDF")
    expect(printed).to_have_count(1, timeout=40_000)
    with who.page.expect_download() as coming:
        printed.click()
    coming.value.save_as(who.folder / "letters.pdf")
    who.press("Overview")
    who.next("Open the vote")
    who.press("Open the vote")
    who.press("Open the vote")
    who.sees("The vote is open.")
    return squares(who.folder / "letters.pdf")


def a_resident_votes(who: Newcomer, letter: str, choices: list[str]) -> None:
    """With the square of the letter, in a browser of their own."""
    context = who.page.context.browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(letter)
    expect(page.locator("[data-code-form] input[name=code]")).not_to_have_value("")
    page.locator("[data-code-form] button").click()
    for choice in choices:
        page.get_by_label(choice).check()
    page.get_by_role("button", name="Check my ballot").click()
    page.get_by_role("button", name="Cast my ballot").click()
    page.wait_for_url("**/receipt/**")
    context.close()


def certifies_the_result(who: Newcomer) -> None:
    """By the four steps of the closing, each confirmed; opening and certifying are done in the background."""
    who.press("Overview")
    who.next("Close the vote")
    who.press("Close the vote")
    who.press("Close the vote for good")
    who.next("Reconcile")
    who.tick(".step-deed a.act")
    who.tick("form button.act")
    who.sees("The box is reconciled")
    who.tick(".step-deed a.act")
    who.tick("form button.act")
    who.sees("The box is open.")
    who.next("Certify the result")
    who.tick(".step-deed a.act")
    who.tick("form button.act")
    who.sees("The result is certified")
    who.press("See it")
    who.press("See the result")
    funded = who.page.locator("#projects li.rank").filter(has=who.page.locator(".state.ok"))
    expect(funded.locator("h3")).to_have_text([re.compile("An orchard"), re.compile("Benches")])
