"""The kiosk door of a rehearsal: several devices, shuffled batches, repeats and lost replies."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import Any

from server.ledger.codes import Code

from .kiosk import Kiosk
from .site import SiteFailed, Visitor

NDJSON = "application/x-ndjson"
BATCHES = 4  # so many at least, where there are enough records: a few batches have no order to speak of


def enrol(visitor: Visitor, code: Code) -> Kiosk:
    """Enrol one device over HTTP and give it its pack."""
    kiosk = Kiosk()
    answer = visitor.post("/api/v1/devices/enrol", json.dumps(kiosk.enrolment(code)).encode())
    if answer.status != 200:
        raise SiteFailed(f"enrolment answered {answer.status}: {answer.text[:300]}")
    fetch_pack(visitor, kiosk)
    kiosk.start()
    return kiosk


def fetch_pack(visitor: Visitor, kiosk: Kiosk) -> None:
    path = f"/api/v1/devices/{kiosk.dev}/pack"
    answer = visitor.get(path, {"Authorization": kiosk.authorization(path, int(time.time()))})
    if answer.status != 200:
        raise SiteFailed(f"the pack answered {answer.status}: {answer.text[:300]}")
    kiosk.take_pack(json.loads(answer.text))


class Delivery:
    """Push what several kiosks hold until the server has acknowledged all of it.

    In each round everything that a kiosk has not seen acknowledged is cut into batches of random sizes, and the batches
    of all kiosks are sent in a shuffled order: those of one kiosk too, so that the server must park what comes early.
    One in three is sent twice. Of one in five the reply is lost: the connection is dropped before it is read, so the
    kiosk learns nothing and sends the same again in the next round. ``told`` counts the verdicts of the replies that
    were read: those of the moment. What became of each record in the end, the log says.
    """

    def __init__(self, visitor: Visitor, kiosks: list[Kiosk], rng: random.Random) -> None:
        self.visitor, self.kiosks, self.rng = visitor, kiosks, rng
        self.told: Counter[str] = Counter()
        self.batches: Counter[str] = Counter()

    def run(self) -> None:
        while waiting := [kiosk for kiosk in self.kiosks if kiosk.next_seq <= len(kiosk.records)]:
            batches = [(kiosk, first, count) for kiosk in waiting for first, count in self._cut(kiosk)]
            self.rng.shuffle(batches)
            for kiosk, first, count in batches:
                self._deliver(kiosk, kiosk.batch(first, count))

    def _cut(self, kiosk: Kiosk) -> list[tuple[int, int]]:
        """``(first, count)`` of batches that together hold everything not acknowledged."""
        pieces, first = [], kiosk.next_seq
        most = min(200, max(1, (len(kiosk.records) - first + 1) // BATCHES))
        while first <= len(kiosk.records):
            pieces.append((first, self.rng.randint(1, most)))
            first += pieces[-1][1]
        return pieces

    def _deliver(self, kiosk: Kiosk, batch: bytes) -> None:
        times = 2 if self.rng.random() < 1 / 3 else 1
        self.batches["sent"] += times
        self.batches["sent twice"] += times == 2
        for _time in range(times):
            if self.rng.random() < 0.2:
                self.batches["replies lost"] += 1
                self.visitor.post_and_hang_up("/api/v1/push", batch, NDJSON)
            else:
                kiosk.take_reply(self._push(batch))

    def _push(self, batch: bytes) -> dict[str, Any]:
        answer = self.visitor.post("/api/v1/push", batch, NDJSON)
        if answer.status != 200:
            raise SiteFailed(f"a push answered {answer.status}: {answer.text[:300]}")
        reply: dict[str, Any] = json.loads(answer.text)
        verdicts = json.loads(reply["reply"])["verdicts"]
        self.told.update(one["verdict"] for one in verdicts)
        self.batches["out of order"] += any(one["verdict"] == "parked" for one in verdicts)
        return reply


def not_accepted(kiosks: list[Kiosk]) -> Counter[str]:
    """What the log says in the end of the records that these devices hold: whatever is not simply accepted, by reason.

    Asked of the log, not of the replies: a record that waited for its predecessor was ``parked`` when it was answered.
    """
    from server.ledger.models import Record

    rows = Record.objects.filter(dev__in=[kiosk.dev for kiosk in kiosks]).values_list("pk", "verdict", "reason")
    found = {identifier: (verdict, reason) for identifier, verdict, reason in rows}
    held = [record.id for kiosk in kiosks for record in kiosk.records]
    wrong = Counter("lost" for identifier in held if identifier not in found)
    wrong.update("unknown" for identifier in found.keys() - set(held))
    wrong.update(f"{verdict}: {reason}" for verdict, reason in found.values() if verdict != "accepted")
    return wrong
