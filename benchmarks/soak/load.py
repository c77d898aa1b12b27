"""The mixed load of a soak: readers, voters, kiosks, open pages, staff, and people who are up to something.

Runs in the environment of the installation (``python -m benchmarks.soak.load``): prepares a vote by actions, then all
goes through the proxy, in two halves with silence after each, so that what is left open can be compared. Prints a line
of JSON: answers by kind, their seconds, what was not expected, and whether the vote that was held meanwhile adds up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import ssl
import sys
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import django

from server.rehearsal.site import Page, Visitor

PEOPLE = 3000
KIOSKS = 3
OPEN_PAGES = 30
SILENCE_S = 25
CHOICES = ("lavoir", "bancs", "verger", "kiosque")


class Load:
    """Shared by all threads: until when, what was seen."""

    def __init__(self, chosen: argparse.Namespace, vote: Any, cookie: str) -> None:
        self.chosen, self.vote, self.cookie = chosen, vote, cookie
        self.tls = ssl.create_default_context(cafile=chosen.ca)
        self.until = 0.0
        self.lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.troubles: list[str] = []
        self.online: set[int] = set()
        self.in_hall = 0
        self.bells = 0

    def visitor(self, *, is_staff: bool = False) -> Any:
        visitor = Visitor(self.chosen.port, tls=self.tls)
        if is_staff:
            visitor.cookies["sessionid"] = self.cookie
        return visitor

    def timed(self, kind: str, deed: Callable[[], Any], expected: tuple[int, ...] = (200,)) -> Any:
        """Do it once, note how long it took and whether the answer was one that we expect."""
        started = time.monotonic()
        answer = deed()
        with self.lock:
            self.seconds[kind].append(time.monotonic() - started)
            status = answer.status if isinstance(answer, Page) else 200
            self.answers[f"{kind} {status}"] += 1
            if status not in expected:
                self.troubles.append(f"{kind}: {status}")
        return answer

    def keep(self, role: Callable[[Load, random.Random], None], number: int) -> None:
        """One thread: do the role again and again until the time is over. What breaks is a finding, not the end."""
        rng = random.Random(number)
        while time.monotonic() < self.until:
            try:
                role(self, rng)
            except Exception:
                self.note(role.__name__)
                time.sleep(1)

    def note(self, name: str) -> None:
        with self.lock:
            self.troubles.append(f"{name}: {traceback.format_exc()[-1500:]}")

    def run(self, seconds: float) -> None:
        """All roles at once for so long, and to their ends."""
        self.until = time.monotonic() + seconds
        places = [(role, number) for role, many in ROLES.items() for number in range(many)]
        threads = [threading.Thread(target=self.keep, args=place) for place in places]
        threads.append(threading.Thread(target=lambda: asyncio.run(keep_pages_open(self))))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def read(load: Load, rng: random.Random) -> None:
    """A resident looks around with one browser."""
    visitor, space = load.visitor(), load.vote.box.space
    pages = [
        "/",
        "/about/",
        f"/spaces/{space.slug}/",
        load.vote.box.get_absolute_url(),
        "/receipt/",
        "/accounts/login/",
    ]
    for _page in range(10):
        load.timed("read", lambda: visitor.get(rng.choice(pages)))
        time.sleep(rng.uniform(0.05, 0.3))
    visitor.close()


def vote_at_home(load: Load, rng: random.Random) -> None:
    """With a letter's code; one in five votes again."""
    from server.rehearsal.web import cast

    with load.lock:
        person = len(load.online) if len(load.online) < PEOPLE // 2 else rng.randrange(PEOPLE // 2)
        load.online.add(person)
    place = SimpleNamespace(space=load.vote.box.space, box=load.vote.box, letters=load.vote.letters)
    for _time in range(2 if rng.random() < 0.2 else 1):
        visitor = load.visitor()
        choices = tuple(rng.sample(CHOICES, 2))
        load.timed("vote at home", lambda: cast(visitor, place, person, choices, by_account=False))  # noqa: B023
        visitor.close()
    time.sleep(rng.uniform(0.2, 1))


def vote_in_hall(load: Load, rng: random.Random) -> None:
    """Ten people at one kiosk, then it sends: in batches, twice, with replies lost."""
    from server.rehearsal.kiosks import Delivery

    with load.lock:
        kiosk = load.vote.kiosks.pop() if load.vote.kiosks else None
        start = load.in_hall
        people = range(start, min(start + 10, PEOPLE // 2))
        load.in_hall = people.stop
    if kiosk is None:
        return time.sleep(1)
    for person in people:
        code = load.vote.hand_over(PEOPLE // 2 + person)
        kiosk.cast(load.vote.box.definition_hash, code, {"q1": rng.sample(CHOICES, 2)})
    visitor = load.visitor()
    load.timed("kiosk sends", lambda: Delivery(visitor, [kiosk], rng).run())
    visitor.close()
    with load.lock:
        load.vote.kiosks.insert(0, kiosk)
    return time.sleep(rng.uniform(1, 3))


async def keep_page_open(load: Load, rng: random.Random) -> None:
    """A page of staff with its doorbell, for a while; then another one."""
    from websockets.asyncio.client import connect

    port, space = load.chosen.port, load.vote.box.space.pk
    address, headers = f"wss://localhost:{port}/ws/spaces/{space}/", {"Cookie": f"sessionid={load.cookie}"}
    facts = {"origin": f"https://localhost:{port}", "additional_headers": headers, "open_timeout": 60}
    async with connect(address, ssl=load.tls, **facts) as socket:
        until = min(load.until, time.monotonic() + rng.uniform(5, 60))
        while (left := until - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(socket.recv(), timeout=left)
            except TimeoutError:
                return
            load.bells += 1


async def keep_pages_open(load: Load) -> None:
    async def one(number: int) -> None:
        rng = random.Random(number)
        while time.monotonic() < load.until:
            try:
                await keep_page_open(load, rng)
            except Exception:
                load.note("keep_page_open")
                await asyncio.sleep(1)

    await asyncio.gather(*(one(number) for number in range(OPEN_PAGES)))


def work_in_office(load: Load, rng: random.Random) -> None:
    """Staff look at lists and have something printed, which is the worker's."""
    from server.paper.actions import make_print_run

    visitor, slug = load.visitor(is_staff=True), load.vote.box.space.slug
    for address in ("/office/", f"/office/{slug}/", f"/spaces/{slug}/"):
        load.timed("office", lambda: visitor.get(address), expected=(200, 404))  # noqa: B023
        time.sleep(rng.uniform(0.2, 0.8))
    visitor.close()
    vote = load.vote
    load.timed(
        "print",
        lambda: make_print_run(box=vote.box, session=vote.session, quantity=5, is_test=True, by=vote.officer),
    )
    time.sleep(rng.uniform(4, 8))


def make_trouble(load: Load, rng: random.Random) -> None:
    """What is not there, what is no batch, a form without its token, a log-in that is wrong."""
    visitor = load.visitor()
    word = f"{rng.getrandbits(64):x}"
    load.timed("trouble", lambda: visitor.get(f"/{word}/?code={word}"), expected=(404,))
    load.timed("trouble", lambda: visitor.post("/api/v1/push", word.encode() * 100), expected=(400, 403, 413))
    form = "application/x-www-form-urlencoded"
    load.timed("trouble", lambda: visitor.post("/display/", b"theme=dark", form), expected=(403,))
    load.timed("trouble", lambda: visitor.get("/metrics"), expected=(404,))
    visitor.close()
    time.sleep(rng.uniform(0.5, 2))


ROLES = {read: 3, vote_at_home: 2, vote_in_hall: 2, work_in_office: 1, make_trouble: 1}


def prepare() -> Any:
    from django.utils import timezone

    from server.accounts.models import User
    from server.processes.models import Component, Space
    from tests.server.votes import make_vote

    vote = make_vote(people=PEOPLE, passes=PEOPLE // 2 + 10, officer="officer@example.org")
    User.objects.update(is_superuser=True, is_staff=True)
    for kind in (Space, Component):
        kind.objects.update(published_at=timezone.now())
    vote.officer.refresh_from_db()
    for _number in range(KIOSKS):
        vote.kiosk()
    return vote


def close(load: Load) -> dict[str, Any]:
    """The kiosks send what they hold; hands count; the box is opened; everyone who voted counts once."""
    from server.opendata.actions import published_folder
    from server.rehearsal.closing import verify

    vote = load.vote
    vote.close_kiosks()
    box = vote.refresh().finish(passes_unused=len(vote.stack), passes_spoiled=0, passes_returned=0)
    contest = json.loads((published_folder(box) / "result.json").read_bytes())["contests"][0]
    expected = len(load.online) + load.in_hall
    return {"ballots": contest["ballots"], "expected": expected, "verified": verify(published_folder(box))[0]}


def figures(load: Load) -> dict[str, Any]:
    def told(values: list[float]) -> dict[str, float]:
        ranked = sorted(values)
        at = {name: round(ranked[int(len(ranked) * share)], 3) for name, share in (("median_s", 0.5), ("p95_s", 0.95))}
        return {"count": len(ranked), **at}

    return {
        "answers": dict(sorted(load.answers.items())),
        "seconds": {kind: told(values) for kind, values in sorted(load.seconds.items())},
        "bells": load.bells,
        "troubles": load.troubles[:20],
        "trouble_count": len(load.troubles),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    django.setup()
    from tests.house.short_vote import session_of

    vote = prepare()
    load = Load(chosen, vote, session_of(vote.officer))
    print("begin", flush=True)
    for _half in range(2):
        load.run(chosen.seconds / 2)
        print("quiet", flush=True)
        time.sleep(SILENCE_S)
    print(json.dumps({**figures(load), "vote": close(load)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
