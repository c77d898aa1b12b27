"""The public site without network, in a real browser: the offline page with own receipts and the next meeting."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def context(browser, live_site):
    context = browser.new_context(base_url=live_site.url, locale="fr")
    yield context
    context.close()


def test_without_network_the_site_shows_own_receipts_and_the_next_meeting(context):
    page = context.new_page()
    page.goto("/")
    page.wait_for_function("() => navigator.serviceWorker.ready.then((ready) => Boolean(ready.active))")
    meeting = page.locator("[data-next-meeting]").first.get_attribute("data-next-meeting")
    receipt = {"id": "ab" * 32, "title": "Bulletin"}
    page.evaluate("(kept) => localStorage.setItem('parvis.receipts', kept)", json.dumps([receipt]))
    page.reload()
    context.set_offline(True)
    page.goto("/spaces/budget-du-centre/")
    assert "Vous êtes hors ligne" in page.locator("h1").inner_text()
    page.get_by_text("ab" * 32).wait_for()
    page.get_by_text(meeting).wait_for()
    context.set_offline(False)
    page.goto("/")
    page.get_by_role("heading", level=1).wait_for()
    assert "hors ligne" not in page.locator("h1").inner_text()


def test_the_page_that_is_kept_is_nobodys(context):
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "organiser@villeneuve.example")
    page.fill("input[name=password]", "aure-parvis-2027")
    page.locator("main form .act").first.click()
    page.locator("a[href='/office/']").first.wait_for()
    page.wait_for_function("() => navigator.serviceWorker.ready.then((ready) => Boolean(ready.active))")
    kept = page.evaluate("() => caches.match('/offline/').then((answer) => answer.text())")
    assert "organiser" not in kept
    assert "/office/" not in kept
