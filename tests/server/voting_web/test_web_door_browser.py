"""The web door in a real browser, with scripts and without; at the width of a telephone and of a desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qs

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from tests.server.pages import listen

pytestmark = pytest.mark.e2e
LETTERS = count()


@pytest.fixture(scope="module")
def demo(live_site) -> dict:
    return json.loads((live_site.folder / "demo.json").read_text())


@pytest.fixture
def letter(demo) -> str:
    """The code of a letter; when all were used, the first again: online one may vote again."""
    return demo["letters"][next(LETTERS) % len(demo["letters"])]["code"]


@pytest.fixture(params=["scripts", "no scripts"])
def tab(browser, request) -> Iterator:
    """A page as wide as a telephone. What it posts is kept in ``sent``, what it complains of in ``complaints``."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", java_script_enabled=request.param == "scripts"
    )
    page = context.new_page()
    page.has_scripts = request.param == "scripts"
    page.sent, page.complaints = [], []
    page.on("request", lambda r: page.sent.append(parse_qs(r.post_data or "")) if r.method == "POST" else None)
    listen(page, page.complaints)
    yield page
    context.close()


def enter(tab, address: str, code: str) -> None:
    """With a code to the ballot, whole: `enter_early` is for those who do not wait."""
    tab.goto(address)
    tab.fill("[data-code-form] input[name=code]", code)
    with tab.expect_navigation(wait_until="load"):
        tab.click("[data-code-form] button")


def test_a_vote_from_letter_to_receipt(tab, demo, letter):
    enter(tab, demo["vote"], letter)
    for choice in ("verger", "bancs"):
        tab.check(f"input[value={choice}]")
    tab.click("text=Check my ballot")
    expect(tab.locator("h1:visible")).to_have_text("Your ballot")
    assert "€17,900" in tab.inner_text("main")
    is_sealed_here = "Your browser seals the ballot" in tab.inner_text("main")
    is_sealed_there = "the server seals your ballot" in tab.inner_text("main")
    assert (is_sealed_here, is_sealed_there) == (tab.has_scripts, not tab.has_scripts)
    tab.click("text=Cast my ballot")
    tab.wait_for_url("**/receipt/**")
    # With scripts no request at all carried a choice: the server saw the sealed ballot alone.
    assert any("choice" in posted for posted in tab.sent) is not tab.has_scripts
    assert ("sealed" in tab.sent[-1]) is tab.has_scripts
    assert "A ballot is recorded" in tab.inner_text("h1")
    number = tab.url.rstrip("/").rpartition("/")[2]
    assert tab.locator("svg.qr").count() == 1 and number in tab.inner_text("main")
    assert not tab.complaints


def test_what_is_too_much_never_gets_through(tab, demo, letter):
    enter(tab, demo["vote"], letter)
    if tab.has_scripts:
        tab.wait_for_selector("[data-sums]:not([hidden])")
    dear = ["passerelle", "halte", "cour"]
    for choice in dear:
        tab.check(f"input[value={choice}]")
    fourth = tab.locator("input[value=lavoir]")
    if tab.has_scripts:
        assert fourth.is_disabled() and "take a cross away first" in tab.inner_text(".tray")
        tab.uncheck("input[value=cour]")
        assert fourth.is_enabled() and "€73,000" in tab.inner_text(".tray")
        return
    fourth.check()
    tab.click("text=Check my ballot")
    assert "cost more than the budget" in tab.inner_text("#errors")
    assert tab.locator("input[name=choice]:checked").count() == 4


@pytest.fixture
def slow_tab(browser, demo, letter) -> Iterator:
    """A ballot whose sealing module is still on its way: ``let_come`` and ``lose`` say what becomes of it."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.sent, held = [], []
    page.on("request", lambda r: page.sent.append(parse_qs(r.post_data or "")) if r.method == "POST" else None)
    page.route("**/js/check.js", lambda route: held.append(route))
    enter_early(page, demo["vote"], letter)
    page.let_come = lambda: [route.continue_() for route in held]
    page.lose = lambda: [route.abort() for route in held]
    yield page
    context.close()


def enter_early(tab, address: str, code: str) -> None:
    tab.goto(address)
    tab.fill("[data-code-form] input[name=code]", code)
    tab.click("[data-code-form] button", no_wait_after=True)
    tab.wait_for_selector("input[value=verger]")
    tab.check("input[value=verger]")
    tab.click("text=Check my ballot", no_wait_after=True)


def test_a_tap_before_the_sealing_has_come_waits_for_it(slow_tab):
    assert slow_tab.locator("h1:visible").inner_text() != "Your ballot"
    slow_tab.let_come()
    expect(slow_tab.locator("h1:visible")).to_have_text("Your ballot")
    slow_tab.click("text=Cast my ballot")
    slow_tab.wait_for_url("**/receipt/**")
    assert not any("choice" in posted for posted in slow_tab.sent)


def test_a_sealing_that_never_comes_leaves_the_way_through_the_server(slow_tab):
    slow_tab.lose()
    slow_tab.wait_for_selector("text=In this browser the server seals your ballot")
    slow_tab.click("text=Cast my ballot")
    slow_tab.wait_for_url("**/receipt/**")


def test_from_the_check_one_goes_back_to_the_same_crosses(browser, demo, letter):
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    enter(page, demo["vote"], letter)
    page.check("input[value=verger]")
    page.click("text=Check my ballot")
    heading = page.locator("h1:visible")
    expect(heading).to_be_focused()
    for leave in (lambda: page.click("text=Change"), page.go_back):
        leave()
        expect(heading).to_have_text("Which projects for the Centre?")
        assert page.is_checked("input[value=verger]")
        page.go_forward()
        expect(heading).to_have_text("Your ballot")
    page.go_back()
    page.check("input[value=bancs]")
    page.click("text=Check my ballot")
    expect(page.locator("[data-picked] dt")).to_have_count(4)  # two projects, total, left
    context.close()


def test_the_browser_says_what_is_wrong_in_the_servers_words(browser, demo, letter):
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    enter(page, demo["vote"], letter)
    # No page of ours asks for two crosses; the frozen contest of another town does.
    page.evaluate("document.querySelector('[data-ballot]').dataset.min = 2")
    page.check("input[value=verger]")
    page.click("text=Check my ballot")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors p:visible")).to_have_text("Choose more projects, or none for a blank ballot.")
    page.check("input[value=bancs]")
    page.click("text=Check my ballot")
    expect(page.locator("h1:visible")).to_have_text("Your ballot")
    assert page.locator("#errors").is_hidden()
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_is_wider_than_its_window(browser, live_site, demo, letter, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-FR")
    page = context.new_page()
    vote, result = demo["vote"], demo["result"]
    space = vote.partition("vote/")[0]
    addresses = [
        "/",
        "/about/",
        "/receipt/",
        space,
        vote,
        result,
        result.replace("result/", "check/"),
        "/accounts/signup/",
    ]
    for address in addresses:
        page.goto(address if address.startswith("http") else live_site.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    enter(page, vote, letter)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_letters_qr_fills_the_code_in_and_tells_no_server(browser, live_site, demo):
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    code = demo["letters"][0]["code"].replace("-", "")
    page.goto(f"{live_site.url}/v/{demo['vote'].rstrip('/').rpartition('/')[2]}/#code={code}")
    page.wait_for_function("document.querySelector('[data-code-form] input[name=code]').value !== ''")
    assert page.input_value("[data-code-form] input[name=code]") == code
    assert "#" not in page.url and not [url for url in asked if code in url.partition("#")[0]]
    context.close()


def test_this_device_keeps_its_own_receipts_and_the_next_meeting(browser, live_site, demo, letter):
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_site.url}/")
    enter(page, demo["vote"], letter)
    page.click("text=Check my ballot")
    expect(page.locator("main")).to_contain_text("A blank ballot")
    page.click("text=Cast my ballot")
    page.wait_for_url("**/receipt/**")
    page.wait_for_selector("[data-kept-here]:not([hidden])")
    number = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"{live_site.url}/receipt/")
    assert page.locator(f"[data-own-receipts] a[href*='{number}']").count() == 1
    page.goto(f"{live_site.url}/offline/")
    page.wait_for_selector(".own-receipts li")
    assert number in page.inner_text(".own-receipts")
    assert "Forum of the Centre district" in page.inner_text("[data-next-meeting]")
    context.close()


def test_on_a_telephone_the_total_stays_in_sight(browser, demo, letter):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    enter(page, demo["vote"], letter)
    page.check("input[value=lavoir]")
    page.evaluate("scrollTo(0, 0)")
    button = page.locator("text=Check my ballot").bounding_box()
    assert button and button["y"] + button["height"] <= 740
    context.close()
