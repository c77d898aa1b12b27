"""P16: does the answer to a code tell by its words, its length or its time what kind of code it was?

Codes that open nothing are of four kinds: nobody's, mistyped, made void, and handed in at the desk for paper. Codes
that open a ballot are of two: not yet used, and used. Within each of the two groups nothing may be told apart.
"""

from __future__ import annotations

import itertools
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from server.ledger.codes import new_code

if TYPE_CHECKING:
    from server.rehearsal.site import Visitor

ROUNDS = 250  # of each kind; all wrong ones together stay below what a roll allows before waits begin
# Two samples of n of one distribution differ by more than this, times √(2/n), in one pair of a thousand
# (Kolmogorov-Smirnov).
MOST_DISTANCE = 1.95
REFUSED, SERVED = ("nobody's", "mistyped", "void", "handed in"), ("unused", "used")
# What stands in a page for one browser and one code: token of the form, code in the field, right, nonce.
OWN = re.compile(r'value="[^"]*"|nonce="[^"]*"')


def compare(
    visitor: Callable[[], Visitor], place: str, codes: dict[str, list[str]], seed: int, rounds: int = ROUNDS
) -> dict[str, Any]:
    """Ask with codes of all kinds, shuffled; times in milliseconds, distances between distributions from 0 to 1."""
    rng = random.Random(seed)
    times, texts = defaultdict(list), defaultdict(set)
    for _round in range(rounds):
        for kind in rng.sample(REFUSED + SERVED, len(REFUSED + SERVED)):
            code = _a_code(kind, codes, rng)
            who = visitor()  # a browser of its own each time: nobody's wrong codes slow anybody
            entrance = who.get(place)
            started = time.perf_counter()
            page = who.submit(entrance, {"code": code}, f"{place}enter/")
            times[kind].append((time.perf_counter() - started) * 1000)
            who.close()
            texts[kind].add((page.status, OWN.sub("", page.text)))
    pairs = [*itertools.combinations(REFUSED, 2), SERVED]
    return {
        "median_ms": {kind: round(statistics.median(taken), 2) for kind, taken in times.items()},
        "texts_refused": len(set.union(*(texts[kind] for kind in REFUSED))),
        "texts_served": len(set.union(*(texts[kind] for kind in SERVED))),
        "greatest_distance": round(max(distance(times[one], times[other]) for one, other in pairs), 3),
        "distance_of_chance": round(MOST_DISTANCE * (2 / rounds) ** 0.5, 3),
        "wrong_codes": sum(len(times[kind]) for kind in REFUSED),
    }


def is_alike(found: dict[str, Any]) -> bool:
    is_one_text = found["texts_refused"] == found["texts_served"] == 1
    return is_one_text and found["greatest_distance"] <= found["distance_of_chance"]


def distance(ours: list[float], theirs: list[float]) -> float:
    """Kolmogorov-Smirnov: how much better than by chance the best threshold tells two samples apart, from 0 to 1."""
    marks = sorted({*ours, *theirs})
    return max(abs(_share(ours, mark) - _share(theirs, mark)) for mark in marks)


def _share(sample: list[float], mark: float) -> float:
    return sum(value <= mark for value in sample) / len(sample)


def _a_code(kind: str, codes: dict[str, list[str]], rng: random.Random) -> str:
    if kind == "nobody's":
        return new_code().grouped
    if kind == "mistyped":
        right = rng.choice(codes["unused"])
        return right[:-1] + rng.choice([sign for sign in "0123456789" if sign != right[-1]])
    return rng.choice(codes[kind])
