"""The check of a result in a real browser: from the server, from a copy in hand, without a network (F15, X17)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(live_site) -> str:
    demo = json.loads((live_site.folder / "demo.json").read_text())
    return demo["result"].replace("/result/", "/check/")


@pytest.fixture(scope="module")
def published(live_site, address) -> Path:
    """The folder of the demo's certified vote."""
    return live_site.folder / "published" / address.split("/vote/")[1].split("/")[0]


@pytest.fixture
def tab(browser) -> Iterator:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    assert page.complaints == []
    context.close()


def copied(published: Path, folder: Path, name: str = "", change=lambda content: content) -> list[Path]:
    """A copy in somebody's hands, one file of it altered."""
    folder.mkdir()
    for path in published.iterdir():
        content = path.read_bytes()
        (folder / path.name).write_bytes(change(content) if path.name == name else content)
    return sorted(folder.iterdir())


def choose(tab, paths: list[Path]) -> None:
    tab.set_input_files("[data-input=files]", [str(path) for path in paths])


def picture(tab, name: str) -> None:
    """For people who look at what they built; nothing is taken unless asked for."""
    if folder := os.environ.get("PARVIS_LOOK"):
        for width in (360, 768, 1440):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        tab.set_viewport_size({"width": 360, "height": 740})


def test_a_right_result_is_green_and_every_step_is_told(tab, address, published):
    tab.goto(address)
    tab.click("text=Check it here, in this browser")
    expect(tab.locator("[data-verdict].right")).to_contain_text("Everything agrees.")
    expect(tab.locator("[data-verdict]")).to_be_focused()
    steps = tab.locator("[data-steps] li").all_inner_texts()
    assert len(steps) >= 7 and not any(re.search(r"[{}]", step) for step in steps)
    assert tab.inner_text("[data-key]") == tab.inner_text("section:not(#here) dl.facts code.wrap-code >> nth=-1")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(tab, "check-right")


def test_it_speaks_french(browser, address):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    tab = context.new_page()
    tab.goto(address)
    tab.click("text=Vérifier ici, dans ce navigateur")
    expect(tab.locator("[data-verdict].right")).to_contain_text("Tout concorde.")
    expect(tab.locator("[data-steps]")).to_contain_text("chaînes sans rupture")
    picture(tab, "check-right-fr")
    context.close()


def test_files_in_hand_are_checked_with_the_network_cut(tab, address, published, tmp_path):
    tab.goto(address)
    tab.wait_for_selector("[data-ui]:not([hidden])")
    tab.context.set_offline(True)
    choose(tab, copied(published, tmp_path / "copy"))
    expect(tab.locator("[data-verdict].right")).to_contain_text("Everything agrees.")
    tab.click("text=Check it here, in this browser")
    expect(tab.locator("[data-verdict].wrong")).to_contain_text("could not be fetched")


def test_a_folder_is_checked_whole(tab, address, published, tmp_path):
    copied(published, tmp_path / "copy")
    tab.goto(address)
    tab.wait_for_selector("[data-ui]:not([hidden])")
    tab.set_input_files("[data-input=folder]", str(tmp_path / "copy"))
    expect(tab.locator("[data-verdict].right")).to_contain_text("Everything agrees.")
    (tmp_path / "copy" / "log.jsonl").unlink()
    tab.set_input_files("[data-input=folder]", str(tmp_path / "copy"))
    expect(tab.locator("[data-verdict].wrong")).to_contain_text("log.jsonl")


def test_the_archive_is_checked_as_it_was_downloaded(tab, address):
    tab.goto(address)
    with tab.expect_download() as download:
        tab.click("text=Download everything")
    tab.wait_for_selector("[data-ui]:not([hidden])")
    tab.context.set_offline(True)
    kept = download.value.path().with_suffix(".zip")
    download.value.save_as(kept)
    choose(tab, [kept])
    expect(tab.locator("[data-verdict].right")).to_contain_text("Everything agrees.")


def test_an_altered_copy_is_red_and_the_place_is_named(tab, address, published, tmp_path):
    def steal(content: bytes) -> bytes:
        rows = content.split(b"\n")
        return b"\n".join([*rows[:1], *rows[2:]])

    tab.goto(address)
    tab.wait_for_selector("[data-ui]:not([hidden])")
    choose(tab, copied(published, tmp_path / "copy", "cast_vote_records.csv", steal))
    verdict = tab.locator("[data-verdict].wrong")
    expect(verdict).to_contain_text("Something does not agree.")
    expect(verdict).to_contain_text("cast_vote_records.csv")
    assert tab.locator("[data-problems] li").count() >= 2
    picture(tab, "check-wrong")


def test_a_tampered_folder_that_is_dropped_is_red(tab, address, published, tmp_path):
    """What a drop brings: the browser lets no test make a folder's entries, so the files come as files."""
    files = copied(published, tmp_path / "copy", "result.json", lambda content: content.replace(b'"valid"', b'"Valid"'))
    tab.goto(address)
    tab.wait_for_selector("[data-ui]:not([hidden])")
    given = [{"name": path.name, "content": list(path.read_bytes())} for path in files]
    tab.evaluate(
        """(given) => {
          const transfer = new DataTransfer();
          for (const { name, content } of given) transfer.items.add(new File([new Uint8Array(content)], name));
          const drop = document.querySelector("[data-drop]");
          drop.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }""",
        given,
    )
    expect(tab.locator("[data-verdict].wrong")).to_contain_text("result.json")


def test_what_is_no_published_vote_is_said_so(tab, address, tmp_path):
    (tmp_path / "holiday.zip").write_bytes(b"no archive")
    tab.goto(address)
    tab.wait_for_selector("[data-ui]:not([hidden])")
    choose(tab, [tmp_path / "holiday.zip"])
    expect(tab.locator("[data-verdict].wrong")).to_contain_text("could not be read")
    (tmp_path / "letter.txt").write_text("Hello")
    choose(tab, [tmp_path / "letter.txt"])
    expect(tab.locator("[data-verdict].wrong")).to_contain_text("This file is missing.")


def test_without_scripts_the_page_names_the_other_ways(browser, address):
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    expect(tab.locator("#here")).to_contain_text("This way needs JavaScript. The others do not.")
    expect(tab.locator("[data-go]")).to_be_hidden()
    context.close()
