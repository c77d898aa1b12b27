"""F5: every person tries online, at kiosks and on paper, with offline overlaps, in any order of sync (P1–P5, P14)."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

FIGURE = "500 persons, each trying online, kiosk and paper: counted = 500, conflicts complete, no false entry"
PEOPLE, ORDERS = 500, 100


def run(seed: int, people: int = PEOPLE, orders: int = ORDERS) -> tuple[bool, dict[str, Any]]:
    from tests.server.votes import print_sheets

    from .hall import at_kiosk, choose, make_hall, undone

    rng = random.Random(seed)
    hall = make_hall(people)
    sheets = [sheet for _code, sheet in print_sheets(hall, people)]
    cast = Counter()
    plans = []
    for person in range(people):
        # Everyone voted at home, then came: one or two kiosks with the same pass, then the pass for a sheet.
        code = hall.hand_over(person)
        at = rng.sample(hall.kiosks, rng.choice((1, 1, 2)))
        for kiosk in at:
            at_kiosk(hall, kiosk, code, choose(rng))
        cast["kiosk"] += len(at)
        times = rng.choice((1, 1, 2))
        cast["web"] += times
        cast["paper"] += 1
        plans.append((person, code, times))
    for kiosk in hall.kiosks:
        kiosk.move("closed")
    expected = {"counted": people, "kiosk": cast["kiosk"], "web": cast["web"]}
    wrong, results, seen = 0, set(), {"counted": set(), "listed": set()}
    for _order in range(orders):
        with undone():
            found, text = _play(hall, plans, sheets, rng)
            results.add(text)
            seen["counted"].add(found["counted"])
            seen["listed"].add(found["kiosk"] + found["web"])
            wrong += found != expected
    counts = {
        "persons": people,
        "ballots": dict(cast),
        "orders": orders,
        # One number where every order gave the same.
        "counted": seen["counted"].pop() if len(seen["counted"]) == 1 else sorted(seen["counted"]),
        "conflicts_listed": seen["listed"].pop() if len(seen["listed"]) == 1 else sorted(seen["listed"]),
        "conflicts_expected": cast["kiosk"] + cast["web"],
        "orders_with_another_list": wrong,
        "results": len(results),
    }
    return wrong == 0 and len(results) == 1, counts


def _play(hall, plans: list, sheets: list, rng: random.Random) -> tuple[dict[str, int], str]:
    """One order of arrival; returns what was counted and which doors lost, and the result as text."""
    from tests.server.votes import on_paper, sync

    from .hall import ask_for_sheet, result_of

    choices = ["bancs", "verger"]
    deeds: list = []
    for person, code, times in plans:
        deeds += [lambda p=person, t=t: hall.online(p, choices[t]) for t in range(times)]
        deeds.append(lambda c=code: ask_for_sheet(hall, c))
        deeds.append(lambda s=sheets[person], n=person: on_paper(hall, s, [choices[n % 2]]))
    for kiosk in hall.kiosks:
        kiosk.next_seq = 1
        deeds.append(lambda k=kiosk: sync(k))
    rng.shuffle(deeds)
    for deed in deeds:
        deed()
    text, settled = result_of(hall)
    counted = settled.settlement.counted
    lost = Counter(ballot.door for ballot in settled.ballots if ballot.id not in counted)
    return {"counted": len(counted), "kiosk": lost["kiosk"], "web": lost["web"]}, text
