"""One vote in a real browser: prepared, cast at three doors, closed, counted, published, checked by a stranger."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from printouts.geometry import Layout
from tests.slowest import HANGS_S

from . import paper_and_pen
from .hall import UPRIGHT, Hall, MeetingKiosk, Person, wait_until
from .office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.long]

SLUG = "budget-du-port"
QUESTION = "Which projects for the Port?"
BUDGET = 30_000
PROJECTS = [
    {
        "code": "quai",
        "fr": "Des bancs à l’ombre sur le quai",
        "en": "Benches in the shade of the quay",
        "cost": 12_000_00,
    },
    {"code": "phare", "fr": "Repeindre le phare", "en": "Paint the lighthouse", "cost": 20_000_00},
    {"code": "voiles", "fr": "Une école de voile l’été", "en": "A sailing school in summer", "cost": 9_000_00},
    {"code": "nids", "fr": "Des nichoirs pour les sternes", "en": "Nesting boxes for the terns", "cost": 1_500_00},
]
PEOPLE = [
    ["101", "Abadie", "Léa"], ["102", "Bégué", "Marc"], ["103", "Cazaux", "Inès"], ["104", "Daroux", "Yann"],
    ["105", "Escande", "Zoé"], ["106", "Fauré", "Noël"], ["107", "Gleyze", "Aïcha"],
]  # fmt: skip
PASSES = 6
SHEETS = 5
# Votes: quai 5, voiles 4, phare 1, nids 1. Greedy of 30,000 €: quai and voiles (21,000), not phare, but nids.
SHEETS_MARKED = [(["quai", "voiles"], "cross"), (["quai"], "tick"), (["phare"], "faint")]
WINNERS = ["quai", "voiles", "nids"]


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


def test_one_vote_from_preparation_to_a_strangers_recount(hall: Hall) -> None:
    """Issue 2, "Shown by"."""
    organiser = hall.person()
    organiser.log_in(hall.demo["accounts"]["organiser"])
    office = Office(organiser, SLUG)
    vote = prepare(hall, office)
    letters = print_all(vote, organiser)
    kiosk = invite_kiosk(hall, vote, office)
    watcher = watch(vote, organiser)
    address = vote_at_the_kiosk(hall, vote, organiser, kiosk)
    vote_on_paper(hall, vote, organiser)
    sees_the_evening(watcher)
    vote_online(hall, vote, letters)
    close_and_count(vote, office)
    stranger = hall.person(locale="fr-FR")
    see_the_result(vote, stranger)
    stranger.go(address)
    stranger.sees("Un bulletin est enregistré")
    stranger.shot("receipt")
    check_as_a_stranger(vote, stranger)
    assert [told for person in hall.people for told in person.complaints] == []


def prepare(hall: Hall, office: Office) -> SimpleNamespace:
    """Everything up to the open session, through the pages of the office."""
    office.make_space("Le budget du Port", "The budget of the Port")
    office.set_budget(BUDGET, PROJECTS)
    office.bring_in_the_roll(PEOPLE)
    office.make_box("Quels projets pour le Port ?", QUESTION)
    pin = office.announce_meeting(QUESTION)
    layout = Layout.from_json(hall.act("show_layout", box=office.box)["layout"].encode())
    public = f"/spaces/{SLUG}/vote/{office.box}/"
    return SimpleNamespace(public=public, layout=layout, pin=pin, box=office.box, session=office.session)


def print_all(vote: SimpleNamespace, organiser: Person) -> list[str]:
    """Letters, passes and sheets, drawn by the worker, downloaded as PDF. Returns the addresses on the letters."""
    page = organiser.go(f"/office/paper/{vote.session}/")
    page.locator("input[name=quantity]").fill(str(SHEETS))
    organiser.press("Make the sheets")
    page.locator("input[name=passes]").fill(str(PASSES))
    organiser.press("Make the passes")
    organiser.press("Make the letters")
    ready = page.locator("#prints").get_by_role("link", name="Download PDF")
    expect(ready).to_have_count(4, timeout=40_000)
    organiser.shot("print")
    rows = page.locator("#prints tbody tr")

    def printed(name: str) -> Path:
        row = rows.filter(has=page.get_by_role("rowheader", name=re.compile(f"^{name}")))
        return organiser.download(row.get_by_role("link", name="Download PDF"), f"{name.lower()}.pdf")

    vote.sheets = printed("Sheets")
    vote.stack = paper_and_pen.squares(printed("Passes"))
    letters = paper_and_pen.squares(printed("Letters"))
    assert (len(set(vote.stack)), len(set(letters))) == (PASSES, len(PEOPLE))
    return letters


def invite_kiosk(hall: Hall, vote: SimpleNamespace, office: Office) -> MeetingKiosk:
    """The kiosk enrols with its code, takes the meeting and opens the vote."""
    code = office.invite("Borne du Port")
    person = hall.person(viewport=UPRIGHT, locale="fr-FR")
    person.page.close()
    town: Any = SimpleNamespace(origin=hall.url, enrol_code=code)
    kiosk = MeetingKiosk(person.context, town)
    kiosk.pin = vote.pin
    kiosk.ready()
    office.sees_device(kiosk.two_words)
    return kiosk


def watch(vote: SimpleNamespace, organiser: Person) -> Person:
    """A second screen of the organiser, on the session's page, never reloaded from here on."""
    watcher = organiser.hall.person(storage_state=organiser.context.storage_state())
    watcher.go(f"/office/sessions/{vote.session}/")
    expect(watcher.page.locator("#live")).to_contain_text("0 marked in person")
    return watcher


def sees_the_evening(watcher: Person) -> None:
    """The page has learnt by itself who came, that the kiosk is closed and that scans were read."""
    live = watcher.page.locator("#live")
    for told in ("4 marked in person", "3 passes handed in for a sheet", "Closed, all here", "scan.pdf"):
        expect(live).to_contain_text(told)
    watcher.shot("session seen live")


def arrive(vote: SimpleNamespace, desk: Person, name: str) -> str:
    """Somebody is marked at the desk and gets the next pass of the stack."""
    desk.go(f"/desk/{vote.session}/")
    desk.page.locator("#q").fill(name)
    desk.press("Mark and hand over a pass", desk.page.locator("#found li").filter(has_text=name))
    desk.sees("Marked. Hand over the next pass of the stack.")
    return vote.stack.pop()


def vote_at_the_kiosk(hall: Hall, vote: SimpleNamespace, desk: Person, kiosk: MeetingKiosk) -> str:
    """Row D4: the network is cut, the ballot is kept, it arrives later. Returns the address of the receipt."""
    code = arrive(vote, desk, "Abadie")
    desk.shot("desk")
    kiosk.context.set_offline(True)
    kiosk.page.reload()
    kiosk.sees("Sans réseau : tout est gardé ici")
    kiosk.page.screenshot(path=hall.folder / "kiosk.png")
    address = kiosk.vote(code, 0, 2, 3)
    waiting = hall.person()
    waiting.page.goto(address)
    waiting.sees("Saved on a kiosk, not arrived yet")
    waiting.complaints.clear()  # the browser's own words on a page of status 404
    kiosk.context.set_offline(False)
    kiosk.session("Clore le vote")
    kiosk.operator()
    saved = kiosk.page.locator("[data-count=saved]").inner_text()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text(saved, timeout=15_000)
    kiosk.press("Quitter")
    waiting.go(address)
    waiting.sees("A ballot is recorded")
    waiting.sees("Arrived")
    assert kiosk.errors == []
    return address


def vote_on_paper(hall: Hall, vote: SimpleNamespace, desk: Person) -> None:
    """Three people hand their pass in for a sheet; the sheets are marked, scanned, read; a faint one is decided."""
    for name in ("Bégué", "Cazaux", "Daroux"):
        code = arrive(vote, desk, name)
        desk.page.locator("#code").fill(code)
        desk.press("Take the pass in")
        desk.sees("The pass is taken. Hand over a blank sheet")
    scan = paper_and_pen.scan(vote.sheets, vote.layout, SHEETS_MARKED, hall.folder / "scan.pdf")
    page = desk.go(f"/office/paper/{vote.session}/scans/")
    page.locator("input[type=file]").set_input_files(scan)
    desk.press("Send and read")
    review = page.get_by_role("link", name=re.compile("^Look at"))
    expect(review.first).to_be_visible(timeout=40_000)
    desk.shot("scans")
    review.first.click()
    desk.press("Look at the next image")
    image = page.locator("figure.scan img")
    wait_until(lambda: image.evaluate("image => image.complete && image.naturalWidth > 300"), page, "the image")
    page.locator("#decide input[value=phare]").check()
    desk.shot("review")
    desk.press("These choices stand")
    desk.sees("No image waits")


def vote_online(hall: Hall, vote: SimpleNamespace, letters: list[str]) -> None:
    """One person whose browser seals the ballot, one without JavaScript, each with the code of a letter."""
    in_french = hall.person(locale="fr-FR", viewport={"width": 390, "height": 844})
    posted: list[str] = []
    in_french.page.on("request", lambda sent: posted.append(sent.post_data or "") if sent.method == "POST" else None)
    page = in_french.go(letters[4])
    expect(page.locator("[data-code-form] input[name=code]")).not_to_have_value("")
    cast_online(in_french, ["quai", "voiles"], is_sealed_here=True)
    assert "sealed=" in posted[-1] and "choice=" not in posted[-1], "the ballot was cast sealed"
    plain = hall.person(java_script_enabled=False)
    page = plain.go(letters[5])
    page.locator("[data-code-form] input[name=code]").fill(letters[5].partition("#code=")[2])
    cast_online(plain, ["quai", "voiles"], is_sealed_here=False)


def cast_online(voter: Person, choices: list[str], *, is_sealed_here: bool) -> None:
    page = voter.page
    page.locator("[data-code-form] button").click()
    for choice in choices:
        page.locator(f"input[name=choice][value={choice}]").check()
    voter.shot(f"ballot {page.locator('html').get_attribute('lang')}")
    page.locator("button[name=step][value=review]").click()
    expect(page.locator("h1:visible")).to_have_text(re.compile("^(Your ballot|Votre bulletin)$"))
    assert page.locator("[data-check]").is_visible() == is_sealed_here
    page.locator("main button.act:not(.second):visible").click()
    page.wait_for_url("**/receipt/**")
    voter.shot(f"receipt {page.locator('html').get_attribute('lang')}")


def close_and_count(vote: SimpleNamespace, office: Office) -> None:
    office.close_session(
        {
            "passes_unused": len(vote.stack), "passes_spoiled": 0, "passes_returned": 0,
            "sheets_in_box": len(SHEETS_MARKED), "sheets_unused": SHEETS - len(SHEETS_MARKED),
        }
    )  # fmt: skip
    office.certify()


def see_the_result(vote: SimpleNamespace, stranger: Person) -> None:
    page = stranger.go(f"{vote.public}result/")
    stranger.shot("result")
    expect(page.locator("h1")).to_contain_text("3 projets")
    funded = page.locator("#projects li.rank").filter(has=page.locator(".state.ok")).locator("h3")
    told = [text.split("\n")[0] for text in funded.all_inner_texts()]
    assert sorted(told) == sorted(project["fr"] for project in PROJECTS if project["code"] in WINNERS)
    expect(page.locator("#projects li.rank").first.locator(".v")).to_contain_text("5")


def check_as_a_stranger(vote: SimpleNamespace, stranger: Person) -> None:
    """The files are taken over HTTP, and the published program counts again, on a Python without libraries."""
    stranger.go(f"{vote.public}check/")
    stranger.shot("check")
    archive = stranger.download(stranger.page.locator("a[href$='files.zip']").first, "files.zip")
    folder = stranger.hall.folder / "stranger"
    zipfile.ZipFile(archive).extractall(folder)
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=folder / vote.box, capture_output=True, text=True, timeout=HANGS_S)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "verify.txt").write_text(done.stdout, encoding="utf-8")
