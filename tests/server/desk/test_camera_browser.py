"""At the desk a code is read by the camera of the device, where there is one; without one nothing is different."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.ledger.codes import new_code
from tests.film import camera_that_sees
from tests.server.pages import listen, log_in

pytestmark = pytest.mark.e2e
SWITCHES = ["--no-sandbox", "--disable-gpu"]
SLOW = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      return window.fail ? play.call(this) : new Promise((_done, fail) => (window.fail = fail));
    };
"""


def at_desk(browser: Any, site: Any, script: str = "", **how: Any) -> tuple[Any, list[str]]:
    """The desk of the evening session, and what the console complains about."""
    context = browser.new_context(locale="en", base_url=site.url, **how)
    context.add_init_script(script)
    page, troubles = context.new_page(), []
    listen(page, troubles)
    log_in(page)
    page.goto("/office/budget-du-centre/meetings/")
    page.get_by_role("link", name="Evening session").click()
    page.goto(page.url.replace("/office/sessions/", "/desk/"))
    return page, troubles


@pytest.fixture
def code() -> str:
    return new_code().text


@pytest.fixture
def seeing(playwright, chromium_path: str, tmp_path: Path, code: str) -> Iterator[Any]:
    """A browser of its own, whose camera sees the code."""
    args = [*SWITCHES, *camera_that_sees(code, tmp_path)]
    started = playwright.chromium.launch(executable_path=chromium_path, args=args)
    yield started
    started.close()


def test_a_pass_is_read_by_the_camera_and_the_form_sends_it(live_site, seeing, code):
    page, troubles = at_desk(seeing, live_site, permissions=["camera"])
    field = page.locator("#code")
    page.locator(".field", has=field).get_by_role("button", name="Read it with the camera").click()
    page.wait_for_function("code => document.querySelector('#code').value === code", arg=code, timeout=20_000)
    assert page.locator("video:visible").count() == 0
    assert page.evaluate("[...document.querySelectorAll('video')].every((one) => !one.srcObject)")
    assert troubles == []
    field.press("Enter")
    page.locator("#errors").get_by_text("Not done").wait_for()  # no pass of this town: but it was read and sent


@pytest.fixture
def staring(playwright, chromium_path: str) -> Iterator[Any]:
    """A browser whose camera works and sees no code; it asks for leave, and nobody answers but the context."""
    args = [*SWITCHES, "--use-fake-device-for-media-stream"]
    started = playwright.chromium.launch(executable_path=chromium_path, args=args)
    yield started
    started.close()


def test_one_camera_is_on_at_a_time_and_is_turned_off_again(live_site, staring):
    page, troubles = at_desk(staring, live_site, permissions=["camera"])
    opens = page.get_by_role("button", name="Read it with the camera")
    for name in ("code", "serial"):
        page.locator(".field", has=page.locator(f"#{name}")).get_by_role("button", name="Read it with").click()
        page.wait_for_function("id => document.querySelector(`#${id} + .eye video`).srcObject !== null", arg=name)
        assert page.locator("video:visible").count() == 1
        assert page.evaluate("[...document.querySelectorAll('video')].filter((one) => one.srcObject).length") == 1
    page.get_by_role("button", name="Turn the camera off").click()
    assert page.locator("video:visible").count() == 0 and opens.first.is_visible()
    assert not page.evaluate("[...document.querySelectorAll('video')].some((one) => one.srcObject)")
    assert troubles == []


def test_a_camera_that_was_turned_off_before_it_was_on_leaves_the_next_one_alone(live_site, staring):
    """Somebody pressed at one field, and at another while the first picture was still awaited."""
    page, troubles = at_desk(staring, live_site, SLOW, permissions=["camera"])
    opens = {name: page.locator(f"#{name} + .eye [data-open]") for name in ("code", "serial")}
    opens["code"].click()
    page.wait_for_function("() => Boolean(window.fail)")
    assert page.evaluate("document.activeElement.matches('#code + .eye [data-stop]')"), (
        "what turns it off has the focus"
    )
    opens["serial"].click()
    page.wait_for_function("() => document.querySelector('#serial + .eye video').srcObject !== null")
    page.evaluate("window.fail(new Error('stopped'))")
    assert page.locator("#serial + .eye video").is_visible() and opens["code"].is_visible()
    assert page.evaluate("document.querySelector('#serial + .eye video').srcObject !== null")
    assert troubles == []


def test_a_camera_that_is_not_allowed_leaves_the_field_to_type_in(live_site, staring):
    page, troubles = at_desk(staring, live_site, permissions=[])
    place = page.locator(".field", has=page.locator("#code"))
    place.get_by_role("button", name="Read it with the camera").click()
    place.get_by_text("Type the code.").wait_for()
    assert page.evaluate("document.activeElement.id") == "code" and page.locator("video:visible").count() == 0
    assert troubles == []


def test_without_a_camera_nothing_appears_and_codes_are_typed(live_site, browser):
    page, troubles = at_desk(browser, live_site)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Read it with the camera").count() == 0
    page.locator("#code").fill("AAAA")
    assert troubles == []
