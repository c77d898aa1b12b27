"""F9: releases of kiosk and server in any order (D10, S15, S16, S17).

A later release is this very code with one type of record raised by a test setting. Kiosks hold unsent events and meet a
server one and two releases on; a kiosk of the next release meets this server, which is updated after; both releases of
the server take turns on one database. All golden records are read.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

FIGURE = "500 unsent events: kiosk N at N+1 and N+2, kiosk N+1 at N, then N+1: 500/500 each; all golden events read"
RAISED = "ballot.sealed"


def release(ahead: int, type_: str = RAISED) -> AbstractContextManager[Any]:
    """The server of so many releases on."""
    from django.test import override_settings

    return override_settings(PARVIS_TEST_VERSIONS={type_: 1 + ahead} if ahead else {})


def run(seed: int, *, events: int = 500) -> tuple[bool, dict[str, Any]]:
    from .hall import undone

    rng = random.Random(seed)
    found: dict[str, dict[str, Any]] = {}
    for name, play in PLAYS.items():
        with undone():
            found[name] = play(events, rng)
    with undone():
        golden = read_golden()
    counts = {"events": events, **found, "golden": golden}
    ended = all(one["accepted"] == events and one["counted"] == one["ballots"] for one in found.values())
    waited = found["kiosk N+1, server N then N+1"]
    is_parked = waited["before"] == {"accepted": events - waited["ballots"], "parked": waited["ballots"]}
    is_mixed = found["servers N and N+1 by turns"]["before"].get("parked", 0) > 0
    return ended and is_parked and is_mixed and golden["read"] == golden["events"] > 0, counts


def _kiosk(events: int, versions: Mapping[str, int] | None = None, *, later_from: int = 0) -> tuple[Any, Any]:
    """A vote and a kiosk that holds so many events, none of them sent; it writes these versions from a number on."""
    from tests.server.votes import make_vote

    vote = make_vote(people=2, passes=events, letters=False)
    kiosk = vote.kiosk()
    if versions and not later_from:
        kiosk.versions, kiosk.records = dict(versions), []
        kiosk.start(), kiosk.move("open")
    while len(kiosk.records) < events:
        if versions and len(kiosk.records) == later_from:
            kiosk.versions = dict(versions)
        kiosk.cast(vote.box.definition_hash, vote.stack[len(kiosk.records)], {"q1": ["bancs"]})
    return vote, kiosk


def _told(vote: Any, kiosk: Any) -> dict[str, Any]:
    """How the events ended: in the log, and in what would be counted."""
    from server.ledger.models import Record
    from server.voting.settlement import settle_box

    rows = Record.objects.filter(dev=kiosk.dev)
    ballots = rows.ballots()
    return {
        "rows": rows.count(),
        "accepted": rows.accepted().count(),
        "ballots": ballots.count(),
        "counted": len(settle_box(vote.box).settlement.counted),
        "acknowledged": kiosk.next_seq - 1,
    }


def _verdicts(kiosk: Any) -> dict[str, int]:
    from server.ledger.models import Record

    return dict(sorted(Counter(Record.objects.filter(dev=kiosk.dev).values_list("verdict", flat=True)).items()))


def older_kiosk(events: int, ahead: int) -> dict[str, Any]:
    """What an old release kept is taken by every later one."""
    from tests.server.votes import sync

    vote, kiosk = _kiosk(events)
    with release(ahead):
        sync(kiosk)
        return _told(vote, kiosk)


def newer_kiosk(events: int, type_: str) -> dict[str, Any]:
    """What this server does not know it keeps in its place, and judges once it is updated."""
    from server.devices.newer import judge_newer
    from tests.server.votes import sync

    vote, kiosk = _kiosk(events, {type_: 2})
    sync(kiosk)
    before = _verdicts(kiosk)
    with release(1, type_):
        judged = judge_newer()
        return {"before": before, "judged": judged, **_told(vote, kiosk)}


def both_servers(events: int, rng: random.Random) -> dict[str, Any]:
    """Old and new processes on one database by turns, batch by batch; half-way the kiosk is of the next release."""
    from server.devices.newer import judge_newer
    from tests.server.votes import push

    vote, kiosk = _kiosk(events, {RAISED: 2}, later_from=events // 2)
    batches: list[bytes] = []
    first = 1
    while first <= events:
        size = rng.randint(1, max(1, events // 12))
        batches.append(kiosk.batch(first, size))
        first += size
    for again in rng.sample(batches, len(batches) // 2):
        batches.insert(rng.randint(0, len(batches)), again)
    turns: Counter[str] = Counter()
    for batch in batches:
        ahead = rng.choice((0, 1))
        turns["N+1" if ahead else "N"] += 1
        with release(ahead):
            push(kiosk, batch)
    before = _verdicts(kiosk)
    with release(1):
        judge_newer()
        return {"turns": dict(sorted(turns.items())), "before": before, **_told(vote, kiosk)}


def read_golden() -> dict[str, Any]:
    """Every golden record is read strictly; those of devices are judged, and applied, as on the first day."""
    from django.db import transaction

    from tests.server.golden import bring_golden, golden_files, golden_records

    events = read = 0
    types = set()
    for file in golden_files():
        batch = golden_records(file)
        events += len(batch)
        types |= {(record.header.type, record.header.tv) for record in batch}
        with transaction.atomic():
            told = bring_golden(batch) if file.name.startswith("devices-") else [("accepted", "", True)] * len(batch)
            transaction.set_rollback(True)  # each chain to its own session, and the same session may be another's
        read += sum(one == ("accepted", "", True) for one in told)
    return {"events": events, "read": read, "types_and_versions": len(types)}


PLAYS = {
    "kiosk N, server N+1": lambda events, _rng: older_kiosk(events, 1),
    "kiosk N, server N+2": lambda events, _rng: older_kiosk(events, 2),
    "kiosk N+1, server N then N+1": lambda events, _rng: newer_kiosk(events, RAISED),
    "kiosk N+1 with another opening, server N then N+1": lambda events, _rng: newer_kiosk(events, "meeting.state"),
    "servers N and N+1 by turns": both_servers,
}
