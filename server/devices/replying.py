"""What a device is told, under the installation's signature, and what its push told us (``docs/protocol.md`` §7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from server.ledger import actions as ledger
from server.ledger import kept, keys, messages, statements
from server.ledger.installation import installation
from server.ledger.models import Chain, Checkpoint
from server.meetings.models import Session
from server.voting.models import Box
from server.witnesses.models import Statement

from .authentic import Head
from .models import Device


def note_contact(device: Device, head: Head) -> None:
    """Remember when it spoke, what it still holds, and how it is. A file says nothing of how the device is."""
    told = {"condition": dict(head.status)} if head.status else {}
    Device.objects.filter(pk=device.pk).update(
        last_contact_at=timezone.now(), unsent=head.unsent, version=head.version[:64], **told
    )


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
        **_standing(device, chain, checkpoint),
    }
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    return text, keys.b64u(house.sign(messages.reply_message(text.encode())))


def _standing(device: Device, chain: Chain, checkpoint: Checkpoint) -> dict[str, Any]:
    """What a device must know before it may let go of anything: only what is known here and now.

    ``backed_up`` and ``recovery`` are the protocol's, too; nothing here can tell them yet, so they are not said.
    """
    facts: dict[str, Any] = {"device": device.status}
    if size := Statement.objects.largest_size(checkpoint.log_epoch):
        facts["cosigned"] = size
    if head := _certified_head(device.session, chain):
        facts["certified"] = {device.session.ref: head}
    return facts


def _certified_head(session: Session, chain: Chain) -> str:
    """The head of this chain in the closing record of its session, once every vote of the session is certified."""
    if session.state != Session.State.RECONCILED:
        return ""
    states = set(session.boxes.values_list("state", flat=True))
    fixed = session.closing_heads.get(chain.dev, []) if states == {Box.State.CERTIFIED} else []
    return next((str(one["head"]) for one in fixed if one["epoch"] == chain.epoch), "")


def _verdict(answer: ledger.Stored) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "id": answer.id,
        "seq": answer.seq,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "index": answer.index,
    }
    return facts | ({"first": answer.first} if answer.verdict == "duplicate" else {})
