"""A scanner station in a browser whose camera sees drawn sheets (B11, B14, B21, D4, D9, D19).

The station says what stands in the way, takes the photo by itself, keeps it without network, and makes no file of it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town, serve
from kiosk_page import Kiosk, break_disk, contest, wait_for
from playwright.sync_api import expect

from tests.film import camera_on
from tests.table import View, marked_sheet, seen

pytestmark = pytest.mark.e2e

PATIENCE_MS = 90_000  # a camera starts, and a reader of 400 kB with it
NEAR = View(size=(960, 720), per_mm=2.8, turn=92)
SWITCHES = ["--no-sandbox", "--disable-gpu"]
# What would make a file of a picture, or ask for one: nobody calls it.
WATCH = """() => {
  window.files = [];
  for (const name of ["showSaveFilePicker", "showOpenFilePicker", "showDirectoryPicker"]) {
    window[name] = () => window.files.push(name);
  }
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () { window.files.push("link"); return click.call(this); };
}"""
# Codes of sheets that came into sight and were known as saved.
KNOWN = """() => {
  window.known = new Set();
  const { guide } = document.querySelector("pv-capture");
  const look = guide.look.bind(guide);
  guide.look = (seen, at) => {
    const guided = look(seen, at);
    if (guided.shown === "again" && seen.codes[0]) window.known.add(seen.codes[0].text);
    return guided;
  };
}"""
IMAGES = """() => new Promise((resolve) => {
  const request = indexedDB.open("parvis-kiosk");
  request.onsuccess = () => {
    const rows = request.result.transaction("files").objectStore("files").getAll();
    const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    rows.onsuccess = () => resolve(rows.result.map(text));
  };
})"""


def browser_on(playwright: Any, chromium_path: str, folder: Path, *pictures: Any) -> Any:
    """A browser whose camera sees these pictures, each for half a second."""
    args = [*SWITCHES, *camera_on(pictures, folder, rate=2)]
    return playwright.chromium.launch(executable_path=chromium_path, args=args)


@pytest.fixture(scope="module")
def seeing(playwright: Any, chromium_path: str, tmp_path_factory: Any) -> Iterator[Any]:
    """A browser whose camera sees a sheet that lies well."""
    started = browser_on(playwright, chromium_path, tmp_path_factory.mktemp("film"), seen(marked_sheet(), NEAR))
    yield started
    started.close()


@contextmanager
def open_station(browser: Any, **how: Any) -> Iterator[Kiosk]:
    """A scanner station in this browser, its session open."""
    town = Town([contest()], mode="scanner")
    server = serve(town)
    context = browser.new_context(
        **{"viewport": {"width": 768, "height": 1024}, "locale": "fr-FR"} | how, permissions=["camera"]
    )
    kiosk = Kiosk(context, town)
    kiosk.open(f"#enrol={town.enrol_code}")
    kiosk.press("Oui, prendre la réunion")
    kiosk.title("Prête")
    kiosk.press("Aller à l'écran d'accueil")
    kiosk.session("Ouvrir le vote")
    kiosk.title("Photos des feuilles")
    kiosk.page.evaluate(WATCH)
    try:
        yield kiosk
    finally:
        context.close()
        server.shutdown()


@pytest.fixture
def station(seeing: Any) -> Iterator[Kiosk]:
    with open_station(seeing) as kiosk:
        yield kiosk


def advice(kiosk: Kiosk, name: str) -> None:
    expect(kiosk.page.locator(f"[data-advice={name}]")).to_be_visible(timeout=PATIENCE_MS)


def saved(kiosk: Kiosk, number: int) -> None:
    expect(kiosk.page.locator(f"[data-saved='{number}']")).to_be_visible(timeout=PATIENCE_MS)


def count(kiosk: Kiosk, name: str, wanted: int) -> None:
    expect(kiosk.page.locator(f"[data-count={name}]")).to_have_text(str(wanted))


def test_b21_photos_are_kept_without_network_and_arrive_later_and_none_becomes_a_file(station: Kiosk) -> None:
    downloads: list[object] = []
    station.page.on("download", lambda one: downloads.append(one))
    station.town.mood = "portal"
    station.press("Prendre des photos")
    saved(station, 3)  # by itself
    advice(station, "again")  # the same sheet is still there
    images = [base64.b64decode(image) for image in station.page.evaluate(IMAGES)]
    assert len(images) == 1 and all(image.startswith(b"\xff\xd8\xff") for image in images)
    station.press("Terminer")
    count(station, "waiting", 1)
    expect(station.page.locator("[data-waiting]")).to_have_text("3")
    station.page.reload()
    count(station, "waiting", 1)
    assert not station.town.files
    station.town.mood = "well"
    station.page.evaluate("() => dispatchEvent(new Event('online'))")
    station.operator()
    station.press("Envoyer maintenant")
    wait_for(lambda: station.town.files, station, PATIENCE_MS / 1000)
    station.press("Quitter")
    count(station, "arrived", 1)
    assert station.town.files == {hashlib.sha256(image).hexdigest(): image for image in images}
    photos = [header for header in station.town.headers() if header["type"] == "paper.photo"]
    assert [header["actor"] for header in photos] == ["scanner"]
    assert downloads == [] and station.page.evaluate("() => window.files ?? []") == [] and station.errors == []


def test_d19_ten_touches_are_one_photo_and_the_camera_goes_out_with_the_screen(station: Kiosk) -> None:
    station.press("Prendre des photos")
    saved(station, 3)
    station.page.evaluate("""() => {
      const take = [...document.querySelectorAll("button")].find((one) => one.textContent.includes("Prendre la photo"));
      for (let i = 0; i < 10; i += 1) take.click();
    }""")
    saved(station, 4)  # by hand, whatever the advice
    video = station.page.evaluate_handle("() => document.querySelector('video')")
    assert station.page.evaluate("(video) => video.srcObject.active", video)
    station.press("Terminer")
    count(station, "taken", 1)  # two photos, and the film shows them alike to the last bit
    assert len(station.stored()["records"]) == 4
    assert station.page.evaluate("(video) => video.srcObject", video) is None


def test_a_photo_that_pleases_nobody_is_taken_again_and_both_are_kept(station: Kiosk) -> None:
    station.press("Prendre des photos")
    saved(station, 3)
    advice(station, "again")
    station.press("Reprendre")
    saved(station, 4)
    assert station.page.evaluate("() => document.querySelector('pv-capture').view.instead") == 0
    station.press("Terminer")
    assert len(station.stored()["records"]) == 4


@pytest.mark.parametrize(
    "fault", ["throw new DOMException('', 'QuotaExceededError')", "return real.call(this, {}, 'x')"]
)
def test_d4_d9_a_disk_that_keeps_no_image_saves_no_photo_and_says_so(station: Kiosk, fault: str) -> None:
    break_disk(station, f"if (this.name === 'files') {{ {fault}; }} return real.apply(this, arguments)")
    station.press("Prendre des photos")
    expect(station.page.locator("[data-trouble=disk]")).to_be_visible(timeout=PATIENCE_MS)
    advice(station, "good")  # whoever holds the sheet may try by hand; the tablet does not
    assert station.page.locator("[data-saved]").count() == 0


def test_the_export_file_of_a_station_carries_its_images_and_is_read_back(station: Kiosk, tmp_path: Path) -> None:
    station.town.mood = "portal"
    station.press("Prendre des photos")
    saved(station, 3)
    station.press("Terminer")
    station.operator()
    with station.page.expect_download() as given:
        station.press("Exporter un fichier")
    path = tmp_path / "export.ndjson"
    given.value.save_as(path)
    *_lines, last = path.read_bytes().splitlines()
    assert b'"attachment"' in last and b'"attachments":1' in path.read_bytes().splitlines()[0]
    station.page.locator("input[type=file]").set_input_files(path)
    expect(station.page.locator("[data-copy=good]")).to_be_visible()


def test_b11_what_became_of_photos_is_told_and_a_sheet_is_taken_in_hand_once_more(station: Kiosk) -> None:
    odd = [[3, "again", "too_blurred"], [2, "aside", "test_sheet"]]
    station.town.standing |= {"photos": {"reading": 0, "read": 5, "people": 2, "odd": odd}}
    station.press("Prendre des photos")
    saved(station, 3)
    station.press("Terminer")
    count(station, "read", 5)
    count(station, "people", 2)
    line = station.page.locator("[data-odd='3']")
    expect(line).to_contain_text("trop floue")
    station.page.locator("[data-odd='2']").get_by_role("button").click()
    expect(station.page.locator("[data-odd='2']")).to_have_count(0)
    line.get_by_role("button").click()
    saved(station, 4)
    station.press("Terminer")
    expect(station.page.locator("[data-odd]")).to_have_count(0)
    station.page.reload()
    count(station, "read", 5)
    expect(station.page.locator("[data-odd]")).to_have_count(0)


def test_b14_two_sheets_in_view_are_one_too_many(playwright: Any, chromium_path: str, tmp_path: Path) -> None:
    """It is said to whoever sees it and to whoever listens, and nothing is taken."""
    far = NEAR.but(per_mm=1.7, turn=2, across=-115)
    picture = seen(marked_sheet(), far, beside=(marked_sheet(b"sheet-0002"), far.but(across=115)))
    browser = browser_on(playwright, chromium_path, tmp_path, picture)
    with open_station(browser) as station:
        station.press("Prendre des photos")
        advice(station, "two")
        expect(station.page.locator("pv-capture [role=status]").first).to_contain_text(
            "Une feuille à la fois", timeout=PATIENCE_MS
        )
        assert station.page.locator("[data-saved]").count() == 0
    browser.close()


def test_b11_sheets_laid_one_after_the_other_are_each_taken_once_without_a_touch(
    playwright: Any, chromium_path: str, tmp_path: Path
) -> None:
    """Some seconds of one sheet, some of the next; then the film begins anew, and both are known."""
    one, other = seen(marked_sheet(), NEAR), seen(marked_sheet(b"sheet-0002"), NEAR)
    moving = seen(marked_sheet(b"sheet-0002"), NEAR.but(across=60))
    browser = browser_on(playwright, chromium_path, tmp_path, *[one] * 8, moving, *[other] * 8, moving)
    with open_station(browser) as station:
        station.press("Prendre des photos")
        saved(station, 4)
        station.page.evaluate(KNOWN)
        station.page.wait_for_function("() => window.known.size === 2", timeout=PATIENCE_MS)
        station.press("Terminer")
        count(station, "taken", 2)
    browser.close()
