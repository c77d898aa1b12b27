"""Every page of the town, looked over in a browser: accessible, legible in every theme, light, narrow enough."""

from __future__ import annotations

import json

import pytest

from server.web.town.build import PASSWORD
from tests.server.pages import TOO_WIDE, WIDTHS, Findings, moved, only_found, watch_shifts
from tests.server.rooms import SPACE

pytestmark = [pytest.mark.e2e, pytest.mark.long]
LATE_MS = 80
# Their scripts draw, or an image comes by itself.
DRAWN = {":offline", "office_closing:trustees_try", "office_budgets:budget", "paper:reading", "voting:box"}
DRAWN |= {"cards:card"}
# A page that draws a moment later, in a place that it kept, or not: the query says how high.
JUMPY = """<!doctype html><body style="padding: 1px"><div id="late"></div>
  <main style="block-size: 400px">Words</main><script>
  late.style.height = location.search.slice(1);
  requestAnimationFrame(() => setTimeout(() => { late.style.height = "300px"; window.isDrawn = true; }, 50));
</script>"""
DIRECTIONS = "texts => texts.map(text => getComputedStyle(text).direction)"
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
    "office_devices:part": "parts of a file, for a script",
    "office_meetings:report": "a file, once the session is reconciled",
    "log:consistency": "for machines",
    "sync:pack": "for machines",
    "sync:attachment": "for machines",
    "operations:readyz": "for machines",
    "notices:open": "leads to what it is about",
    "processes:shared": "a link that lets somebody in, and leads on",
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
    moved(page)  # by our own looking: what comes is drawn in the same document
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


def test_nothing_moves_while_a_page_arrives(findings):
    """On a telephone. Type that comes late moves nothing either (``test_fonts``)."""
    assert len(findings.shifted) > 190
    assert only_found(findings.shifted) == {}


def test_nothing_moves_where_scripts_and_images_come_late(browser, filled_site, windows, walk):
    """On a slow network, with nothing kept of an earlier visit."""
    facts = {"base_url": filled_site.url, "viewport": WIDTHS["telephone"]}
    context = browser.new_context(storage_state=windows["organiser"].context.storage_state(), **facts)
    page = context.new_page()
    watch_shifts(page)
    slow = {"offline": False, "latency": LATE_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    shifted = {}
    for path in {one["name"]: one["path"] for one in walk["pages"] if one["name"] in DRAWN}.values():
        page.goto(path)
        shifted[path] = moved(page)
    context.close()
    assert len(shifted) == len(DRAWN)
    assert only_found(shifted) == {}


def test_a_page_that_jumps_is_found_with_what_jumped(browser):
    page = browser.new_page(viewport=WIDTHS["telephone"])
    watch_shifts(page)
    page.route("**/*", lambda route: route.fulfill(body=JUMPY, content_type="text/html"))
    told = []
    for kept in ("0", "300px"):
        page.goto(f"http://jumpy.test/?{kept}")
        page.wait_for_function("window.isDrawn")
        told.append(moved(page))
    page.close()
    assert told[0][0].endswith("most of it body > main") and told[1] == []


def test_a_town_that_writes_arabic_fits_a_telephone(browser, filled_site, windows):
    """The page stays French; each text of the town runs the other way, in its own language."""
    context = browser.new_context(locale="ar", base_url=filled_site.url, viewport=WIDTHS["telephone"])
    page = context.new_page()
    for path in ("/", f"/spaces/{SPACE}/"):
        page.goto(path)
        assert page.locator("html").evaluate("page => [page.lang, page.dir]") == ["fr", "ltr"]
        assert set(page.locator("main [lang=ar]").evaluate_all(DIRECTIONS)) == {"rtl"}
        assert page.evaluate(TOO_WIDE) == []
    context.close()
