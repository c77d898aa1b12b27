"""The public log at a city's size: what one more record costs, alone and in a push, and one proof.

A fresh installation in a folder of its own (SQLite). The log is filled up to each size, written in bulk: records with
what lies beside them, nodes, and a signed checkpoint, as so many would have left them. Then records are appended one by
one through the action that every door uses, a device pushes some batches, and proofs are computed for records drawn by
a seed. See ``benchmarks.box`` and ``benchmarks.sync``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000, 1_000_000)
ROUNDS, ROUNDS_TO_A_PUSH, BATCH, AT_ONCE = 300, 30, 200, 50_000


def measure(sizes: Sequence[int], folder: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Medians: ``append_us`` by size; ``push_us`` by size, a record's share of a push; ``proof_ms`` at the largest."""
    own = {"PARVIS_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "server.config.settings"}
    command = [sys.executable, "-m", "benchmarks.log", *map(str, [rounds, *sizes])]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def run(rounds: int, *sizes: int) -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    from tests.server.votes import make_vote

    settings.DEBUG = False  # which would keep the text of every query
    call_command("migrate", verbosity=0)
    kiosk = make_vote(people=1, passes=1, letters=False).kiosk()
    found: dict[str, Any] = {"append_us": {}, "push_us": {}}
    for size in sizes:
        grow(size)
        found["append_us"][str(size)] = round(_median(_append(number) for number in range(rounds)) * 1e6)
        pushes = range(-(-rounds // ROUNDS_TO_A_PUSH))
        found["push_us"][str(size)] = round(_median(_push(kiosk) for _time in pushes) * 1e6 / BATCH)
    found["proof_ms"] = round(_median(_prove(random.Random(1), rounds)) * 1e3, 3)
    return found


def grow(size: int) -> None:
    """Make the log have so many records, signed as it stands."""
    from server.ledger import nodes, rows
    from server.ledger.actions import sign_checkpoint
    from server.ledger.arrival import Row
    from server.ledger.models import Log, Payload, Record
    from server.ledger.records import BESIDE
    from server.ledger.tree import Frontier, leaf_hash

    while (log := Log.objects.get()).size < size:
        frontier = Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks])
        records, beside, leaves = [], [], []
        for index in range(log.size, min(size, log.size + AT_ONCE)):
            record = _filler(index)
            records.append(record)
            beside.append((record.index, "", b"", bytes(600), b""))
            leaves.append(leaf_hash(record.header.encode()))
        rows.insert(Record, Row._fields, records)
        rows.insert(Payload, ("record", *BESIDE), beside)
        nodes.store(frontier.extend(leaves))
        log.size, log.peaks = frontier.size, [peak.hex() for peak in frontier.peaks]
        log.save()
        sign_checkpoint()


def _filler(index: int) -> Any:
    """A row as long as that of a ballot. What is quarantined need not fit what lies beside it."""
    from server.ledger.arrival import Row

    header = json.dumps({"filler": index, "room": " " * 560})
    identifier, quarantined = hashlib.sha256(header.encode()).hexdigest(), "quarantined"
    facts = ("benchmark.record", "", "", "f" * 64, "f" * 16, index)
    return Row(identifier, index, header, *facts, False, quarantined, quarantined, "", True)


def _push(kiosk: Any) -> float:
    """A device brings as many records as one push takes."""
    from server.devices.intake import receive_push

    while len(kiosk.records) < kiosk.next_seq + BATCH - 1:
        kiosk.move("open")
    batch = kiosk.batch()
    started = time.perf_counter()
    reply, signature, _space_id = receive_push(batch)
    taken = time.perf_counter() - started
    kiosk.take_reply({"reply": reply, "sig": signature})
    return taken


def _append(number: int) -> float:
    from server.ledger.actions import append

    started = time.perf_counter()
    append(type="benchmark.record", space="benchmark", body=json.dumps({"number": number}).encode())
    return time.perf_counter() - started


def _prove(rng: random.Random, times: int) -> Any:
    from server.ledger import tree
    from server.ledger.models import Log
    from server.ledger.nodes import fetch, from_stored

    size = Log.objects.get().size
    root = from_stored(lambda node: tree.range_root(0, size, node))
    for _time in range(times):
        index = rng.randrange(size)
        started = time.perf_counter()
        path = from_stored(lambda node: tree.inclusion_path(index, size, node))  # noqa: B023
        yield time.perf_counter() - started
        leaf = fetch({(0, index)})[0, index]
        if tree.root_from_path(index, size, leaf, path) != root:
            raise RuntimeError(f"the path of {index} leads to another root")


def _median(seconds: Any) -> float:
    return statistics.median(list(seconds))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(run(*map(int, sys.argv[1:]))))
