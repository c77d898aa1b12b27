"""P16: guesses at letter codes through the real doors, while people with right codes vote from the same address.

The native topology (proxy, page workers, PostgreSQL, Redis). Half of the guessers share the hall's address; the others
ask the page workers as the proxy would, each time for another address, so that no wait ever slows them.
"""

from __future__ import annotations

import json
import random
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any

from server.ledger.codes import Code, new_code, parse_code
from server.rehearsal.site import Visitor
from tools.topology import ROOT, Topology, topology

from . import reply_times

FIGURE = (
    "100,000 guesses: 0 found; every right code served within 1 s meanwhile, from the address of the guessers; "
    "wrong, void and handed-in codes are told apart by neither words nor time"
)
GUESSES, GUESSERS, LETTERS, OTHERS = 100_000, 6, 400, 40
SERVED_S, EVERY_S = 1.0, 0.5
PREPARE = "import django; django.setup(); from benchmarks.faults.p16 import prepare; prepare()"


class Attack:
    """What all threads share: how many guesses are left, and what was seen."""

    def __init__(self, made: Topology, place: str, letters: list[str], guesses: int) -> None:
        self.made, self.place, self.letters, self.left = made, place, letters, guesses
        self.tls: ssl.SSLContext = made.tls()
        self.lock = threading.Lock()
        self.answers: Counter[int] = Counter()
        self.found = 0
        self.right: list[tuple[int, float]] = []

    def take(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def guess(self, number: int) -> None:
        rng = random.Random(number)
        visitor = Visitor(self.made.port, tls=self.tls) if number % 2 else Anywhere(self.made, rng)
        entrance = visitor.get(self.place)
        while self.take():
            page = visitor.submit(entrance, {"code": self._like_a_code(rng)}, f"{self.place}enter/")
            with self.lock:
                self.answers[page.status] += 1
                self.found += page.status == 200 or "data-ballot" in page.text
        visitor.close()

    def _like_a_code(self, rng: random.Random) -> str:
        """A code that nobody has: any, or a right one with its last bits changed. Both have right check characters."""
        near = parse_code(rng.choice(self.letters)).raw
        value = rng.randbytes(10) if rng.random() < 0.5 else near[:8] + rng.randbytes(2)
        return new_code().grouped if value == near else Code(value).grouped

    def vote(self) -> None:
        """Someone in the hall, every half second, with the code of a letter."""
        for turn in range(len(self.letters) * 1000):
            if self.left <= 0:
                return
            visitor = Visitor(self.made.port, tls=self.tls)
            entrance = visitor.get(self.place)
            started = time.perf_counter()
            page = visitor.submit(entrance, {"code": self.letters[turn % len(self.letters)]}, f"{self.place}enter/")
            taken = time.perf_counter() - started
            is_served = page.status == 200 and "data-ballot" in page.text
            self.right.append((200 if is_served else page.status, taken))
            visitor.close()
            time.sleep(EVERY_S)


class Anywhere(Visitor):
    """A guesser who has as many addresses as guesses: what the proxy would say of them is said to the page workers."""

    def __init__(self, made: Topology, rng: random.Random) -> None:
        super().__init__(made.page_port)
        self.host, self.origin, self.rng = f"localhost:{made.port}", made.origin, rng

    def _ask(self, method: str, url: str, body: bytes = b"", headers: Any = None) -> Any:
        address = ".".join(str(self.rng.randint(1, 254)) for _part in range(4))
        said = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https", **(headers or {})}
        return super()._ask(method, url, body, said)


def run(seed: int, guesses: int = GUESSES) -> tuple[bool, dict[str, Any]]:
    with topology(log_level="WARNING") as made:
        place, codes = _prepared(made)
        replies = reply_times.compare(lambda: Anywhere(made, random.Random()), place, codes, seed)
        attack = Attack(made, place, codes["unused"], guesses)
        threads = [threading.Thread(target=attack.guess, args=(seed * 100 + n,)) for n in range(GUESSERS)]
        threads.append(threading.Thread(target=attack.vote))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    served = sum(status == 200 for status, _s in attack.right)
    slow = sum(taken > SERVED_S for _status, taken in attack.right)
    counts = {
        "guesses": sum(attack.answers.values()),
        "answers": {str(status): number for status, number in sorted(attack.answers.items())},
        "found": attack.found,
        "right_codes": len(attack.right),
        "right_served": served,
        "right_over_1_s": slow,
        "slowest_right_s": round(max(taken for _status, taken in attack.right), 3),
        "replies": replies,
    }
    is_passed = attack.found == 0 and counts["guesses"] == guesses and served == len(attack.right) and not slow
    return is_passed and reply_times.is_alike(replies), counts


def prepare() -> None:
    """Inside the installation: a vote with codes of every kind; prints its address and the codes."""
    from django.utils import timezone

    from server.processes.models import Component, Space
    from server.voting import actions
    from tests.server.votes import make_vote

    vote = make_vote(people=LETTERS + 3 * OTHERS, passes=OTHERS)
    for kind in (Space, Component):
        kind.objects.update(published_at=timezone.now())
    used, void, in_person = (range(LETTERS + n * OTHERS, LETTERS + (n + 1) * OTHERS) for n in range(3))
    for person in used:
        vote.online(person, "verger")
    for person in void:
        actions.void_letter(box=vote.box, entry=vote.entries[person], reason="lost", by=vote.officer)
    for person in in_person:
        actions.exchange_pass(session=vote.session, code_text=vote.hand_over(person).text, by=vote.officer)
    codes = {
        "unused": vote.letters[:LETTERS],
        "used": [vote.letters[person] for person in used],
        "void": [vote.letters[person] for person in void],
        "handed in": vote.handed,
    }
    grouped = {kind: [code.grouped for code in some] for kind, some in codes.items()}
    print(json.dumps([vote.box.get_absolute_url(), grouped]))


def _prepared(made: Topology) -> tuple[str, dict[str, list[str]]]:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env={**made.environment, "DJANGO_SETTINGS_MODULE": "server.config.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    place, codes = json.loads(done.stdout.splitlines()[-1])
    return place, codes
