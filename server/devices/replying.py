"""What a device is told, under the installation's signature, and what its push told us (``docs/protocol.md`` §7)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.utils import timezone

from server.attachments.becoming import told_to
from server.ledger import actions as ledger
from server.ledger import kept, keys, messages, recovery, rows, statements
from server.ledger.arrival import ACCEPTED
from server.ledger.asked import Asked
from server.ledger.backups import backed_up
from server.ledger.installation import installation
from server.ledger.models import Chain, Checkpoint, Log
from server.meetings.models import Session
from server.voting.models import Box
from server.witnesses.models import Statement, Witness

from .authentic import Head
from .models import Device
from .pace import pause_s


def _elsewhere(log_epoch: int) -> QuerySet[Log, Any]:
    """How many witnesses there are, and the largest size of the list of this time that one has co-signed."""
    active = Witness.objects.active().order_by().values("ended_at").annotate(count=Count("pk")).values("count")
    largest = Statement.objects.filter(log_epoch=log_epoch).order_by("-size").values("size")[:1]
    return Log.objects.filter(pk=1).values_list(Subquery(active), Subquery(largest))


ELSEWHERE = Asked(_elsewhere, int)


def note_contact(device: Device, head: Head) -> bool:
    """Remember when it spoke, what it still holds, and how it is. A file says nothing of how the device is.

    Says whether it still stands as it was read: False where it was revoked meanwhile, by whoever held the log before.
    """
    told = {"condition": dict(head.status)} if head.status else {}
    told |= {"seen": {name: head.seen[name] for name in ("epoch", "size")}} if head.seen else {}
    facts = {"last_contact_at": timezone.now(), "unsent": head.unsent, "version": head.version[:64], **told}
    is_alike = bool(rows.update(Device, {"id": device.pk, "status": device.status}, facts))
    if not is_alike:
        rows.update(Device, {"id": device.pk}, facts)
    return is_alike


def note_seen(device: Device, seen: Mapping[str, Any] | None) -> None:
    """Keep a state that a device saw, that we signed, and that our list does not contain (X18, S9).

    The first one stays. Either a backup was restored, or two lists were shown.
    """
    if note_shown(seen) and seen is not None and not device.foreign_state:
        Device.objects.filter(pk=device.pk).update(foreign_state=dict(seen))


def note_shown(seen: Mapping[str, Any] | None) -> bool:
    """Whether it is such a state; what it proves of a lost span is noted. What we did not sign says nothing of us."""
    if seen is None or kept.contains(epoch=seen["epoch"], size=seen["size"], root=seen["root"]):
        return False
    house = installation()
    if not statements.is_signed_by({**seen, "origin": house.origin, "log_id": house.log_id}, house.public_key):
        return False
    recovery.note_state(seen)
    return True


def signed_reply(device: Device, chain: Chain, stored: list[ledger.Stored]) -> tuple[str, str]:
    """The only answer that a device takes for success (§7)."""
    checkpoint = ledger.sign_checkpoint(max_age_s=10)
    return sign_reply(device, chain, checkpoint, stored)


def sign_reply(
    device: Device,
    chain: Chain,
    checkpoint: Checkpoint,
    stored: Sequence[ledger.Stored] = (),
    said: Mapping[str, Any] | None = None,
) -> tuple[str, str]:
    """What is said of a chain under a state of the list: of these records, and ``said`` besides."""
    house = installation()
    reply = {
        "log_id": house.log_id,
        "log_epoch": checkpoint.log_epoch,
        "dev": chain.dev,
        "epoch": chain.epoch,
        "next": chain.next_seq,
        "head": chain.head,
        "verdicts": [],
        **(said or {}),
        "checkpoint": ledger.checkpoint_document(checkpoint),
        "pack_version": device.pack_version,
        "session_state": device.session.state,
        "retry_after_s": pause_s(),
        "time": int(time.time()),
        **_standing(device, chain, checkpoint),
    }
    # Two hundred of them are most of the reply. Nothing that stands before them holds a word of ours.
    verdicts = f'"verdicts":[{",".join(map(_verdict, stored))}]'
    text = _json(reply).replace('"verdicts":[]', verdicts, 1)
    return text, keys.b64u(house.sign(messages.reply_message(text.encode())))


def _standing(device: Device, chain: Chain, checkpoint: Checkpoint) -> dict[str, Any]:
    """What a device must know before it may let go of anything: only what is known here and now."""
    facts: dict[str, Any] = {"device": device.status if device.is_welcome else Device.Status.REVOKED}
    if device.replaced_at:
        facts["replaced"] = True  # told to stop as a revoked one is, which every release understands
    witnesses, cosigned = ELSEWHERE.rows(checkpoint.log_epoch)[0]
    facts["witnesses"] = witnesses or 0
    if size := backed_up(checkpoint.log_epoch):
        facts["backed_up"] = size
    if recovery.current():
        facts["recovery"] = True
    if cosigned:
        facts["cosigned"] = cosigned
    if head := _certified_head(device.session, chain):
        facts["certified"] = {device.session.ref: head}
    return facts | told_to(device.mode, dev=chain.dev, epoch=chain.epoch)


def _certified_head(session: Session, chain: Chain) -> str:
    """The head of this chain in the closing record of its session, once every vote of the session is certified."""
    if session.state != Session.State.RECONCILED:
        return ""
    states = set(session.boxes.values_list("state", flat=True))
    fixed = session.closing_heads.get(chain.dev, []) if states == {Box.State.CERTIFIED} else []
    return next((str(one["head"]) for one in fixed if one["epoch"] == chain.epoch), "")


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _verdict(answer: ledger.Stored) -> str:
    if answer.verdict == ACCEPTED and not answer.reason:
        # What nearly all of them are, written as JSON by hand: a hash and two numbers.
        return f'{{"id":"{answer.id}","seq":{answer.seq},"verdict":"accepted","reason":"","index":{answer.index}}}'
    facts: dict[str, str | int] = {
        "id": answer.id,
        "seq": answer.seq,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "index": answer.index,
    }
    return _json(facts | ({"first": answer.first} if answer.verdict == "duplicate" else {}))
