"""Photos with the camera of a laptop, on the office's page: guided, kept here until they arrive, never a file (B21)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from tests.film import camera_on
from tests.server.pages import listen, log_in
from tests.table import View, marked_sheet, seen

pytestmark = pytest.mark.e2e
PATIENCE_MS = 90_000
SWITCHES = ["--no-sandbox", "--disable-gpu"]
LAPTOP = View(size=(1280, 720), per_mm=2.9, turn=90)
IN_STORE = """() => new Promise((resolve) => {
  const asked = indexedDB.open("parvis-photos", 1);
  asked.onsuccess = () => {
    const rows = asked.result.transaction("taken").objectStore("taken").getAll();
    rows.onsuccess = () => resolve(rows.result.map(({ photo, bytes }) => [photo, bytes ? bytes.length : 0]));
  };
})"""


@pytest.fixture
def seeing(playwright: Any, chromium_path: str, tmp_path: Path) -> Iterator[Any]:
    """A browser of its own, whose camera sees a sheet of another town."""
    args = [*SWITCHES, *camera_on([seen(marked_sheet(), LAPTOP)], tmp_path)]
    started = playwright.chromium.launch(executable_path=chromium_path, args=args)
    yield started
    started.close()


def at_camera(browser: Any, site: Any, **how: Any) -> tuple[Any, list[str]]:
    """The page with the camera of the evening session, and what the console complains about."""
    context = browser.new_context(locale="en", base_url=site.url, **how)
    page, troubles = context.new_page(), []
    listen(page, troubles)
    log_in(page)
    page.goto("/office/budget-du-centre/meetings/")
    page.get_by_role("link", name="Evening session").click()
    page.goto(page.url.replace("/office/sessions/", "/office/paper/") + "scans/")
    page.get_by_role("link", name="Take photos with this camera").click()
    return page, troubles


def count(page: Any, name: str, wanted: int) -> None:
    expect(page.locator(f"[data-count={name}]")).to_have_text(str(wanted), timeout=PATIENCE_MS)


def test_b21_a_photo_waits_here_while_the_network_is_away_and_its_bytes_go_once_it_has_arrived(live_site, seeing):
    page, troubles = at_camera(seeing, live_site, permissions=["camera"])
    downloads: list[object] = []
    page.on("download", lambda one: downloads.append(one))
    page.route("**/photos/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    count(page, "taken", 1)  # by itself
    count(page, "waiting", 1)
    expect(page.locator("[data-advice=again]")).to_be_visible(timeout=PATIENCE_MS)
    [(photo, size)] = page.evaluate(IN_STORE)
    assert size > 10_000
    page.unroute("**/photos/")
    page.reload()
    count(page, "arrived", 1)  # what was kept before the page was closed
    assert [photo, 0] in page.evaluate(IN_STORE)
    odd = page.locator("[data-odd-list] li").first
    expect(odd).to_contain_text("another vote", timeout=PATIENCE_MS)
    odd.get_by_role("button").click()
    expect(odd).to_be_hidden()
    page.get_by_role("button", name="Turn the camera off").click()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert downloads == [] and page.locator("main input[type=file]").count() == 0
    assert [trouble for trouble in troubles if "ERR_FAILED" not in trouble] == []


def test_without_a_camera_the_page_says_so_and_leads_to_the_files(live_site, browser):
    page, troubles = at_camera(browser, live_site)
    expect(page.locator("[data-advice=no_camera]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Take the photo").is_disabled()
    page.get_by_role("link", name="Send photos or scans as files").click()
    expect(page.locator("main input[type=file]")).to_be_visible()
    assert troubles == []
