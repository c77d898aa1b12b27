"""What eight processes push at the same instant; see ``tests.server.race``."""

from __future__ import annotations

import copy
import json
from typing import Any

from server.devices.intake import receive_push
from server.ledger.models import Record
from server.rehearsal.kiosk import Kiosk
from tests.server.race import PROCESSES, all_at_once
from tests.server.votes import Vote, make_vote


def run() -> dict[str, Any]:
    vote = make_vote(people=2, passes=PROCESSES + 4)
    return {"replay": same_batch(vote), "fork": other_bytes(vote)}


def verdicts(content: bytes) -> list[tuple[str, str, int]]:
    """What a push answers for each record: verdict, reason, place in the log."""
    reply = json.loads(receive_push(content)[0])
    return [(one["verdict"], one["reason"], one["index"]) for one in reply["verdicts"]]


def same_batch(vote: Vote) -> dict[str, Any]:
    kiosk = vote.kiosk()
    for code in vote.stack[:4]:
        kiosk.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
    batch = kiosk.batch()

    def push(number: int) -> str:
        told = verdicts(batch)
        return f"{told[0][0]} at {[index for _verdict, _reason, index in told]}"

    found = all_at_once(push)
    return {"answers": found, "rows": Record.objects.filter(dev=kiosk.dev).count(), "records": len(kiosk.records)}


def other_bytes(vote: Vote) -> dict[str, Any]:
    """One device key, one number of the chain, eight contents: a copied disk."""
    kiosk = vote.kiosk()
    variants = [branch(vote, kiosk, number) for number in range(PROCESSES)]

    def push(number: int) -> str:
        verdict, reason, _index = verdicts(variants[number])[-1]
        return f"{verdict} {reason}".strip()

    rows = Record.objects.filter(dev=kiosk.dev, seq=3)
    found = all_at_once(push)
    return {"answers": found, "rows": rows.count(), "standing": rows.filter(is_fork=False).count()}


def branch(vote: Vote, kiosk: Kiosk, number: int) -> bytes:
    clone = copy.copy(kiosk)
    clone.records = list(kiosk.records)
    clone.cast(vote.box.definition_hash, vote.stack[number], {"q1": ["piste"]})
    return clone.batch()
