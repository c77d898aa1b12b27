"""F2: the browser of a kiosk is killed 200 times while people are told that their vote is saved (D5, D6, D7, D9, D19).

The real kiosk on a persistent profile in the whole Chromium, headless, before the real server and its worker. In each
life of the browser people vote by its buttons, in a great hurry, an operator pauses and opens again, with or without
network; then every process of the browser gets SIGKILL. After the restart what was confirmed must lie on the disk, and
at the end at the centre. Two tabs: one works, the other waits and takes over when the first one's renderer is crashed.
Impatient people: each button is clicked ten times while the page's processor is throttled.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

FIGURE = "browser killed 200 times, two tabs, 10-fold clicks: ≥ 2,000 confirmed, 0 missing, 0 forks, 0 doubled"
KILLS, TOLD, WISHED = 200, (2, 18), 2_000
SLOWER, CLICKS = 20, 10
NARROW = {"width": 768, "height": 1024}
PATIENCE_S = 300
SMALL = {"kills": 2, "told": (1, 3), "tabs": (1, 2), "impatient": 1, "wished": 4}
KIOSK_TESTS = str(Path(__file__).resolve().parents[2] / "tests" / "kiosk")
if KIOSK_TESTS not in sys.path:
    sys.path.insert(0, KIOSK_TESTS)


@dataclass
class Seen:
    kills: int = 0
    missing: set[str] = field(default_factory=set)
    told_by: Counter[str] = field(default_factory=Counter)
    takeovers: int = 0
    cast_unread: int = 0
    clicks: int = 0


def run(
    seed: int,
    kills: int = KILLS,
    told: tuple[int, int] = TOLD,
    tabs: tuple[int, int] = (10, 20),
    impatient: int = 20,
    wished: int = WISHED,
) -> tuple[bool, dict[str, Any]]:
    """told: least and most votes confirmed in one life; tabs: how often a tab is crashed, after how many votes each."""
    from django.conf import settings

    from .house import House

    # Playwright keeps a loop in this thread, and Django takes whoever asks beside it for a part of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    settings.SECRET_KEY = secrets.token_hex(32)
    with tempfile.TemporaryDirectory(prefix="parvis-f2-") as folder, House(Path(folder), settings.SECRET_KEY) as house:
        settings.PARVIS_ORIGIN = house.environment["PARVIS_ORIGIN"]
        passes = kills * (told[1] + 3) + (tabs[0] + 1) * (tabs[1] + 3) + impatient
        with Hall(house, Path(folder) / "profile", random.Random(seed), passes) as hall:
            hall.lives(kills, told)
            hall.tabs(*tabs)
            hall.impatient(impatient)
            counts = hall.account()
    return is_passed(counts, kills, wished), counts


class Hall:
    """One kiosk of one session, and everyone who comes to it."""

    def __init__(self, house: Any, profile: Path, rng: random.Random, passes: int) -> None:
        from power_cut import Hurry

        from server.devices.actions import create_enrolment
        from tests.server.votes import make_vote

        self.vote = make_vote(people=2, passes=passes, regime="pass", letters=False)
        _enrolment, code = create_enrolment(session=self.vote.session, label="K1", by=self.vote.officer)
        self.town = SimpleNamespace(origin=house.environment["PARVIS_ORIGIN"], enrol_code=code.text)
        self.profile, self.rng, self.hurry, self.seen = profile, rng, Hurry(), Seen()
        self.profile.mkdir()
        self.codes = [one.text for one in self.vote.stack]

    def __enter__(self) -> Hall:
        from playwright.sync_api import expect, sync_playwright

        from tools.dev import chromium

        self.chromium = chromium()
        self.playing = sync_playwright()
        self.playwright = self.playing.__enter__()
        expect.set_options(timeout=PATIENCE_S * 1000)
        return self

    def __exit__(self, *error: Any) -> None:
        self.playing.__exit__(*error)

    def browser(self) -> Any:
        from power_cut import browser_of_its_own

        return browser_of_its_own(self.playwright, self.chromium, self.profile)

    def page(self, browser: Any) -> Any:
        """One more page of the kiosk, not opened yet."""
        from kiosk_page import Kiosk

        kiosk = Kiosk(browser.contexts[0], self.town)
        kiosk.pin = self.vote.session.operator_pin
        kiosk.page.set_default_timeout(PATIENCE_S * 1000)
        kiosk.page.set_viewport_size(NARROW)
        self.hurry.listen(kiosk)
        return kiosk

    def open(self, browser: Any) -> Any:
        """The kiosk as it starts: what was confirmed in its earlier lives must lie there. The first is enrolled."""
        from kiosk_page import expect
        from power_cut import missing

        kiosk = self.page(browser).open()
        expect(kiosk.page.locator("#stage > *")).to_be_visible()
        if self.seen.kills == 0 and kiosk.page.locator("pv-setup").count():
            kiosk.ready()
        self.seen.missing |= set(missing(kiosk, self.hurry.ids))
        return kiosk

    def some_codes(self, count: int) -> list[str]:
        taken, self.codes = self.codes[:count], self.codes[count:]
        return taken

    # -- what happens ------------------------------------------------------------------------------

    def lives(self, kills: int, told: tuple[int, int]) -> None:
        from power_cut import cut

        for life in range(kills):
            with self.browser() as (browser, process):
                kiosk = self.open(browser)
                if life and self.rng.random() < 0.5:
                    kiosk.context.set_offline(True)
                wanted = self.rng.choice((0, self.rng.randint(*told), self.rng.randint(*told), told[1]))
                # A life may have ended between pausing and opening again.
                is_shut = kiosk.page.locator(".begin").count() == 0
                pin = kiosk.pin if is_shut or life % 3 == 0 else ""
                # More than can be told: the cut comes while votes are cast, and a pass in the air stays spent.
                self.hurry.begin(kiosk, self.some_codes(wanted + 3), pin)
                self.hurry.until_cut(kiosk, wanted, self.rng)
                cut(process)
            self.seen.kills += 1
            print(f"{self.seen.kills} kills, {len(self.hurry.receipts)} told", file=sys.stderr, flush=True)

    def tabs(self, crashes: int, told: int) -> None:
        """D7: the tab that writes is crashed, the one that waited goes on."""
        from kiosk_page import crash, expect, wait_for

        with self.browser() as (browser, _process):
            kiosk = self.open(browser)
            self.note("buttons, browser killed")
            for _crash in range(crashes):
                second = self.page(browser).open()
                second.title("La borne est déjà ouverte ici")
                kiosk.page.bring_to_front()
                self.hurry.begin(kiosk, self.some_codes(told + 3))
                self.hurry.until_cut(kiosk, told, self.rng)
                crash(kiosk.page)
                second.page.bring_to_front()
                expect(second.page.locator(".begin").first).to_be_visible()
                self.seen.takeovers += 1
                kiosk = second
            wanted = len(self.hurry.receipts) + told
            self.hurry.begin(kiosk, self.some_codes(told))
            wait_for(lambda: len(self.hurry.receipts) >= wanted, kiosk, seconds=PATIENCE_S)
            self.note("buttons, tab crashed")

    def impatient(self, people: int) -> None:
        """D19: ten clicks on every button, on a slow tablet."""
        from kiosk_page import expect

        with self.browser() as (browser, _process):
            kiosk = self.open(browser)
            for code in self.some_codes(people):
                kiosk.context.new_cdp_session(kiosk.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
                kiosk.give_pass(code)
                kiosk.choices().first.click()
                self.click(kiosk, "Relire mon bulletin")
                expect(kiosk.page.locator("pv-review, pv-receipt")).to_be_visible()
                if kiosk.page.locator("pv-review").count() == 0:
                    self.seen.cast_unread += 1
                else:
                    self.click(kiosk, "Déposer mon bulletin")
                kiosk.title("Enregistré sur cet appareil")
                self.hurry.receipts.append(kiosk.page.locator(".qr").get_attribute("data-text") or "")
                kiosk.press("Terminé")
                expect(kiosk.page.locator("pv-rest")).to_be_visible()
            self.note("mouse, ten clicks")

    def note(self, way: str) -> None:
        """Which way those took who were told since the last note. What a killed page said is heard only later."""
        self.seen.told_by[way] = len(self.hurry.receipts) - self.seen.told_by.total()

    def click(self, kiosk: Any, words: str) -> None:
        place = kiosk.page.get_by_role("button", name=words).bounding_box()
        kiosk.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2, click_count=CLICKS)
        self.seen.clicks += CLICKS

    # -- what must be true -------------------------------------------------------------------------

    def account(self) -> dict[str, Any]:
        """Everything is sent; then what the disk and the centre hold of what was confirmed."""
        from kiosk_page import expect

        from server.ledger.models import Record

        with self.browser() as (browser, _process):
            kiosk = self.open(browser)
            kiosk.operator()
            kiosk.press("Envoyer maintenant")
            expect(kiosk.page.locator("[data-link=up]")).to_be_visible()
            stored = kiosk.stored()
            alarms = kiosk.page.locator("[data-alarm]").count()
            rows = Record.objects.filter(epoch=stored["records"][0]["epoch"])
            until = time.monotonic() + PATIENCE_S
            while rows.count() < len(stored["records"]) and time.monotonic() < until:
                time.sleep(0.5)
        return self.counts(rows.select_related("payload"), stored["records"], alarms)

    def counts(self, rows: Any, held: list[dict[str, Any]], alarms: int) -> dict[str, Any]:
        ids, seen = self.hurry.ids, self.seen
        centre = {row.id: row for row in rows}
        moves = (row for row in centre.values() if row.type == "meeting.state")
        states = {row.seq: json.loads(bytes(row.payload.body))["state"] for row in moves}
        subjects = [row.payload.subject for row in centre.values() if row.type == "ballot.sealed"]
        return {
            "kills": seen.kills,
            "confirmed": len(ids) + len(self.hurry.moves),
            "confirmed_votes": dict(seen.told_by),
            "confirmed_moves": len(self.hurry.moves),
            "missing": len(seen.missing)
            + sum(key not in centre or centre[key].verdict != "accepted" for key in ids)
            + sum(states.get(seq) != state for seq, state in self.hurry.moves),
            "missing_after_restart": len(seen.missing),
            "records_on_the_disk": len(held),
            "records_at_the_centre": len(centre),
            "forks": sum(row.is_fork or row.verdict != "accepted" for row in centre.values()),
            "doubled": len(ids) - len(set(ids)) + len(subjects) - len(set(subjects)) + abs(len(centre) - len(held)),
            "tabs_taken_over": seen.takeovers,
            "clicks": seen.clicks,
            "cast_unread": seen.cast_unread,
            "alarms": alarms,
        }


def is_passed(counts: dict[str, Any], kills: int, wished: int) -> bool:
    none = ("missing", "forks", "doubled", "cast_unread", "alarms")
    return (
        counts["kills"] == kills
        and counts["confirmed"] >= wished
        and counts["confirmed_moves"] > 0
        and counts["tabs_taken_over"] > 0
        and counts["clicks"] > 0
        and not any(counts[name] for name in none)
    )
