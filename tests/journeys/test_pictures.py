"""The pictures of the documentation, taken of the real application with the demo town.

``make pictures`` takes them anew. Every test run walks the same way without keeping pictures, and fails where a page of
a picture has another heading than on the day it was taken: then the picture, and the text around it, wants a look.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from PIL import Image
from playwright.sync_api import Page, expect

from printouts import simulate
from printouts.geometry import Layout
from tools import handouts

from . import paper_and_pen
from .hall import UPRIGHT, Hall, MeetingKiosk, Person, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.long]

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES = DOCS / "pictures"
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR"}
WIDEST = {"phone": 390, "kiosk": 540}
COLOURS = 64
NAMED = re.compile(r"pictures/([\w.-]+\.png)")


class Album:
    """Takes a picture of what is in the window, once the page stands still; remembers its heading."""

    def __init__(self, is_taking: bool) -> None:
        self.is_taking = is_taking
        self.headings: dict[str, str] = {}

    def take(self, name: str, page: Page, width: int = 900) -> None:
        page.wait_for_load_state()
        page.evaluate("() => document.fonts.ready")
        self.headings[name] = " ".join(page.locator("h1:visible").last.inner_text().split())
        if self.is_taking:
            self.keep(name, page.screenshot(animations="disabled"), width)

    def keep(self, name: str, png: bytes | Image.Image, width: int) -> None:
        picture = png if isinstance(png, Image.Image) else Image.open(io.BytesIO(png))
        picture = picture.convert("RGB").resize((width, round(picture.height * width / picture.width)), Image.LANCZOS)
        PICTURES.mkdir(exist_ok=True)
        picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)

    def close(self) -> None:
        if self.is_taking:
            index = json.dumps(dict(sorted(self.headings.items())), ensure_ascii=False, indent=2)
            (PICTURES / "index.json").write_text(index + "\n", encoding="utf-8")


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


def test_the_pictures_show_what_the_pages_show(hall: Hall) -> None:
    album = Album(is_taking=bool(os.environ.get("PARVIS_PICTURES")))
    vote_at_home(hall, album)
    organiser = hall.person(viewport={"width": 1280, "height": 860})
    organiser.log_in(hall.demo["accounts"]["organiser"])
    town = look_around(hall, album, organiser)
    work_at_the_desk(hall, album, town)
    vote_at_the_kiosk(hall, album, town, organiser)
    read_paper(hall, album, town, organiser)
    bring_ideas(hall, album, organiser)
    album.close()
    taken = json.loads((PICTURES / "index.json").read_text(encoding="utf-8"))
    assert album.headings == taken, "a page has changed: look at its picture, then `make pictures`"


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    texts = [DOCS.parent / "README.md", *DOCS.glob("*.md")]
    shown = {name for text in texts for name in NAMED.findall(text.read_text(encoding="utf-8"))}
    there = {path.name for path in PICTURES.glob("*.png")}
    assert shown == there
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 2_000_000


def vote_at_home(hall: Hall, album: Album) -> None:
    voter = hall.person(**PHONE)
    page = voter.go("/")
    album.take("home", page, WIDEST["phone"])
    voter.go(hall.demo["vote"])
    page.locator("[data-code-form] input[name=code]").fill(hall.demo["letters"][0]["code"])
    page.locator("[data-code-form] button").click()
    for choice in ("verger", "bancs"):
        page.locator(f"input[value={choice}]").check()
    page.locator("input[value=verger]").scroll_into_view_if_needed()
    album.take("ballot", page, WIDEST["phone"])
    page.locator("button[name=step][value=review]").click()
    expect(page.locator("[data-check]")).to_be_visible()
    album.take("check", page, WIDEST["phone"])
    page.locator("[data-check] button.act:not(.second)").click()
    page.wait_for_url("**/receipt/**")
    album.take("receipt", page, WIDEST["phone"])


def look_around(hall: Hall, album: Album, organiser: Person) -> SimpleNamespace:
    page = organiser.go("/office/budget-du-centre/")
    album.take("office", page)
    session = re.findall(r"/office/sessions/([0-9a-f]{16})/", page.content())[0]
    organiser.go(f"/office/sessions/{session}/")
    album.take("session", page)
    organiser.go(f"/office/paper/{session}/")
    album.take("print", page)
    organiser.go(hall.demo["result"])
    album.take("result", page)
    return SimpleNamespace(session=session, box=hall.demo["vote"].rstrip("/").rpartition("/")[2])


def work_at_the_desk(hall: Hall, album: Album, town: SimpleNamespace) -> None:
    desk = hall.person(viewport={"width": 1280, "height": 860})
    desk.log_in(hall.demo["accounts"]["desk"])
    page = desk.go(f"/desk/{town.session}/")
    page.locator("#q").fill("Ma")
    expect(page.locator("#found li").first).to_be_visible()
    album.take("desk", page)


def set_up_kiosk(hall: Hall, organiser: Person, session: str, pin: str) -> MeetingKiosk:
    page = organiser.go(f"/office/sessions/{session}/devices/")
    page.locator("input[name=label]").fill("Borne des Carmes")
    organiser.press("Show the code")
    code = page.locator(".pin.typed").inner_text().strip()
    person = hall.person(viewport=UPRIGHT, locale="fr-FR")
    person.page.close()
    behind: Any = SimpleNamespace(origin=hall.url, enrol_code=code)
    kiosk = MeetingKiosk(person.context, behind)
    kiosk.pin = pin
    kiosk.ready()
    return kiosk


def bring_ideas(hall: Hall, album: Album, organiser: Person) -> None:
    """What people propose: the list on the plan, one of them with its answer, and the same at a kiosk."""
    reader = hall.person(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = reader.go("/spaces/les-rives-de-laure/")
    page.locator("main").get_by_role("link", name="Vos propositions").first.click()
    page.get_by_role("link", name="Sur le plan").click()
    page.wait_for_url("**/plan/")
    album.take("plan", page)
    page.locator("main ol").get_by_role("link", name="Des bancs à l’ombre").click()
    page.wait_for_load_state()
    album.take("proposal", page)
    page = organiser.go("/office/les-rives-de-laure/meetings/")
    session = re.findall(r"/office/sessions/([0-9a-f]{16})/", page.content())[0]
    kiosk = set_up_kiosk(hall, organiser, session, hall.demo["workshop"]["pin"])
    kiosk.page.locator(".begin").first.click()
    expect(kiosk.page.locator("[data-ref]").first).to_be_visible()
    album.take("kiosk-ideas", kiosk.page, WIDEST["kiosk"])


def vote_at_the_kiosk(hall: Hall, album: Album, town: SimpleNamespace, organiser: Person) -> None:
    kiosk = set_up_kiosk(hall, organiser, town.session, hall.demo["pin"])
    album.take("kiosk-rest", kiosk.page, WIDEST["kiosk"])
    kiosk.give_pass(hall.demo["passes"][0])
    for mark in (1, 3):
        kiosk.choices().nth(mark).click()
    album.take("kiosk-ballot", kiosk.page, WIDEST["kiosk"])


def read_paper(hall: Hall, album: Album, town: SimpleNamespace, organiser: Person) -> None:
    page = organiser.go(f"/office/paper/{town.session}/")
    link = page.locator("#prints").get_by_role("link", name="Download PDF").first
    sheets = organiser.download(link, "sheets.pdf")
    blank = next(iter(simulate.rasterise(sheets, dpi=80)))
    album.headings["sheet"] = ""
    if album.is_taking:
        album.keep("sheet", Image.fromarray(blank), 480)
    layout = Layout.from_json(hall.act("show_layout", box=town.box)["layout"].encode())
    marked = [(["lavoir", "verger"], "cross"), (["bancs"], "tick"), (["cour"], "faint")]
    scan = paper_and_pen.scan(sheets, layout, marked, hall.folder / "scan.pdf")
    organiser.go(f"/office/paper/{town.session}/scans/")
    page.locator("input[type=file]").set_input_files(scan)
    organiser.press("Send and read")
    waiting = page.get_by_role("link", name=re.compile("^Look at"))
    expect(waiting.first).to_be_visible(timeout=40_000)
    waiting.first.click()
    organiser.press("Look at the next image")
    image = page.locator("figure.scan img")
    wait_until(lambda: image.evaluate("image => image.complete && image.naturalWidth > 300"), page, "the image")
    album.take("review", page)


@pytest.mark.parametrize("language", handouts.LANGUAGES)
def test_each_part_of_the_volunteers_is_one_sheet_of_paper(browser, language: str, tmp_path: Path) -> None:
    text = (DOCS / handouts.LANGUAGES[language]).read_text(encoding="utf-8")
    page = browser.new_page()
    page.set_content(handouts.handout(language))
    page.pdf(path=tmp_path / "handout.pdf", prefer_css_page_size=True)
    page.close()
    sheets = list(simulate.rasterise(tmp_path / "handout.pdf", dpi=50))
    assert len(sheets) == text.count("\n## ") == 6
