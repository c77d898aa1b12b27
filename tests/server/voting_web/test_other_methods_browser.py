"""Ranks, points, dots and questions in a real browser with scripts, on a telephone: the browser seals what was meant.

The pages are ours, asked of the test client; nothing listens on a port.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from django.db import connections
from playwright.sync_api import expect

from tests.server.voting_web.test_other_methods import HONEST, METHODS, Voter
from tools.dev import ROOT

# While the browser runs, answers are given over a database connection of their own: what is there must be committed.
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FOLDERS = {"/static/": ROOT / "static", "/kiosk/": ROOT / "kiosk"}
TYPES = {".js": "text/javascript", ".css": "text/css"}


@pytest.fixture(params=METHODS)
def tab(browser, client, request) -> Iterator:
    """The ballot of this method, open on a telephone. What was posted is in ``sent``."""
    voter = Voter(client, request.param)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    page.voter, page.method, page.sent, page.complaints = voter, request.param, [], []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))

    def answer(route) -> None:
        asked, path = route.request, urlsplit(route.request.url).path
        for start, folder in FOLDERS.items():
            file = folder / path.removeprefix(start)
            if path.startswith(start) and file.is_file():
                kind = TYPES.get(Path(path).suffix, "application/octet-stream")
                return route.fulfill(body=file.read_bytes(), content_type=kind)
        body, headers = asked.post_data_buffer or b"", {"accept-language": "en"}
        if asked.method == "POST":
            page.sent.append(parse_qs(body.decode()))
        told = client.generic(asked.method, path, body, asked.headers.get("content-type", ""), headers=headers)
        if told.status_code == 302:  # a browser whose answers are given it follows no redirect
            told = client.get(told["Location"], headers=headers)
        connections.close_all()
        return route.fulfill(status=told.status_code, content_type=told["Content-Type"], body=b"".join(told))

    page.route("**/*", answer)
    page.goto(f"http://localhost{voter.home}")
    page.fill("[data-code-form] input[name=code]", voter.vote.letters[0].grouped)
    page.click("[data-code-form] button")
    page.wait_for_selector("[data-ballot]")
    yield page
    context.close()


def fill(tab, fields: dict) -> None:
    """As a person would: choose, tap, press plus."""
    for name, value in fields.items():
        row = tab.locator(f"[data-choice='{name.removeprefix('at:')}']")
        if tab.method == "ranked":
            tab.select_option(f"select[name='{name}']", value)
        elif tab.method == "score":
            row.locator("label").filter(has=tab.locator(f"input[value='{value}']")).click()
        elif tab.method == "dots":
            for _press in range(int(value)):
                row.locator("[data-step='1']").click()
        else:
            tab.check(f"input[value='{value}']")


def test_what_is_filled_in_is_sealed_here_as_it_was_meant(tab):
    fields, answer = HONEST[tab.method]
    fill(tab, fields)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.click("text=Check my ballot")
    expect(tab.locator("[data-check] h1")).to_be_focused()
    told = tab.locator("[data-picked]").inner_text().split("\n")
    expected = {
        "ranked": ["Verger", "1st", "Lavoir", "2nd"],
        "score": ["Lavoir", "5 points", "Bancs", "0 points"],
        "dots": ["Lavoir", "3 dots", "Piste", "2 dots"],
        "yes-no": ["No"],
    }
    assert [line for line in told if line.strip()] == expected[tab.method]
    tab.click("text=Cast my ballot")
    tab.wait_for_selector("svg.qr")  # the receipt
    # No request carried a rank, points, dots or a cross: the server saw the sealed ballot alone.
    assert not any(name == "choice" or name.startswith("at:") for sent in tab.sent for name in sent)
    assert tab.voter.opened() == answer
    assert not tab.complaints


@pytest.mark.parametrize("tab", ["ranked", "dots"], indirect=True)
def test_p21_what_does_not_fit_is_said_before_anything_is_sealed(tab):
    wrong = {
        "ranked": ({"at:lavoir": "1", "at:bancs": "1"}, "Two projects have the same rank. Give each rank once."),
        "dots": ({"at:lavoir": "9"}, "A number is outside what this ballot allows. Choose one that it offers."),
    }
    fields, sentence = wrong[tab.method]
    if tab.method == "dots":
        tab.fill("input[name='at:lavoir']", fields["at:lavoir"])
    else:
        fill(tab, fields)
        expect(tab.locator("[data-hint]")).to_have_text(sentence)
    if tab.method == "dots":  # typed past what the field says it takes: the browser itself would stop it
        tab.evaluate("document.querySelector('[data-ballot]').noValidate = true")
    tab.click("text=Check my ballot")
    expect(tab.locator("#errors")).to_be_focused()
    assert sentence in tab.locator("#errors").inner_text()
    assert tab.locator("[data-check]").is_hidden() and len(tab.sent) == 1


@pytest.mark.parametrize("tab", ["dots"], indirect=True)
def test_dots_cannot_be_pressed_beyond_what_there_is(tab):
    expect(tab.locator("[data-step='1']").first).to_be_visible()  # the script is there
    for name in ("lavoir", "bancs", "piste"):
        for _press in range(4):
            tab.locator(f"[data-choice='{name}'] [data-step='1']").dispatch_event("click")  # barred or not
    values = [tab.locator(f"input[name='at:{name}']").input_value() for name in ("lavoir", "bancs", "piste")]
    assert values == ["3", "3", "0"]
    assert "6 dots of 6" in tab.locator("[data-count]").inner_text()
    tab.locator("[data-choice='bancs'] [data-step='-1']").click()
    assert "5 dots of 6" in tab.locator("[data-count]").inner_text()
