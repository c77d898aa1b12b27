"""P16: guesses at letter codes, while people with right codes come from the same address through the real doors.

The native topology (proxy, page workers, PostgreSQL, Redis). Some of the guesses go through the proxy from the hall's
address, all the time; the others, half of them from the hall's address and half each from another, are asked of the
same application in processes of their own, without network, proxy and page (``guessers``): a hundred thousand are then
a matter of minutes. That they came to the same judge is read in the database, which counted them with all others.
Right codes come through the proxy alone.
"""

from __future__ import annotations

import json
import random
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from typing import IO, Any

from server.rehearsal.site import Visitor
from tools.topology import ROOT, Topology, topology

from . import reply_times
from .guessers import INSIDE_ANYWHERE, WRONG, Order, any_address, is_found, like_a_code

FIGURE = (
    "100,000 guesses: 0 found; every right code served within 1 s meanwhile, from the address of the guessers; "
    "wrong, void and handed-in codes are told apart by neither words nor time"
)
GUESSES, PROXIED, LETTERS, OTHERS = 100_000, 2_000, 400, 40
SMALL = {"guesses": 200, "proxied": 40, "rounds": 4}
PROCESSES, THREADS = 2, 2
PROXY = "through the proxy, from the hall, as pages"
SERVED_S, EVERY_S, STEP_S = 1.0, 0.5, 0.02
INSTALLATION = "import django; django.setup(); from benchmarks.faults import p16; p16.{}()"


class Attack:
    """What all threads share: which guesses went which way, what was answered, and how right codes fared."""

    def __init__(self, made: Topology, order: Order, proxied: int) -> None:
        self.made, self.order, self.proxied = made, order, proxied
        self.tls: ssl.SSLContext = made.tls()
        self.lock = threading.Lock()
        self.ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.found = self.sent = 0
        self.are_guessers_done, self.is_over = threading.Event(), threading.Event()
        self.right: list[tuple[int, float]] = []

    def note(self, way: str, answers: dict[str, int], found: int) -> None:
        with self.lock:
            self.ways[way].update(answers)
            self.found += found

    def listen(self, told: IO[str]) -> None:
        """To what one process of guessers says, until it ends."""
        for line in told:
            self.note(**json.loads(line))

    def guess(self, number: int) -> None:
        """From a seat in the hall, through the proxy."""
        rng, place = random.Random(number), self.order["place"]
        visitor = Visitor(self.made.port, tls=self.tls)
        entrance = visitor.get(place)
        while self._take():
            page = visitor.submit(entrance, {"code": like_a_code(self.order["letters"], rng)}, f"{place}enter/")
            self.note(PROXY, {str(page.status): 1}, is_found(page.status, page.text))
        visitor.close()

    def _take(self) -> bool:
        """Wait until those in process have come as far as those here, so that both last as long; False at the end."""
        while True:
            with self.lock:
                inside = sum(answers.total() for way, answers in self.ways.items() if way != PROXY)
                is_due = self.are_guessers_done.is_set() or self.sent * self.order["guesses"] <= inside * self.proxied
                if self.sent >= self.proxied or is_due:
                    self.sent += 1
                    return self.sent <= self.proxied
            time.sleep(STEP_S)

    def vote(self) -> None:
        """Someone in the hall, every half second, with the code of a letter."""
        letters, place = self.order["letters"], self.order["place"]
        while not self.is_over.is_set():
            visitor = Visitor(self.made.port, tls=self.tls)
            entrance = visitor.get(place)
            code = letters[len(self.right) % len(letters)]
            started = time.perf_counter()
            page = visitor.submit(entrance, {"code": code}, f"{place}enter/")
            taken = time.perf_counter() - started
            is_served = page.status == 200 and "data-ballot" in page.text
            self.right.append((200 if is_served else page.status, taken))
            visitor.close()
            self.is_over.wait(EVERY_S)

    def go(self) -> int:
        """All of it, to the end. Returns how many processes of guessers broke off."""
        voter = threading.Thread(target=self.vote)
        voter.start()
        processes = [self._start(number) for number in range(PROCESSES)]
        ears = [threading.Thread(target=self.listen, args=(process.stdout,)) for process in processes]
        hall = [threading.Thread(target=self.guess, args=(self.order["seed"] * 100 + n,)) for n in range(THREADS)]
        for thread in ears + hall:
            thread.start()
        for thread in ears:
            thread.join()
        self.are_guessers_done.set()
        for thread in hall:
            thread.join()
        self.is_over.set()
        voter.join()
        return sum(process.wait() != 0 for process in processes)

    def _start(self, number: int) -> subprocess.Popen[str]:
        share = len(range(number, self.order["guesses"], PROCESSES))
        order = {**self.order, "guesses": share, "seed": self.order["seed"] * 1000 + number}
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.guessers"],
            cwd=ROOT,
            env={**self.made.environment, "DJANGO_SETTINGS_MODULE": "server.config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.close()
        return process


class Anywhere(Visitor):
    """A guesser who has as many addresses as guesses: what the proxy would say of them is said to the page workers."""

    def __init__(self, made: Topology, rng: random.Random) -> None:
        super().__init__(made.page_port)
        self.host, self.origin, self.rng = f"localhost:{made.port}", made.origin, rng

    def _ask(self, method: str, url: str, body: bytes = b"", headers: Any = None) -> Any:
        said = {"X-Forwarded-For": any_address(self.rng), "X-Forwarded-Proto": "https", **(headers or {})}
        return super()._ask(method, url, body, said)


def run(
    seed: int, guesses: int = GUESSES, proxied: int = PROXIED, rounds: int = reply_times.ROUNDS
) -> tuple[bool, dict[str, Any]]:
    with topology(log_level="WARNING") as made:
        return run_on(made, seed, guesses, proxied, rounds)


def run_on(made: Topology, seed: int, guesses: int, proxied: int, rounds: int) -> tuple[bool, dict[str, Any]]:
    """On an installation that runs already."""
    place, codes = _in_the_installation(made, "prepare")
    replies = reply_times.compare(lambda: Anywhere(made, random.Random()), place, codes, seed, rounds)
    order: Order = {
        "port": made.port,
        "place": place,
        "letters": codes["unused"],
        "guesses": guesses - proxied,
        "hall": _hall(made),
        "seed": seed,
    }
    attack, started = Attack(made, order, proxied), time.monotonic()
    broken = attack.go()
    minutes = (time.monotonic() - started) / 60
    counted = _in_the_installation(made, "counted")
    counts = _counts(attack, counted, replies) | {"processes_broken_off": broken, "minutes": round(minutes, 1)}
    return is_passed(counts, guesses), counts


def _counts(attack: Attack, counted: dict[str, int], replies: dict[str, Any]) -> dict[str, Any]:
    answers: Counter[str] = sum(attack.ways.values(), Counter())
    return {
        "guesses": answers.total(),
        "by_way": {way: dict(sorted(given.items())) for way, given in sorted(attack.ways.items())},
        "answers": dict(sorted(answers.items())),
        "from_the_hall": sum(given.total() for way, given in attack.ways.items() if way != INSIDE_ANYWHERE),
        # By roll: also the wrong codes of ``replies``, which came before.
        "counted_in_the_database": counted,
        "wrong_codes_before": replies["wrong_codes"],
        "found": attack.found,
        "right_codes": len(attack.right),
        "right_served": sum(status == 200 for status, _s in attack.right),
        "right_over_1_s": sum(taken > SERVED_S for _status, taken in attack.right),
        "slowest_right_s": round(max((taken for _status, taken in attack.right), default=0), 3),
        "replies": replies,
    }


def is_passed(counts: dict[str, Any], guesses: int) -> bool:
    """Also that each guess was judged, and that the database counted it: of a guess that met another error, or another
    installation, nothing would follow."""
    were_judged = set(counts["answers"]) <= {str(status) for status in WRONG} and counts["guesses"] == guesses
    counted = counts["counted_in_the_database"]
    were_counted = (
        counted["roll"] >= counts["guesses"] + counts["wrong_codes_before"]
        and counted["hall"] >= counts["from_the_hall"]
        and not counts["processes_broken_off"]
    )
    were_served = counts["right_codes"] == counts["right_served"] > 0 and not counts["right_over_1_s"]
    return (
        counts["found"] == 0
        and were_judged
        and were_counted
        and were_served
        and reply_times.is_alike(counts["replies"])
    )


def _hall(made: Topology) -> str:
    """The one address that the proxy sees of everyone in the hall."""
    visitor = Visitor(made.port, tls=made.tls())
    visitor.connection.connect()
    address: str = visitor.connection.sock.getsockname()[0]
    visitor.close()
    return address


def prepare() -> None:
    """Inside the installation: a vote with codes of every kind; prints its address and the codes."""
    from django.utils import timezone

    from server.processes.models import Component, Space
    from server.voting import actions
    from tests.server.votes import make_vote

    vote = make_vote(people=LETTERS + 3 * OTHERS, passes=OTHERS, officer="p16@example.org", slug="p16")
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


def counted() -> None:
    """Inside the installation: how many wrong codes the database counted. No row says of whom; the roll has the most,
    after it the one address from which many came."""
    from server.voting.models import WrongCodes

    counts = [*WrongCodes.objects.order_by("-count").values_list("count", flat=True)[:2], 0, 0]
    print(json.dumps({"roll": counts[0], "hall": counts[1]}))


def _in_the_installation(made: Topology, what: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", INSTALLATION.format(what)],
        cwd=ROOT,
        env={**made.environment, "DJANGO_SETTINGS_MODULE": "server.config.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
