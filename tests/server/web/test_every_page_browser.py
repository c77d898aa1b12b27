"""Every page of the town, looked over in a browser: accessible, legible in every theme, light, narrow enough."""

from __future__ import annotations

import json
import re

import pytest

from server.web.town.build import PASSWORD
from tests.server.pages import Findings, only_found

pytestmark = [pytest.mark.e2e, pytest.mark.long]
SHIFTS = """() => { window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.shifted += one.value; })).observe({type: 'layout-shift', buffered: true}); }"""
# Addresses that show no page of their own when they are asked, and why. All others are pages, or parts and files (200),
# or take deeds alone (405).
NO_PAGE = {
    "web:short_link": "leads to the vote",
    ":set_language": "leads back",
    ":None": "old addresses of the accounts lead to the new ones; a receipt without its last stroke is one",
    ":account_confirm_login_code": "no code is mailed for logging in",
    ":mfa_authenticate": "between password and second factor: looked at below",
    ":openid_connect_login": "the town has no such service",
    ":openid_connect_callback": "the town has no such service",
    ":socialaccount_signup": "accounts are made here, not by a service",
    "office_witnesses:file": "takes a file, and leads back",
    "office_devices:invite": "takes a name, and leads back",
    "office_devices:import": "takes a file, and leads back",
    "office_meetings:report": "a file, once the session is reconciled",
    "log:consistency": "for machines",
    "sync:pack": "for machines",
    "operations:readyz": "for machines",
}


@pytest.fixture(scope="module")
def demo(filled_site) -> dict:
    return json.loads((filled_site.folder / "demo.json").read_text())


# One look at every page serves all the tests of this file.
@pytest.fixture(scope="module")
def findings(windows, walk, demo) -> Findings:
    """The site as everybody meets it, the working rooms as staff do, and the ways that are walked by forms alone."""
    found = Findings()
    for window in windows.values():
        found.prepare(window)
    for one in walk["pages"]:
        answer = windows[one["who"]].goto(one["path"])
        assert answer.status in (200, 401), (one, answer.status)
        found.look(windows[one["who"]], f"{one['path']} for {one['who']}")
    to_a_receipt(windows["nobody"], demo, found)
    to_the_second_factor(windows["nobody"], found)
    at_the_desk(windows["desk"], next(one["path"] for one in walk["pages"] if one["name"] == "desk:home"), found)
    return found


def arrive(page, button: str) -> None:
    """Press, and be on the page that follows, with its style sheets: what is looked at half drawn has faults."""
    with page.expect_navigation(wait_until="load"):
        page.click(button)


def to_a_receipt(page, demo: dict, found: Findings) -> None:
    """A wrong code, a ballot, its check, its receipt."""
    for letter in ("AAAA", demo["letters"][0]["code"]):
        page.goto(demo["vote"])
        page.fill("[data-code-form] input[name=code]", letter)
        arrive(page, "[data-code-form] button")
        found.look(page, f"code {letter[:4]}")
    arrive(page, "text=Relire mon bulletin")
    found.look(page, "review")
    arrive(page, "text=Déposer mon bulletin")
    page.wait_for_url("**/receipt/**")
    found.look(page, "receipt")


def to_the_second_factor(page, found: Findings) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", "karim@villeneuve.example")
    page.fill("[name=password]", PASSWORD)
    arrive(page, "main form button")
    found.look(page, "second factor")


def at_the_desk(page, desk: str, found: Findings) -> None:
    """People of the roll who were looked for."""
    page.goto(desk)
    page.fill("[name=q]", "Nom")
    page.press("[name=q]", "Enter")
    page.wait_for_load_state()
    found.look(page, "people at the desk")


def test_every_address_that_shows_a_page_is_looked_at(walk):
    """A new address is looked at by itself; where nothing is there to show, ``rooms`` lacks a row."""
    shown_nothing = {name: status for name, status in walk["without"].items() if status not in (200, 405)}
    assert shown_nothing.keys() == NO_PAGE.keys(), shown_nothing
    assert len({one["name"] for one in walk["pages"]}) > 140


def test_every_link_leads_somewhere(walk):
    assert walk["dead"] == []


def test_every_page_is_accessible(findings):
    """WCAG 2.2 A and AA as far as a program can see."""
    assert only_found(findings.faults) == {}


def test_every_page_is_legible_in_every_theme_and_in_forced_colours(findings):
    assert len(findings.kinds) > 400
    assert only_found(findings.weak) == {}


def test_no_page_is_wider_than_its_window(findings):
    assert only_found(findings.too_wide) == {}


def test_every_page_speaks_the_language_of_its_reader(walk):
    assert walk["foreign"] == []


def test_no_page_breaks_the_security_rules(findings):
    """A browser also says aloud that an answer failed: a page that asks for a log-in, a code that nobody has."""
    assert [one for one in findings.complaints if "Failed to load resource: the server responded" not in one] == []


def test_nothing_covers_what_can_be_pressed(findings):
    assert only_found(findings.covered) == {}


def test_every_page_is_light(walk):
    """Page and style sheets under 60 kB, for an old telephone on a slow network."""
    assert {one["path"]: one["weight"] for one in walk["pages"] if not 5_000 < one["weight"] <= 60_000} == {}


def test_nothing_moves_while_a_page_arrives(browser, windows, filled_site, demo):
    """Type comes late and nothing jumps: what stands in for it is as wide."""
    context = browser.new_context(base_url=filled_site.url, viewport={"width": 360, "height": 740}, locale="fr-FR")
    context.add_init_script(f"({SHIFTS})()")
    page = context.new_page()
    late = re.compile(r"\.woff2")
    page.route(late, lambda route: (page.wait_for_timeout(250), route.continue_()))
    moved = {}
    for address in ("/", "/style/", demo["vote"].partition("vote/")[0], demo["vote"], demo["result"]):
        page.goto(address)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(100)
        moved[address] = page.evaluate("window.shifted")
    context.close()
    assert {address: shift for address, shift in moved.items() if shift > 0.02} == {}
