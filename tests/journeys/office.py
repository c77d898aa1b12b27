"""What the organiser does in the office, page by page: prepare a vote, invite a kiosk, close, count, certify."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from .hall import Person

LIVE_MS = 20_000


class Office:
    """The back office of one space, in the hands of its organiser."""

    def __init__(self, who: Person, slug: str) -> None:
        self.who, self.page, self.slug = who, who.page, slug
        self.box = self.session = ""

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def table(self, name: str, rows: Sequence[Sequence[object]]) -> Path:
        """A CSV as a spreadsheet of this country writes it."""
        path = self.who.hall.folder / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
        return path

    def make_space(self, french: str, english: str) -> None:
        self.who.go("/office/new/")
        self.fill(title_fr=french, title_en=english, slug=self.slug)
        self.page.locator("main [name=is_public]").check()
        self.who.press("Make the space")
        self.page.wait_for_url(f"**/office/{self.slug}/**")
        self.who.go(f"/office/{self.slug}/phases/add/")
        self.fill(title_fr="Vote", title_en="Vote", starts_at=days_from_now(-2), ends_at=days_from_now(9))
        self.fill(promise_en="What is chosen is built within two years.", promise_fr="Ce qui est choisi est bâti.")
        self.who.press("Save the phase")
        expect(self.page.locator("main table")).to_contain_text("What is chosen is built")

    def set_budget(self, euros: int, projects: Sequence[Mapping[str, Any]]) -> None:
        """The amount, then the projects of a CSV: looked at, then written."""
        self.who.go(f"/office/{self.slug}/budget/")
        self.fill(amount_cents=str(euros))
        self.who.press("Save the amount")
        rows = [[one["code"], one["fr"], one["en"], one["cost"] // 100] for one in projects]
        path = self.table("projects.csv", [["identifiant", "titre_fr", "titre_en", "coût"], *rows])
        self.who.go(f"/office/{self.slug}/budget/import/")
        self.page.locator("input[type=file]").set_input_files(path)
        self.who.press("See what it would change")
        self.who.sees("Nothing is written yet")
        self.who.shot("projects before they are written")
        self.who.press("Write these projects")
        expect(self.page.locator("main table tbody tr")).to_have_count(len(projects))
        self.who.shot("budget")

    def bring_in_the_roll(self, people: Sequence[Sequence[str]]) -> None:
        self.who.go(f"/office/{self.slug}/rolls/")
        self.fill(title="Liste du Port")
        self.page.locator("main form:has([name=title]) button").click()
        self.page.wait_for_url("**/import/")
        path = self.table("people.csv", [["numéro", "nom", "prénom"], *people])
        self.page.locator("input[type=file]").set_input_files(path)
        self.page.locator("main form:has([type=file]) button").click()
        self.who.shot("people before they are written")
        self.page.locator("main form:has([name=token]) button:not([name])").click()
        self.who.sees("The people are on the roll.")
        self.page.locator("#job-outcome").click()
        self.who.sees(people[-1][1])

    def make_box(self, french: str, english: str) -> None:
        """A box by person with three doors, frozen."""
        self.who.go(f"/office/{self.slug}/boxes/add/")
        self.fill(title_fr=french, title_en=english, min_choices="1", max_choices="3")
        self.page.locator("main [name=regime][value=person]").check()
        self.page.locator("main [name=roll]").select_option(label="Liste du Port")
        self.page.locator("main [name=method][value=approval]").check()
        self.page.locator("main [name=rule][value=greedy]").check()
        for door in ("web", "kiosk", "paper"):
            self.page.locator(f"main [name=doors][value={door}]").check()
        self.who.shot("box form")
        self.who.press("Save the draft")
        self.who.sees("The ballot box is saved as a draft.")
        self.box = ref_in(self.page.url, "boxes")
        self.step("freeze", "The ballot box is frozen.")
        self.who.shot("box frozen")

    def step(self, name: str, told: str) -> None:
        self.who.go(f"/office/boxes/{self.box}/{name}/")
        self.page.locator("main form button").first.click()
        self.who.sees(told)

    def announce_meeting(self, question: str) -> str:
        """A meeting with its session, for the box; both opened. Returns the PIN of its kiosks."""
        self.who.go(f"/office/{self.slug}/meetings/new/")
        self.fill(title_fr="Forum du Port", title_en="Forum of the Port", place="La Halle")
        self.fill(starts_at=days_from_now(0), ends_at=days_from_now(1))
        self.fill(label_fr="Séance du Port", label_en="Session of the Port")
        self.page.get_by_label(question).check()
        self.who.press("Announce the meeting")
        self.page.wait_for_url("**/office/sessions/**")
        self.session = ref_in(self.page.url, "sessions")
        self.step("open", "The vote is open.")
        self.session_deed("open", "The session is open.")
        self.who.shot("session")
        return re.sub(r"\D", "", self.page.locator(".pin").first.inner_text())

    def session_deed(self, name: str, told: str) -> None:
        self.who.go(f"/office/sessions/{self.session}/do/{name}/")
        self.page.locator("main form button").first.click()
        self.who.sees(told)

    def invite(self, label: str) -> str:
        """Returns the code that the page shows once; the page stays open and waits for the device."""
        self.who.go(f"/office/sessions/{self.session}/devices/")
        self.fill(label=label)
        self.who.press("Show the code")
        code = self.page.locator(".pin.typed").inner_text().strip()
        self.who.shot("kiosk invited")
        return code

    def sees_device(self, two_words: str) -> None:
        """The page learns by itself that the device has come, and shows its words, though its language is another."""
        room = self.page.locator("main [data-live-src]")
        expect(room).to_contain_text("Enrolled", timeout=LIVE_MS)
        expect(room).to_contain_text(two_words)

    def close_session(self, counts: Mapping[str, int]) -> None:
        """Close, enter what two people counted, reconcile."""
        self.session_deed("close", "The session is closed.")
        self.page.wait_for_url("**/closing/")
        self.fill(**{name: str(count) for name, count in counts.items()})
        self.who.press("Enter the count")
        self.who.sees("The figures are kept.")
        self.who.sees("The accounts add up")
        self.who.shot("session closing")
        self.page.get_by_role("link", name="Reconcile this session").click()
        self.who.press("Reconcile this session")
        self.who.sees("This session is reconciled.")

    def certify(self) -> None:
        """The four steps of the box."""
        for name, told in (
            ("close", "The vote is closed."),
            ("reconcile", "The box is reconciled"),
            ("open", "The box is open."),
            ("certify", "The result is certified"),
        ):
            self.who.go(f"/office/boxes/{self.box}/closing/")
            self.page.locator(f"main a[href$='/closing/{name}/']").click()
            self.page.locator("main form button.act").click()
            self.who.sees(told)
        self.who.shot("box closing")


def ref_in(url: str, room: str) -> str:
    found = re.search(rf"/office/{room}/([0-9a-f]{{16}})/", url)
    assert found, url
    return found[1]


def days_from_now(days: int) -> str:
    """As ``datetime-local`` wants it. Whole days: the time zone of the site plays no part."""
    return (datetime.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
