"""What is measured on one database: push and floor by turns, applying what was stored, and a fleet at once.

A process of its own (``python -m benchmarks.sync.database``, in the environment of the installation), because it
prepares the installation by actions; its server is another one. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from http.client import HTTPException
from pathlib import Path
from typing import Any

from server.rehearsal.kiosk import Kiosk
from server.rehearsal.kiosks import NDJSON
from server.rehearsal.site import Page, Site, free_port

from .mix import batches_of, lines_of, make_kiosks

PUSH, FLOOR = "/api/v1/push", "/floor"


def measure(folder: Path, *, records: int, devices: int, per_device: int, batch: int) -> dict[str, Any]:
    """Prepare an installation in this process, start its server, and measure. Leaves ``lines.ndjson``, for the peer.

    records: of the one kiosk that sends by turns; devices, per_device: of the fleet; batch: records in a push.
    """
    from django.core.management import call_command
    from django.db import connection

    from .floor import make_table

    call_command("migrate", verbosity=0)
    make_table()
    first, *fleet = make_kiosks([records] + [per_device] * devices)
    connection.close()
    (folder / "lines.ndjson").write_bytes(b"".join(map(lines_of, batches_of(first, batch))))
    with Site(free_port(), folder) as site:
        found = by_turns(site, first, batch)
        found["applied_per_s"] = apply_all()
        found["fleet"] = at_once(site, fleet, batch)
    found["unacknowledged"] = sum(len(kiosk.records) + 1 - kiosk.next_seq for kiosk in (first, *fleet))
    return found


def by_turns(site: Site, kiosk: Kiosk, batch: int) -> dict[str, Any]:
    """The same lines to floor and product, one after the other over one connection; neither is always the first."""
    visitor, pushes = site.visitor(), batches_of(kiosk, batch)
    wall, work = {PUSH: 0.0, FLOOR: 0.0}, {PUSH: 0.0, FLOOR: 0.0}
    for number, push in enumerate(pushes):
        turns = [(FLOOR, lines_of(push)), (PUSH, push)]
        for address, content in turns if number % 2 else turns[::-1]:
            begun, worked = time.perf_counter(), work_of(site)
            answer = visitor.post(address, content, NDJSON)
            wall[address] += time.perf_counter() - begun
            work[address] += work_of(site) - worked
            _take(kiosk, answer) if address == PUSH else _require(answer)
    sent = len(kiosk.records)
    return {
        "records_per_s": round(sent / wall[PUSH]),
        "floor_per_s": round(sent / wall[FLOOR]),
        "ratio": round(wall[FLOOR] / wall[PUSH], 3),
        "ratio_of_work": round(work[FLOOR] / work[PUSH], 3) if work[PUSH] else None,
    }


def work_of(site: Site) -> float:
    """Seconds of the processor that the server has used, all its threads together; in steps of 10 ms."""
    assert site.process is not None
    fields = Path(f"/proc/{site.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _require(answer: Page) -> None:
    if answer.status != 200:
        raise RuntimeError(f"{answer.url} answered {answer.status}: {answer.text[:300]}")


def _take(kiosk: Kiosk, answer: Page) -> None:
    """What the server did not sign, or did not take as it was meant, is no record stored."""
    _require(answer)
    verdicts = kiosk.take_reply(json.loads(answer.text))["verdicts"]
    odd = {(one["verdict"], one["reason"]) for one in verdicts} - {("accepted", "")}
    if odd:
        raise RuntimeError(f"not simply accepted: {odd}")


def apply_all() -> int:
    """Records applied in a second, by this process, while the server has nothing to do."""
    from server.ledger.applying import apply_pending

    begun = time.perf_counter()
    return round(apply_pending() / (time.perf_counter() - begun))


def at_once(site: Site, fleet: list[Kiosk], batch: int) -> dict[str, Any]:
    """Every device sends all it has, over a connection of its own, from the same moment on.

    Seconds are those from the first byte of a push to a reply that the device believes, or to what kept it from one.
    """
    seconds: list[float] = []
    troubles: list[str] = []
    start = threading.Barrier(len(fleet))

    def send(kiosk: Kiosk) -> None:
        visitor, pushes = site.visitor(), batches_of(kiosk, batch)
        start.wait()
        for push in pushes:
            begun = time.perf_counter()
            try:
                _take(kiosk, visitor.post(PUSH, push, NDJSON))
            except (OSError, HTTPException, RuntimeError, ValueError) as trouble:
                troubles.append(repr(trouble))
                visitor.close()
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=send, args=[kiosk]) for kiosk in fleet]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ranked = sorted(seconds)
    return {
        "p95_s": round(ranked[int(len(ranked) * 0.95)], 3),
        "slowest_s": round(ranked[-1], 3),
        "errors": len(troubles),
        "first_error": troubles[0] if troubles else "",
    }


if __name__ == "__main__":
    import django

    django.setup()
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    for name in ("records", "devices", "per-device", "batch"):
        parser.add_argument(f"--{name}", type=int)
    print(json.dumps(measure(**vars(parser.parse_args()))))
