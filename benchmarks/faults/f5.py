"""F5: every person tries online, at kiosks and on paper, with offline overlaps, in any order of sync (P1–P5, P14).

What must come out is known by the ids of the ballots, without asking the settlement: the sheet of each person counts,
every ballot of a kiosk gives way to a sheet, every ballot online to a vote in person, and nothing else is listed.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

FIGURE = "500 persons, each trying online, kiosk and paper: counted = 500, conflicts complete, no false entry"
PEOPLE, ORDERS = 500, 100


def run(seed: int, people: int = PEOPLE, orders: int = ORDERS) -> tuple[bool, dict[str, Any]]:
    from tests.server.votes import print_sheets

    from .hall import at_kiosk, choose, make_hall, result_of, undone

    rng = random.Random(seed)
    hall = make_hall(people)
    sheets = [sheet for _code, sheet in print_sheets(hall, people)]
    cast = Counter()
    plans, at_kiosks = [], set()
    for person in range(people):
        # Everyone voted at home, then came: one or two kiosks with the same pass, then the pass for a sheet.
        code = hall.hand_over(person)
        at = rng.sample(hall.kiosks, rng.choice((1, 1, 2)))
        for kiosk in at:
            at_kiosks.add(at_kiosk(hall, kiosk, code, choose(rng)).id)
        cast["kiosk"] += len(at)
        times = rng.choice((1, 1, 2))
        cast["web"] += times
        cast["paper"] += 1
        plans.append((person, code, times))
    for kiosk in hall.kiosks:
        kiosk.move("closed")
    wrong, results, seen = Counter(), set(), {"counted": set(), "listed": set()}
    for _order in range(orders):
        with undone():
            online, on_sheets = _play(hall, plans, sheets, rng)
            text, settled = result_of(hall)
            results.add(text)
            found = settled.settlement
            seen["counted"].add(len(found.counted))
            seen["listed"].add(len(found.superseded))
            wrong += _differences(found, at_kiosks, online, on_sheets)
            wrong["orders"] += len(on_sheets) != people or len(online) != cast["web"]
    counts = {
        "persons": people,
        "ballots": dict(cast),
        "orders": orders,
        # One number where every order gave the same.
        "counted": seen["counted"].pop() if len(seen["counted"]) == 1 else sorted(seen["counted"]),
        "conflicts_listed": seen["listed"].pop() if len(seen["listed"]) == 1 else sorted(seen["listed"]),
        "conflicts_expected": cast["kiosk"] + cast["web"],
        "ids_missing_from_the_list": wrong["missing"],
        "ids_listed_falsely": wrong["false"],
        "ids_counted_wrongly": wrong["counted"],
        "orders_cast_wrongly": wrong["orders"],
        "results": len(results),
    }
    return not wrong.total() and len(results) == 1, counts


def _differences(found, at_kiosks: set[str], online: set[str], on_sheets: set[str]) -> Counter[str]:
    """How many ids stand where they must not, or are missing. A conflict is an id with the doors on both sides."""
    expected = {(one, "kiosk", "paper") for one in at_kiosks} | {(one, "web", "desk") for one in online}
    rows = [(one.id.hex(), one.door, one.by_door) for one in found.superseded]
    rows += [(one.id.hex(), one.door, one.rule) for one in found.removed]
    return Counter(
        missing=len(expected - set(rows)),
        false=len(set(rows) - expected) + len(rows) - len(set(rows)) + len(found.provisional) + len(found.undecided),
        counted=len({one.hex() for one in found.counted} ^ on_sheets),
    )


def _play(hall, plans: list, sheets: list, rng: random.Random) -> tuple[set[str], set[str]]:
    """One order of arrival; returns the ids of the ballots cast online and on sheets."""
    from tests.server.votes import on_paper, sync

    from .hall import ask_for_sheet

    choices = ["bancs", "verger"]
    deeds: list = []
    online: set[str] = set()
    on_sheets: set[str] = set()
    for person, code, times in plans:
        deeds += [lambda p=person, t=t: online.add(hall.online(p, choices[t]).id) for t in range(times)]
        deeds.append(lambda c=code: ask_for_sheet(hall, c))
        deeds.append(lambda s=sheets[person], n=person: on_sheets.add(on_paper(hall, s, [choices[n % 2]]).id))
    for kiosk in hall.kiosks:
        kiosk.next_seq = 1
        deeds.append(lambda k=kiosk: sync(k))
    rng.shuffle(deeds)
    for deed in deeds:
        deed()
    return online, on_sheets
