"""Every page of the town, looked over in a browser: accessible, legible in every theme, light, narrow enough."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.server.pages import ROOMS, Findings, crawl, log_in, only_found

pytestmark = pytest.mark.e2e
PUBLIC = ["/", "/style/", "/style/ar/", "/offline/", "/accounts/signup/", "/accounts/password/reset/"]
SHIFTS = """() => { window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.shifted += one.value; })).observe({type: 'layout-shift', buffered: true}); }"""


@pytest.fixture(scope="module")
def demo(live_site) -> dict:
    return json.loads((live_site.folder / "demo.json").read_text())


@pytest.fixture(scope="module")
def page(live_site, browser) -> Iterator:
    # A colour on its way from one to the other has no contrast that counts.
    context = browser.new_context(
        locale="fr-FR", base_url=live_site.url, viewport={"width": 1024, "height": 800}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


# One look at every page serves all the tests of this file.
@pytest.fixture(scope="module")
def public(page, demo) -> Findings:
    """The site as everybody meets it, and the way to a ballot with its faults and its receipt."""
    findings = Findings()
    for address in crawl(page, PUBLIC):
        findings.look(page, address)
    code = "[data-code-form] input[name=code]"
    for letter in ("AAAA", demo["letters"][0]["code"]):
        page.goto(demo["vote"])
        page.fill(code, letter)
        arrive(page, "[data-code-form] button")
        findings.look(page, f"code {letter[:4]}")
    arrive(page, "text=Relire mon bulletin")
    findings.look(page, "review")
    arrive(page, "text=Déposer mon bulletin")
    page.wait_for_url("**/receipt/**")
    findings.look(page, "receipt")
    return findings


def arrive(page, button: str) -> None:
    """Press, and be on the page that follows, with its style sheets: what is looked at half drawn has faults."""
    with page.expect_navigation(wait_until="load"):
        page.click(button)


@pytest.fixture(scope="module")
def office(page, public) -> Findings:
    """The working rooms, as an organiser meets them."""
    findings = Findings()
    log_in(page)
    for address in crawl(page, ROOMS, staff=True):
        findings.look(page, address)
    return findings


@pytest.fixture(params=["public", "office"])
def findings(request) -> Findings:
    return request.getfixturevalue(request.param)


def test_every_page_is_accessible(findings):
    """WCAG 2.2 A and AA as far as a program can see."""
    assert len(findings.faults) > 15, list(findings.faults)
    assert only_found(findings.faults) == {}


def test_every_page_is_legible_in_every_theme(findings):
    assert only_found(findings.weak) == {}


def test_no_page_is_wider_than_a_telephone(findings):
    assert only_found(findings.too_wide) == {}


def test_every_page_is_light(findings):
    """Page and style sheets under 60 kB, for an old telephone on a slow network."""
    assert {name: size for name, size in findings.weights.items() if size > 60_000} == {}


def test_nothing_moves_while_a_page_arrives(browser, live_site, demo):
    """Type comes late and nothing jumps: what stands in for it is as wide."""
    context = browser.new_context(base_url=live_site.url, viewport={"width": 360, "height": 740}, locale="fr-FR")
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
