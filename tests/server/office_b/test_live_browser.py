"""A real browser, a real server, a real socket: the office's page learns by itself that a device has come."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest

from server.ledger.codes import parse_code
from server.rehearsal.kiosk import Kiosk
from tests.server.pages import listen, log_in

pytestmark = pytest.mark.e2e
SOON_MS = 5_000  # the clock alone would take fifteen seconds


@pytest.fixture
def page(live_site, browser):
    context = browser.new_context(locale="en", base_url=live_site.url)
    page = context.new_page()
    page.troubles = []
    listen(page, page.troubles)
    log_in(page)
    page.goto("/office/budget-du-centre/meetings/")
    page.get_by_role("link", name="Evening session").click()
    yield page
    context.close()


def enrol(site: str, typed: str) -> str:
    """A tablet answers the code; the two words that it shows."""
    body = json.dumps(Kiosk().enrolment(parse_code(typed))).encode()
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    request = urllib.request.Request(f"{site}/api/v1/devices/enrol", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return " ".join(json.load(answer)["words"])


def invite(page, label: str) -> str:
    page.get_by_role("link", name="Invite and manage").click()
    page.get_by_label("Name of the device").fill(label)
    page.get_by_role("button", name="Show the code").click()
    return page.locator(".typed code").inner_text()


def test_the_two_words_appear_on_the_page_that_waits(page, live_site):
    typed = invite(page, "Kiosk 1")
    assert page.locator("[data-live-src]").get_by_text("Waiting for the device").is_visible()
    page.wait_for_timeout(1_000)  # the socket stands
    words = enrol(live_site.url, typed)
    page.locator("[data-live-src]").get_by_text(words).wait_for(timeout=SOON_MS)
    assert page.troubles == []


def test_s23_a_page_whose_socket_is_cut_asks_by_the_clock(page, live_site):
    """The bell is a hint: with no socket at all, the page still learns what happened."""
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    typed = invite(page, "Kiosk 2")
    words = enrol(live_site.url, typed)
    page.locator("[data-live-src]").get_by_text(words).wait_for(timeout=25_000)


def test_s23_a_ring_that_is_lost_on_a_socket_that_stands_is_made_up_for(page, live_site):
    """The line is up and says nothing: the page asks all the same, more rarely."""
    page.route_web_socket("**/ws/**", lambda socket: None)
    page.clock.install()
    page.clock.pause_at(time.time() + 5)  # a busy machine's own minute is none of the page's
    typed = invite(page, "Kiosk 3")
    page.clock.run_for(2_000)
    words = enrol(live_site.url, typed)
    page.clock.run_for(20_000)
    assert not page.locator("[data-live-src]").get_by_text(words).count(), "it trusts the line for a while"
    page.clock.run_for(60_000)
    page.locator("[data-live-src]").get_by_text(words).wait_for(timeout=SOON_MS)


def test_nothing_is_taken_from_somebody_who_types(page, live_site):
    """A part in use is left alone, and the focus stays where it is."""
    page.get_by_role("link", name="Invite and manage").click()
    field = page.get_by_label("Name of the device")
    field.fill("Kiosk")
    page.evaluate(
        "document.querySelector('[data-live-src]').append(document.querySelector('form[action$=\"/invite/\"]'))"
    )
    field.focus()
    page.wait_for_timeout(1_500)
    assert field.input_value() == "Kiosk"
