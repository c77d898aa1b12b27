"""A box of 100,000 ballots from reconciliation to the published folder, and a stranger's check of it.

A fresh installation in a folder of its own. A child process fills the box through the actions' own writers (the ballots
are sealed to its key, a tenth of the people vote twice); another takes it from closed to certified and is measured;
``verify.py`` is then run as a stranger runs it. See ``benchmarks.box``.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BATCH = 2000
AGAIN_EVERY = 10  # one person in so many votes twice


def measure(ballots: int, folder: Path) -> dict[str, Any]:
    """Return ``certify_s`` (reconcile, open, count, certify, publish), ``peak_mb`` of that process, ``verify_s``."""
    environment = {**os.environ, "PARVIS_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "server.config.settings"}

    def child(*words: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.big_box", *words],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    child("fill", str(ballots))
    found = child("certify")
    published = Path(found.pop("folder"))
    started = time.perf_counter()
    # Without the environment of the server: a stranger has none.
    checked = subprocess.run([sys.executable, "-I", str(published / "verify.py")], cwd=published, capture_output=True)
    found["verify_s"] = round(time.perf_counter() - started, 1)
    if checked.returncode or found["counted"] != ballots:
        raise RuntimeError(f"{found['counted']} ballots of {ballots}: {checked.stderr.decode()[-500:]}")
    return found


def fill(ballots: int) -> dict[str, Any]:
    """An open vote, everyone's ballot in the log, closed."""
    from django.core.management import call_command

    from server.meetings.actions import close_session, reconcile_session
    from server.voting import actions as voting
    from tests.server.votes import make_vote

    call_command("migrate", verbosity=0)
    vote = make_vote(people=ballots, passes=0, letters=False)
    rng = random.Random(1)
    people = list(range(ballots)) + list(range(0, ballots, AGAIN_EVERY))
    for start in range(0, len(people), BATCH):
        _cast_online(vote, people[start : start + BATCH], rng)
    close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    reconcile_session(session=vote.session, by=vote.officer)
    return {}


def _cast_online(vote: Any, people: list[int], rng: random.Random) -> None:
    """One batch of ballots of accounts, as ``cast_ballot`` writes them one by one."""
    from server.ledger.actions import append_many
    from server.voting.boxkeys import pseudonym_key, pseudonym_under
    from server.voting.definitions import Definition
    from server.voting.intake_rules import claim_sealing_keys
    from server.voting.sealing import seal
    from tests.server.votes import PROJECTS

    definition, key = Definition.of(vote.box), pseudonym_key(vote.box)
    codes = [choice["id"] for choice in definition.contests[0]["choices"]]
    assert len(codes) == len(PROJECTS)
    facts = {"box_key": definition.box_key, "definition": definition.hash_bytes, "length": definition.sealed_length}
    deeds = []
    for person in people:
        chosen = [code for code in codes if rng.random() < 0.4][:3] or codes[:1]
        subject = pseudonym_under(key, vote.entries[person].number)
        deeds.append(("ballot.sealed", subject, seal({"q1": chosen}, **facts)))
    rows = append_many(deeds, definition=definition.hash, space=vote.box.space.slug)
    claim_sealing_keys(
        [(definition.hash, body, row.id) for (_type, _subject, body), row in zip(deeds, rows, strict=True)]
    )


def certify() -> dict[str, Any]:
    from server.accounts.models import User
    from server.opendata.actions import published_folder
    from server.voting import actions as voting
    from server.voting.models import Box

    box, officer = Box.objects.get(), User.objects.get()
    seconds = {}
    for name, step in (("reconcile", voting.reconcile_box), ("open", voting.open_box), ("certify", voting.certify_box)):
        started = time.perf_counter()
        box = step(box=box, by=officer)
        seconds[name] = round(time.perf_counter() - started, 1)
    return {
        "certify_s": round(sum(seconds.values()), 1),
        "steps_s": seconds,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "counted": box.settlement["counted"],
        "superseded": box.settlement["superseded"],
        "folder": str(published_folder(box)),
    }


if __name__ == "__main__":
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # as a town runs it: otherwise Django keeps the text of its last 9,000 statements
    deed, *rest = sys.argv[1:]
    print(json.dumps(fill(int(rest[0])) if deed == "fill" else certify()))
