"""F1: server and worker killed at every failpoint and at any moment, started again, and asked by everyone (S7, S8).

On PostgreSQL, with daphne and a worker in processes of their own. In each schedule kiosks push in pieces and twice, a
file is brought to the office, somebody votes at home; one process dies, at a failpoint
(``server/ledger/failpoints.py``) or at a random moment; it is started again, and whoever has no answer asks once more.
"""

from __future__ import annotations

import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIGURE = "200 schedules, each failpoint at least 10 times: 0 lost, 0 doubled, ready again ≤ 10 s, no lock left"
READY_S = 10
FIRES_WITHIN_S = 120
ANY = "any moment"
SMALL = {"at": ("push.committed", "apply.applied"), "times": 0}


@dataclass
class Seen:
    """What was seen, over all schedules."""

    killed: Counter[str] = field(default_factory=Counter)
    processes: Counter[str] = field(default_factory=Counter)
    not_fired: list[str] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)
    confirmed: int = 0
    lost: int = 0
    doubled: int = 0
    between: int = 0
    locks_left: int = 0
    odd: list[str] = field(default_factory=list)


def run(seed: int, *, at: Sequence[str] = (), schedules: int = 200, times: int = 10) -> tuple[bool, dict[str, Any]]:
    """``at``: where to kill, one after the other, instead of so many times everywhere."""
    from django.conf import settings

    from .house import House, failpoints_of_the_code
    from .town import Town

    rng = random.Random(seed)
    settings.SECRET_KEY = secrets.token_hex(32)  # the log-in of the office is made here
    names = failpoints_of_the_code()
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="parvis-f1-") as folder, House(Path(folder), settings.SECRET_KEY) as house:
        settings.PARVIS_ORIGIN = house.environment["PARVIS_ORIGIN"]  # what is signed here and there is of one house
        town = Town(house.port, rng)
        order = list(at) or plan(names, schedules, times, rng)
        for number, name in enumerate(order):
            play(house, town, name, number, rng, seen)
        counts = counts_of(seen, town, house, names)
    return is_passed(counts, len(order), times), counts


def plan(names: list[str], schedules: int, times: int, rng: random.Random) -> list[str]:
    """Each failpoint so many times, the rest at any moment."""
    order = [name for name in names for _time in range(times)]
    order += [ANY] * (schedules - len(order))
    rng.shuffle(order)
    return order


def play(house: Any, town: Any, name: str, number: int, rng: random.Random, seen: Seen) -> None:
    """One schedule."""
    # People take part where what kills lies on their way, else now and then: their pages cost a new process much.
    are_out = number == 0 or name.startswith(("import", "append")) or rng.random() < 0.3
    traffic = town.traffic(are_people_out=are_out, is_long=name.startswith("import"))
    died, victim = _kill(house, traffic, name, number, rng)
    if not victim:
        seen.not_fired.append(name)
        return
    since = town.moment()
    house.start(victim)
    house.wait_until_up()
    traffic.finish_devices()
    town.wait_until_applied()
    seen.ready_s.append(round(time.monotonic() - died, 2))
    traffic.finish_people()
    town.wait_until_applied()
    seen.killed[name] += 1
    seen.processes[victim] += 1
    seen.odd += traffic.odd
    found = town.look(traffic, since)
    for what, count in found.items():
        setattr(seen, what, getattr(seen, what) + count)


def _kill(house: Any, traffic: Any, name: str, number: int, rng: random.Random) -> tuple[float, str]:
    """When which process died, with everyone at work; an empty name where the failpoint was not passed in time."""
    if name != ANY:
        house.arm(name, rng.randint(1, 3), f"{number}")
    traffic.begin()
    if name == ANY:
        time.sleep(rng.uniform(0, 0.6))
        house.kill(rng.choice(["server", "server", "worker"]))
    victim = house.wait_for_a_death(FIRES_WITHIN_S)
    died = time.monotonic()
    house.disarm()
    traffic.end()
    return died, victim


def counts_of(seen: Seen, town: Any, house: Any, names: list[str]) -> dict[str, Any]:
    return {
        "database": town.database,
        "schedules": sum(seen.killed.values()),
        "failpoints": len(names),
        "killed_at": dict(sorted(seen.killed.items())),
        "fewest_kills_at_a_failpoint": min(seen.killed[name] for name in names),
        "killed_processes": dict(seen.processes),
        "not_fired": seen.not_fired,
        "never_visited": sorted(set(names) - house.visited()),
        "confirmed": seen.confirmed,
        "lost": seen.lost,
        "doubled": seen.doubled,
        "between_two_states": seen.between,
        "ready_s": {"median": sorted(seen.ready_s)[len(seen.ready_s) // 2], "max": max(seen.ready_s)},
        "locks_left": seen.locks_left,
        "odd": seen.odd[:5],
        "stumbles": house.stumbles(),
        **town.account(house),
    }


def is_passed(counts: dict[str, Any], schedules: int, times: int) -> bool:
    none = ("lost", "doubled", "between_two_states", "locks_left", "not_fired", "never_visited", "odd", "tasks_left")
    rights = counts["rights_used"]
    return (
        counts["database"] == "postgresql"
        and counts["schedules"] == schedules
        and counts["fewest_kills_at_a_failpoint"] >= times
        and counts["confirmed"] > 0
        and counts["ready_s"]["max"] <= READY_S
        and not any(counts[name] for name in none)
        and rights["least"] <= counts["counted"] == rights["in_the_log"] <= rights["most"]
        and counts["tree_is_whole"]
        and counts["is_rebuilt_alike"]
    )
