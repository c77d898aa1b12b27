"""What a device is told, under the installation's signature, and what its push told us (``docs/protocol.md`` §7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from server.ledger import actions as ledger
from server.ledger import kept, keys, messages, statements
from server.ledger.installation import installation
from server.ledger.models import Chain

from .models import Device


def note_seen(device: Device, seen: Mapping[str, Any] | None) -> None:
    """Keep a state that a device saw, that we signed, and that our list does not contain (X18, S9).

    Either a backup was restored, or two lists were shown. What we did not sign says nothing of us.
    """
    if seen is None or device.foreign_state:
        return
    if kept.contains(epoch=seen["epoch"], size=seen["size"], root=seen["root"]):
        return
    house = installation()
    if statements.is_signed_by({**seen, "origin": house.origin, "log_id": house.log_id}, house.public_key):
        Device.objects.filter(pk=device.pk).update(foreign_state=dict(seen))


def signed_reply(device: Device, chain: Chain, stored: list[ledger.Stored]) -> tuple[str, str]:
    """The only answer that a device takes for success (§7)."""
    house = installation()
    checkpoint = ledger.sign_checkpoint(max_age_s=10)
    reply = {
        "log_id": house.log_id,
        "log_epoch": checkpoint.log_epoch,
        "dev": chain.dev,
        "epoch": chain.epoch,
        "next": chain.next_seq,
        "head": chain.head,
        "verdicts": [_verdict(answer) for answer in stored],
        "checkpoint": ledger.checkpoint_document(checkpoint),
        "pack_version": device.pack_version,
        "session_state": device.session.state,
        "retry_after_s": 0,
    }
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    return text, keys.b64u(house.sign(messages.reply_message(text.encode())))


def _verdict(answer: ledger.Stored) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "id": answer.id,
        "seq": answer.seq,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "index": answer.index,
    }
    return facts | ({"first": answer.first} if answer.verdict == "duplicate" else {})
