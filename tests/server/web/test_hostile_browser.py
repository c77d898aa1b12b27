"""X5 in a real browser: a town whose every text is a piece of a script runs none of them, on any page, for anybody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.conftest import LiveSite
from tests.server.hostile import MARKUP
from tests.server.pages import ROOMS, crawl, log_in

pytestmark = pytest.mark.e2e
ALTER = "from tests.server.hostile import fill_rooms, make_hostile; fill_rooms(); print(make_hostile())"
PUBLIC = ["/", "/search/?q=svg", "/accounts/signup/", "/accounts/password/reset/", "/receipt/"]
# What a script that got in would leave: an element of its own, or an attribute that calls it.
MADE = """() => [...document.querySelectorAll('*')].filter(one => one.getAttributeNames().some(name => /^on/.test(name))
  || one.matches('img[src="x"]') || /alert\\(/.test(one.localName === 'script' ? one.textContent : '')
  || /^javascript:/i.test(one.getAttribute('href') || one.getAttribute('action') || ''))
  .map(one => one.outerHTML.slice(0, 120))"""
WORDS = "document.body.textContent + [...document.querySelectorAll('input')].map(one => one.value)"
WATCH = """document.addEventListener('securitypolicyviolation', event =>
  console.error(`policy: ${event.violatedDirective} ${event.sourceFile}:${event.lineNumber}`))"""


@dataclass
class Walk:
    """What the browser said on the way, by address; ``shown``: where a hostile text stood on the page, as text."""

    said: list[str] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)

    def watch(self, page) -> None:
        page.on("dialog", lambda dialog: (self.said.append(f"{page.url}: dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("console", lambda line: line.type == "error" and self.said.append(f"{page.url}: {line.text}"))

    def look(self, page, address: str) -> None:
        self.walked.append(address)
        if made := page.evaluate(MADE):
            self.made[address] = made
        if MARKUP in page.evaluate(WORDS):
            self.shown.append(address)


@pytest.fixture(scope="module")
def hostile_site(loaded_town: LiveSite, tmp_path_factory) -> Iterator[LiveSite]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(loaded_town.folder, folder, dirs_exist_ok=True)
    site = LiveSite(folder, loaded_town.port)
    assert int(site.manage("shell", "-v", "0", "-c", ALTER)) > 60
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def page(hostile_site, browser) -> Iterator:
    context = browser.new_context(locale="fr-FR", base_url=hostile_site.url, viewport={"width": 1024, "height": 800})
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_no_text_of_a_hostile_town_becomes_a_script(page, hostile_site):
    demo = json.loads((hostile_site.folder / "demo.json").read_text())
    walk = Walk()
    walk.watch(page)
    for address in crawl(page, PUBLIC):
        walk.look(page, address)
    page.goto(demo["vote"])
    page.fill("[data-code-form] input[name=code]", demo["letters"][0]["code"])
    for press, name in (
        ("[data-code-form] button", "ballot"),
        ("text=Relire mon bulletin", "check"),
        ("text=Déposer mon bulletin", "receipt"),
    ):
        page.click(press)
        page.wait_for_load_state()
        walk.look(page, name)
    in_public = len(walk.shown)
    log_in(page)
    for address in crawl(page, [*ROOMS, "/me/"], staff=True, depth=3):
        walk.look(page, address)
    assert walk.made == {} and walk.said == []
    assert in_public > 8 and len(walk.shown) - in_public > 30, walk.shown
