"""What happens in a town while its server is killed: kiosks push, somebody votes at home, a file is brought.

Everyone notes what was confirmed to them, and by what; nobody believes anything else.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException
from types import SimpleNamespace
from typing import Any

from server.rehearsal.kiosk import Kiosk
from server.rehearsal.site import SiteFailed, Visitor
from server.rehearsal.web import cast
from tests.server.votes import PROJECTS, Vote

PATIENCE_S = 180
# The file is read in the background; whoever waits for longer brings it again.
READ_WITHIN_S = 10
IS_READ = '<dl class="sum">'
TOKEN = "f" * 32
NO_ANSWER = (OSError, HTTPException, SiteFailed)


class Device:
    """A kiosk that goes on recording and pushes in pieces, some of them twice."""

    def __init__(self, vote: Vote, port: int, rng: random.Random) -> None:
        self.kiosk, self.vote, self.rng = vote.kiosk(), vote, rng
        self.port = port
        self.confirmed: dict[str, int] = {}  # the place in the log that was said of each record
        self.contradictions = 0

    def record(self, ballots: int) -> None:
        for _number in range(ballots):
            code = self.rng.choice(self.vote.stack)
            self.kiosk.cast(self.vote.box.definition_hash, code, {"q1": [self.rng.choice(PROJECTS)[0]]})
        if self.rng.random() < 0.5:
            self.kiosk.move("paused")
            self.kiosk.move("open")

    def step(self) -> None:
        self.record(self.rng.randint(1, 3))
        self.push(self.rng.randint(1, 12))

    def push(self, size: int = 200) -> None:
        """Raises one of NO_ANSWER where no signed answer came."""
        first = max(1, self.kiosk.next_seq - self.rng.choice((0, 0, 2)))
        with closing(Visitor(self.port)) as line:
            answer = line.post("/api/v1/push", self.kiosk.batch(first, size), "application/x-ndjson")
        if answer.status != 200:
            raise SiteFailed(f"push: {answer.status} {answer.text[:300]}")
        for verdict in self.kiosk.take_reply(json.loads(answer.text))["verdicts"]:
            if verdict["verdict"] in ("accepted", "duplicate"):
                said = self.confirmed.setdefault(verdict["id"], verdict["index"])
                self.contradictions += said != verdict["index"]

    def finish(self) -> None:
        while self.kiosk.next_seq <= len(self.kiosk.records):
            self.push()


class Bringer:
    """Somebody of the office who brings the export file of a kiosk that has no network."""

    def __init__(self, vote: Vote, port: int, session_cookie: str, kiosk: Kiosk) -> None:
        self.vote, self.port, self.kiosk = vote, port, kiosk
        self.cookies = {"sessionid": session_cookie, "csrftoken": TOKEN}
        self.is_confirmed = False

    def step(self) -> None:
        content = self.kiosk.export()
        head = f'--{TOKEN}\r\nContent-Disposition: form-data; name="file"; filename="parvis.ndjson"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{TOKEN}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={TOKEN}", "X-CSRFToken": TOKEN}
        with closing(Visitor(self.port)) as browser:
            browser.cookies = self.cookies
            page = browser._ask("POST", f"/office/sessions/{self.vote.session.ref}/devices/import/", body, headers)
            until = time.monotonic() + READ_WITHIN_S
            while page.status == 200 and IS_READ not in page.text and time.monotonic() < until:
                time.sleep(0.1)
                page = browser.get(page.url)
        if page.status != 200 or IS_READ not in page.text:
            raise SiteFailed(f"import: {page.status} {page.text[:300]}")
        self.is_confirmed = True


class Voter:
    """People at home, one after the other, each with the code of a letter; some vote more than once."""

    def __init__(self, vote: Vote, port: int, rng: random.Random) -> None:
        self.vote, self.port, self.rng = vote, port, rng
        self.town: Any = SimpleNamespace(space=vote.box.space, box=vote.box, letters=vote.letters)
        self.receipts: dict[str, int] = {}  # whose it is
        self.tried: set[int] = set()

    def step(self) -> None:
        place = self.rng.randrange(len(self.vote.letters))
        self.tried.add(place)
        choice = (self.rng.choice(PROJECTS)[0],)
        with closing(Visitor(self.port)) as visitor:
            self.receipts[cast(visitor, self.town, place, choice, by_account=False)] = place


class Traffic:
    """All of them, each in a thread of its own, until the first of them meets a server that is gone, or until told."""

    def __init__(self, devices: list[Device], bringer: Bringer | None = None, voter: Voter | None = None) -> None:
        self.devices, self.bringer, self.voter = devices, bringer, voter
        self.is_over = threading.Event()
        self.people = [one for one in (bringer, voter) if one]
        steps = [one.step for one in (*devices, *self.people)]
        self.threads = [threading.Thread(target=self._go_on, args=(step,), daemon=True) for step in steps]
        self.odd: list[str] = []

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def _go_on(self, step: Callable[[], None]) -> None:
        while not self.is_over.is_set():
            try:
                step()
            except NO_ANSWER:
                self.is_over.wait(0.02)
            except Exception as error:
                self.odd.append(repr(error))
                return

    def end(self) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def finish_devices(self) -> None:
        """Every device sends until all of it is confirmed."""
        for device in self.devices:
            until_answered(device.finish)

    def finish_people(self) -> None:
        for one in self.people:
            until_answered(one.step)


def until_answered(deed: Callable[[], None]) -> None:
    """Raises the last of NO_ANSWER when none came for long."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return deed()
        except NO_ANSWER:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
