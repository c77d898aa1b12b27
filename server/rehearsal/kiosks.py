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

    Kiosks take turns at random; batches have random sizes; every third is sent twice, and of one in five the reply is
    lost, so that the kiosk sends the same records again. ``verdicts`` counts what the server said.
    """

    def __init__(self, visitor: Visitor, kiosks: list[Kiosk], rng: random.Random) -> None:
        self.visitor, self.kiosks, self.rng = visitor, kiosks, rng
        self.verdicts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def run(self) -> None:
        while waiting := [kiosk for kiosk in self.kiosks if kiosk.next_seq <= len(kiosk.records)]:
            kiosk = self.rng.choice(waiting)
            batch = kiosk.batch(count=self.rng.randint(1, 200))
            for _time in range(2 if self.rng.random() < 1 / 3 else 1):
                reply = self._push(kiosk, batch)
            if self.rng.random() < 0.2:
                continue  # the reply was lost on its way; the kiosk knows nothing of it
            kiosk.take_reply(reply)

    def _push(self, kiosk: Kiosk, batch: bytes) -> dict[str, Any]:
        answer = self.visitor.post("/api/v1/push", batch, "application/x-ndjson")
        if answer.status != 200:
            raise SiteFailed(f"a push answered {answer.status}: {answer.text[:300]}")
        reply: dict[str, Any] = json.loads(answer.text)
        for verdict in json.loads(reply["reply"])["verdicts"]:
            self.verdicts[verdict["verdict"]] += 1
            if verdict["verdict"] not in ("accepted", "duplicate"):
                self.reasons[f"{verdict['verdict']}: {verdict['reason']}"] += 1
        return reply
