"""What eight processes push at the same instant; see ``tests.server.race``."""

from __future__ import annotations

import copy
import json
import secrets
from typing import Any

from django.db.models import Count

from server.devices.actions import revoke_device
from server.devices.intake import receive_push
from server.devices.models import Device
from server.devices.trust import state_of_now
from server.ledger.models import Chain, Record
from server.rehearsal.kiosk import Kiosk
from tests.server.race import PROCESSES, all_at_once
from tests.server.votes import Vote, make_vote


def run() -> dict[str, Any]:
    vote = make_vote(people=2, passes=PROCESSES + 4)
    return {"replay": same_batch(vote), "fork": other_bytes(vote), "revoked": revoked_meanwhile(vote)}


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


def revoked_meanwhile(vote: Vote) -> dict[str, Any]:
    """Seven push for one device, four of them in chains that nobody here has seen, and the eighth revokes it."""
    kiosk = vote.kiosk()
    receive_push(kiosk.batch())
    before = state_of_now()
    chains = [kiosk, *(another_chain(vote, kiosk) for _number in range(4))]
    for number, one in enumerate(chains):
        for code in vote.stack[number : number + 3]:
            one.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
    batches = [kiosk.batch(3, 1), kiosk.batch(4, 1), kiosk.batch(5, 1), *(one.batch(1) for one in chains[1:])]

    def deed(number: int) -> str:
        if number < len(batches):
            return "pushed" if verdicts(batches[number]) else ""
        return revoke_device(device=Device.objects.get(dev=kiosk.dev), by=vote.officer, trusted=before).status

    answers = all_at_once(deed)
    beyond = Record.objects.filter(dev=kiosk.dev, index__gte=before.size)
    states = Chain.objects.filter(dev=kiosk.dev).exclude(epoch=kiosk.epoch).values_list("session_state", flat=True)
    counts = dict(beyond.order_by().values_list("reason").annotate(count=Count("pk")))
    return {"answers": answers, "reasons": counts, "states": sorted(set(states))}


def another_chain(vote: Vote, kiosk: Kiosk) -> Kiosk:
    clone = copy.copy(kiosk)
    clone.epoch, clone.records, clone.next_seq = secrets.token_hex(8), [], 1
    clone.start()
    clone.move("open")
    return clone


def branch(vote: Vote, kiosk: Kiosk, number: int) -> bytes:
    clone = copy.copy(kiosk)
    clone.records = list(kiosk.records)
    clone.cast(vote.box.definition_hash, vote.stack[number], {"q1": ["piste"]})
    return clone.batch()
