"""F4: the same set of events in 100 random orders, splits and routes (push, file, paper) gives one result (I3, S18).

Fixed: what the kiosks recorded, byte for byte. Moved about: which kiosk comes first and in what pieces, by push or
by file or both; when online ballots and sheets come in between. Each order is played and rolled back.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import partial
from typing import Any

FIGURE = "one event set in 100 random orders, splits and routes: 1 result hash"


def run(seed: int, *, orders: int = 100, people: int = 30) -> tuple[bool, dict[str, Any]]:
    from tests.server.votes import print_sheets

    from .hall import ask_for_sheet, at_kiosk, choose, make_hall, undone

    rng = random.Random(seed)
    hall = make_hall(people)
    sheets = [sheet for _code, sheet in print_sheets(hall, people)]
    online, paper = [], []
    for person in range(people):
        way = person % 6
        if way in (0, 2, 4):
            online.append((person, choose(rng)))
        if way in (1, 2, 3, 4, 5):
            code = hall.hand_over(person)
        if way in (1, 2, 3, 5):
            for kiosk in rng.sample(hall.kiosks, 2 if way in (2, 3) else 1):
                at_kiosk(hall, kiosk, code, choose(rng))
        if way in (4, 5):
            ask_for_sheet(hall, code)
            paper.append((sheets[person], choose(rng)))
    for kiosk in hall.kiosks:
        kiosk.move("closed")
    hashes, counted, superseded, routes = set(), set(), set(), {"push": 0, "file": 0, "web": 0, "paper": 0}
    for _order in range(orders):
        with undone():
            text, settled = _play(hall, online, paper, rng, routes)
            hashes.add(hashlib.sha256(text.encode()).hexdigest())
            counted.add(len(settled.settlement.counted))
            superseded.add(len(settled.ballots) - len(settled.settlement.counted))
    counts = {
        "orders": orders,
        "hashes": len(hashes),
        "hash": min(hashes),
        "people": people,
        "counted": sorted(counted),
        "superseded": sorted(superseded),
        "deliveries": routes,
    }
    return len(hashes) == 1 and counted == {people}, counts


def _play(hall, online: list, paper: list, rng: random.Random, routes: dict[str, int]):
    """One order: every person's own deeds keep theirs, everything else is shuffled together."""
    from server.devices.importing import import_export
    from server.devices.intake import receive_push
    from tests.server.votes import on_paper

    from .hall import result_of

    deeds: list[Callable[[], object]] = [lambda p=p, c=c: hall.online(p, *c) for p, c in online]
    routes["web"] += len(online)
    deeds += [lambda s=s, c=c: on_paper(hall, s, c) for s, c in paper]
    routes["paper"] += len(paper)
    for kiosk in hall.kiosks:
        way = rng.choice(("push", "file", "both"))
        if way in ("push", "both"):
            first = 1
            while first <= len(kiosk.records):
                size = rng.randint(1, 9)
                # Pieces may come in any order, and any of them twice.
                times = rng.choice((1, 1, 2))
                deeds += [partial(receive_push, kiosk.batch(first, size))] * times
                routes["push"] += times
                first += size
        if way in ("file", "both"):
            deeds.append(lambda k=kiosk: import_export(k.export()))
            routes["file"] += 1
    rng.shuffle(deeds)
    for deed in deeds:
        deed()
    return result_of(hall)
