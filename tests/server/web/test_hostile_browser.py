"""X5 in a real browser: a town whose every text is a piece of a script runs none of them, on any page, for anybody."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from tests.conftest import LiveSite
from tests.server.hostile import MARKUP
from tests.server.pages import listen

pytestmark = [pytest.mark.e2e, pytest.mark.long]
# What was refused has been answered: whatever holds words holds hostile ones.
ALTER = """
from django.utils import timezone
from server.witnesses.models import Alarm
from tests.server.hostile import make_hostile
Alarm.objects.update(answered_at=timezone.now(), answer="x")
print(make_hostile())
"""
# What a script that got in would leave: an element of its own, or an attribute that calls it.
MADE = """() => [...document.querySelectorAll('*')].filter(one => one.getAttributeNames().some(name => /^on/.test(name))
  || one.matches('img[src="x"]') || /alert\\(/.test(one.matches('script:not([type$=json])') ? one.textContent : '')
  || /^javascript:/i.test(one.getAttribute('href') || one.getAttribute('action') || ''))
  .map(one => one.outerHTML.slice(0, 120))"""
WORDS = "document.body.textContent + [...document.querySelectorAll('input')].map(one => one.value)"


@dataclass
class Walk:
    """What the browser said on the way, by address; ``shown``: where a hostile text stood on the page, as text."""

    said: list[str] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)

    def watch(self, page) -> None:
        page.on("dialog", lambda dialog: (self.said.append(f"{page.url}: dialog {dialog.message}"), dialog.dismiss()))
        listen(page, self.said)

    def look(self, page, address: str) -> None:
        self.walked.append(address)
        if made := page.evaluate(MADE):
            self.made[address] = made
        if MARKUP in page.evaluate(WORDS):
            self.shown.append(address)


@pytest.fixture(scope="module")
def hostile_site(filled_site: LiveSite) -> LiveSite:
    assert int(filled_site.manage("shell", "-v", "0", "-c", ALTER)) > 60
    return filled_site


@pytest.fixture(scope="module")
def watched(hostile_site, windows) -> tuple[Walk, dict]:
    seen = Walk()
    for window in windows.values():
        seen.watch(window)
    return seen, windows


def test_no_text_of_a_hostile_town_becomes_a_script(watched, walk, hostile_site):
    demo = json.loads((hostile_site.folder / "demo.json").read_text())
    seen, windows = watched
    page = windows["nobody"]
    page.goto("/search/?q=svg")
    seen.look(page, "search")
    page.goto(demo["vote"])
    page.fill("[data-code-form] input[name=code]", demo["letters"][0]["code"])
    for press, name in (
        ("[data-code-form] button", "ballot"),
        ("text=Relire mon bulletin", "check"),
        ("text=Déposer mon bulletin", "receipt"),
    ):
        page.click(press)
        page.wait_for_load_state()
        seen.look(page, name)
    for one in {page["name"]: page for page in reversed(walk["pages"])}.values():
        answer = windows[one["who"]].goto(one["path"], wait_until="domcontentloaded")
        if answer.status == 200:  # a browser says aloud of all others that they failed
            seen.look(windows[one["who"]], one["path"])
    assert seen.made == {} and [said for said in seen.said if "status of 401" not in said] == []
    in_office = [path for path in seen.shown if path.startswith(("/office/", "/desk/"))]
    assert len(seen.shown) - len(in_office) > 8 and len(in_office) > 60, seen.shown
