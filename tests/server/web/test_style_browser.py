"""Themes, text sizes, dialogs and short words in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.pages import TOO_WIDE

from .stylesheets import THEMES, colour

pytestmark = pytest.mark.e2e
# (what the device asks for, what the reader chose) → the theme that is worn.
WORN = [
    ({}, {}, "light"),
    ({"color_scheme": "dark"}, {}, "dark"),
    ({"color_scheme": "dark"}, {"theme": "light"}, "light"),
    ({}, {"theme": "dark"}, "dark"),
    ({"contrast": "more"}, {}, "contrast"),
    ({"contrast": "more"}, {"contrast": "normal"}, "light"),
    ({"contrast": "more"}, {"theme": "dark"}, "contrast-dark"),
    ({"contrast": "more", "color_scheme": "dark"}, {}, "contrast-dark"),
    ({"contrast": "more", "color_scheme": "dark"}, {"theme": "light"}, "contrast"),
    ({"contrast": "more", "color_scheme": "dark"}, {"contrast": "normal"}, "dark"),
    ({"color_scheme": "dark"}, {"contrast": "more"}, "contrast-dark"),
    ({}, {"contrast": "more"}, "contrast"),
    ({}, {"contrast": "more", "theme": "dark"}, "contrast-dark"),
]


@pytest.fixture
def context(browser, live_site) -> Iterator:
    context = browser.new_context(locale="en-GB", base_url=live_site.url, viewport={"width": 360, "height": 740})
    yield context
    context.close()


def choose(context, live_site, chosen: dict[str, str]) -> None:
    context.clear_cookies()
    cookies = [{"name": f"display_{name}", "value": value, "url": live_site.url} for name, value in chosen.items()]
    context.add_cookies(cookies)


def test_a_page_wears_what_the_reader_chose_or_else_what_the_device_asks_for(context, live_site):
    page = context.new_page()
    for device, chosen, theme in WORN:
        choose(context, live_site, chosen)
        page.emulate_media(color_scheme=device.get("color_scheme", "light"), contrast=device.get("contrast"))
        page.goto("/about/")
        inks = page.evaluate("[...['backgroundColor', 'color']].map(one => getComputedStyle(document.body)[one])")
        wanted = [f"rgb({', '.join(map(str, colour(THEMES[theme], token)))})" for token in ("ground", "ink")]
        assert inks == wanted, (device, chosen, theme)


@pytest.mark.parametrize("address", ["/", "/style/", "/style/ar/", "/search/", "/accounts/login/"])
def test_four_text_sizes_fit_a_telephone(context, live_site, address):
    page = context.new_page()
    for size in ("", "2", "3", "4"):
        choose(context, live_site, {"size": size} if size else {})
        page.goto(address)
        assert page.evaluate(TOO_WIDE) == [], size


def test_an_arabic_page_begins_at_the_right(context):
    page = context.new_page()
    page.set_viewport_size({"width": 1024, "height": 800})
    left = {}
    for language in ("en", "ar"):
        page.goto(f"/style/{language}/")
        left[language] = [
            page.locator(one).first.bounding_box()["x"] for one in (".brand svg", ".nav", "h1", ".band > header")
        ]
    assert left["en"][0] < left["en"][1] and left["ar"][0] > left["ar"][1]
    assert left["en"][3] < 100 < 600 < left["ar"][3]
    assert (
        page.evaluate("getComputedStyle(document.querySelector('svg.i.turn')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    )


def test_a_question_stops_for_an_answer_and_gives_the_focus_back(context):
    page = context.new_page()
    page.goto("/style/")
    opener = page.locator("[data-opens=style-ask]")
    dialog = page.locator("#style-ask")
    for answer in ("Escape", "Enter"):  # "go back" has the focus: what takes away is never one key away
        opener.focus()
        page.keyboard.press("Enter")
        assert dialog.is_visible()
        assert page.evaluate("document.activeElement.textContent") == "Go back"
        page.keyboard.press(answer)
        assert not dialog.is_visible()
        assert page.evaluate("document.activeElement.dataset.opens") == "style-ask"


def test_a_short_word_stays_until_somebody_closes_it(context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/style/")
    button = page.locator("button[data-copy]")
    button.click()
    button.click()
    told = page.locator(".toasts[role=status] > p")
    assert told.count() == 1 and "The number is copied." in told.inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")
    told.get_by_role("button", name="Close").click()
    assert told.count() == 0


def test_a_pressed_button_is_legible_in_the_colours_of_the_device(context):
    """Forced colours put a plate behind words: where our ground is the colour of the plate, nothing is left to read."""
    page = context.new_page()
    page.emulate_media(forced_colors="active")
    page.goto("/style/")
    buttons = page.evaluate(
        """() => [...document.querySelectorAll('.act')].map(one => { const look = getComputedStyle(one);
           return [one.textContent.trim(), look.color, look.backgroundColor, one.getAttribute('aria-pressed') || ''];
        })"""
    )
    pressed = [one for one in buttons if one[3] == "true"]
    assert pressed and len(buttons) > 10
    text, ground = page.evaluate(
        """() => { const one = document.createElement('p'); document.body.append(one);
           one.style.cssText = 'forced-color-adjust: none; color: HighlightText; background: Highlight';
           const look = getComputedStyle(one); return [look.color, look.backgroundColor]; }"""
    )
    assert {(one[1], one[2]) for one in pressed} == {(text, ground)}
    assert not [one for one in buttons if one[1] == one[2]]
