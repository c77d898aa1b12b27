"""The people of a journey: each has a browser of their own. Screenshots of the main steps stay in ``folder``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kiosk"))

from kiosk_page import Kiosk

from tests.server.pages import listen

DESK = {"width": 1280, "height": 900}
UPRIGHT = {"width": 1080, "height": 1920}
PATIENCE_MS = 15_000


class Person:
    """Someone at a screen. ``complaints``: what the console said, broken security rules included."""

    def __init__(self, hall: Hall, **how: Any) -> None:
        self.hall = hall
        self.context: BrowserContext = hall.browser.new_context(**{"viewport": DESK, "locale": "en-GB", **how})
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        listen(self.page, self.complaints)

    def go(self, path: str) -> Page:
        answer = self.page.goto(path if "://" in path else self.hall.url + path)
        assert answer is not None and answer.ok, f"{path} answered {answer and answer.status}"
        return self.page

    def press(self, words: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=words).first.click()

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words, timeout=PATIENCE_MS)

    def log_in(self, email: str) -> None:
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(self.hall.demo["password"])
        self.page.locator("main form button").first.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def download(self, link: Locator, name: str) -> Path:
        with self.page.expect_download() as coming:
            link.click()
        got: Download = coming.value
        target = self.hall.folder / name
        got.save_as(target)
        return target

    def shot(self, name: str) -> None:
        self.page.wait_for_load_state()
        self.page.screenshot(path=self.hall.folder / f"{name}.png", full_page=True)


class MeetingKiosk(Kiosk):
    """The kiosk of the meeting: its origin, enrolment code and PIN are those of the live site."""

    two_words = ""

    def enrol(self) -> None:
        self.open(f"#enrol={self.town.enrol_code}")
        self.two_words = self.page.locator(".giant[translate=no]").inner_text()
        self.press("Oui, prendre la réunion")
        self.title("Prête")
        self.press("Aller à l'écran d'accueil")


class Hall:
    """The live site, its demo accounts, and whoever comes."""

    def __init__(self, site: Any, browser: Browser, folder: Path) -> None:
        self.site, self.browser, self.folder, self.url = site, browser, folder, site.url
        self.demo: dict[str, Any] = json.loads((site.folder / "demo.json").read_text(encoding="utf-8"))
        self.people: list[Person] = []

    def person(self, **how: Any) -> Person:
        self.people.append(Person(self, **how))
        return self.people[-1]

    def act(self, deed: str, **facts: Any) -> dict[str, Any]:
        """Do a deed of ``by_actions`` in the site's environment."""
        code = f"from tests.journeys import by_actions; by_actions.{deed}(**{facts!r})"
        return json.loads(self.site.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1])

    def leave(self) -> None:
        for person in self.people:
            person.context.close()


def wait_until(is_true: Callable[[], object], page: Page, what: str, seconds: float = 20) -> None:
    """Wait for a condition; the page goes on meanwhile."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        page.wait_for_timeout(100)
