"""F3: 1,000 events, each batch sent ten times by eight processes at once, on PostgreSQL (S1, S2, S3)."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
from collections import Counter
from typing import Any

FIGURE = "1,000 events, each batch sent 10 times by 8 processes at once: exactly 1,000 rows, equal acknowledgements"
TIMES = 10
SMALL = {"events": 20, "processes": 3, "batch": 5}


def sender(batches: list[bytes], seed: int, barrier: Any, answers: Any) -> None:
    """One process: every batch ten times, in an order of its own, all starting at the same instant."""
    import django

    django.setup()
    from server.devices.intake import receive_push

    order = batches * TIMES
    random.Random(seed).shuffle(order)
    barrier.wait()
    seen: dict[str, set[tuple[int, str]]] = {}
    verdicts: Counter[str] = Counter()
    for batch in order:
        reply = json.loads(receive_push(batch)[0])
        for verdict in reply["verdicts"]:
            verdicts[verdict["verdict"]] += 1
            seen.setdefault(verdict["id"], set()).add(verdict["index"])
    answers.put((verdicts, {identifier: sorted(places) for identifier, places in seen.items()}))


def run(seed: int, *, events: int = 1_000, processes: int = 8, batch: int = 100) -> tuple[bool, dict[str, Any]]:
    from django.db import connection, connections

    from server.ledger.models import Log, Record
    from tests.server.votes import make_vote

    vote = make_vote(people=2, passes=events, letters=False)
    kiosk = vote.kiosk()
    while len(kiosk.records) < events:
        kiosk.cast(vote.box.definition_hash, vote.stack[len(kiosk.records)], {"q1": ["bancs"]})
    batches = [kiosk.batch(first, batch) for first in range(1, events + 1, batch)]
    before = Record.objects.count()
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    workers = [
        context.Process(target=sender, args=(batches, seed * 100 + number, barrier, answers))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    told = [answers.get(timeout=600) for _worker in workers]
    for worker in workers:
        worker.join(timeout=60)
    rows = Record.objects.filter(dev=kiosk.dev)
    verdicts: Counter[str] = sum((verdict for verdict, _places in told), Counter())
    places = {record.id: [record.index] for record in rows}
    counts = {
        "database": connection.vendor,
        "processes": processes,
        "events": events,
        "pushes": processes * TIMES * len(batches),
        "rows": rows.count(),
        "accepted_rows": rows.filter(verdict="accepted").count(),
        "forks": rows.filter(is_fork=True).count(),
        "log_grew_by": Log.objects.get().size - before,
        "answers": dict(verdicts),
        "processes_with_equal_acknowledgements": sum(seen == places for _verdicts, seen in told),
        "failed_processes": sum(worker.exitcode != 0 for worker in workers),
    }
    is_passed = (
        counts["database"] == "postgresql"
        and counts["rows"] == counts["accepted_rows"] == counts["log_grew_by"] == events
        and counts["processes_with_equal_acknowledgements"] == processes
        and counts["forks"] == counts["failed_processes"] == 0
        and sum(verdicts.values()) == processes * TIMES * events
    )
    return is_passed, counts
