"""A queue of 200 people at one desk: ``python -m benchmarks.desk [--people 200] [--roll 10000]``.

A fresh installation (SQLite), a roll of so many names, a stack of passes. Through Django's own client, as a volunteer
works: type the first letters of the name, press "mark and hand over"; every twentieth comes back and gives the pass
back, every fifth wants a sheet for it. Prints what a person waits for the server, and how often the volunteer presses.
The queue of an hour leaves 18 s for each: what the server does not take is left to people.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from typing import Any

HOUR_S = 3600
GIVES_BACK_EVERY, WANTS_SHEET_EVERY = 20, 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--roll", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parvis-desk-") as folder:
        os.environ |= {"PARVIS_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "DEBUG": "1"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
        import django

        django.setup()
        tell(*serve_queue(chosen.people, chosen.roll), chosen.people)
    return 0


class Desk:
    """One volunteer at one tablet. ``pressed``: buttons, for all people together."""

    def __init__(self, vote: Any) -> None:
        from django.test import Client

        self.client, self.pressed, self.tokens = Client(), 0, 0
        self.client.force_login(vote.officer)
        self.place = f"/desk/{vote.session.ref}/"

    def press(self, deed: str, **facts: str) -> None:
        """Send a form of the desk's page, with its token, and come back to the page."""
        self.pressed, self.tokens = self.pressed + 1, self.tokens + 1
        answer = self.client.post(f"{self.place}{deed}/", {"token": f"{self.tokens:016x}", **facts}, follow=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{deed}: {answer.status_code}")


def serve_queue(people: int, roll: int) -> tuple[list[float], int]:
    """Seconds that each person waited for the server, and how often the volunteer pressed a button."""
    from django.core.management import call_command

    from server.voting.models import Pass, PresenceMark
    from tests.server.votes import make_vote

    call_command("migrate", verbosity=0)
    vote = make_vote(people=roll, passes=people, letters=False)
    vote.officer.is_superuser = vote.officer.is_staff = True
    vote.officer.save()
    desk, waited, sheets = Desk(vote), [], 0
    for place, entry in enumerate(random.Random(1).sample(vote.entries, people), start=1):
        code = vote.stack.pop().grouped
        started = time.perf_counter()
        desk.press("search", q=entry.family_name)
        desk.press(f"mark/{entry.pk}")
        if place % GIVES_BACK_EVERY == 0:
            desk.press(f"back/{PresenceMark.objects.get(entry=entry).pk}", code=code, reason="leaves")
        elif place % WANTS_SHEET_EVERY == 0:
            desk.press("exchange", code=code)
            sheets += 1
        waited.append(time.perf_counter() - started)
    # What was waited for must have happened.
    taken = Pass.objects.filter(is_exchanged=True).count()
    done = (PresenceMark.objects.count(), Pass.objects.filter(is_void=True).count(), taken)
    if done != (people, people // GIVES_BACK_EVERY, sheets):
        raise RuntimeError(f"marked, given back, exchanged: {done}")
    return waited, desk.pressed


def tell(waited: list[float], pressed: int, people: int) -> None:
    ranked, total = sorted(waited), sum(waited)
    median_ms, most_ms = statistics.median(waited) * 1000, ranked[int(len(ranked) * 0.95)] * 1000
    print(f"{people} people: {total:.1f} s of the server, {pressed} times pressed ({pressed / people:.1f} a person)")
    print(f"a person waits {median_ms:.0f} ms, 95 % {most_ms:.0f} ms, for all that is pressed")
    print(f"an hour leaves {(HOUR_S - total) / people:.1f} s to each person and the volunteer")


if __name__ == "__main__":
    sys.exit(main())
