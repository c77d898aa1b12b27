"""Intake: what devices bring, by push or by file, enters here and nowhere else (``docs/protocol.md`` §7, §8).

Two questions are kept apart. *Is it authentic?* (``authentic``) If not, the bytes are held outside the log and the
answer is an error that names the place. *What becomes of it?* (``judging``) Everything authentic is stored and gets a
verdict; nothing is dropped.
"""

from __future__ import annotations

from django.db import transaction

from server.attachments.actions import name_files
from server.ledger import actions as ledger
from server.ledger import records
from server.ledger.failpoints import failpoint, failpoint_on_commit
from server.ledger.models import Chain
from server.ledger.tasks import apply_soon
from server.voting.actions.untying import untie_late

from .authentic import (
    MAX_BATCH_BYTES,
    MAX_BATCH_RECORDS,
    BatchTooLarge,
    Head,
    NotAuthentic,
    UnknownDevice,
    check_signature,
    hold,
    parse_batch,
    read_head,
)
from .collector import uncollected
from .judging import Judge
from .models import Device
from .pace import count_push
from .queueing import LINE
from .replying import note_contact, note_seen, signed_reply
from .strangers import meet
from .trust import doubt, trusted_size


@transaction.atomic
def store_batch(head: Head, batch: list[records.Record], device: Device) -> tuple[Chain, list[ledger.Stored]]:
    """Store one authentic batch and note the contact; what it changes is applied after. Again is the same as once."""

    def judge_in(chain: Chain) -> ledger.Judge:
        return Judge(device, chain)

    failpoint_on_commit("push.committed")
    chain, stored = ledger.store(dev=head.dev, epoch=head.epoch, batch=batch, judge_in=judge_in)
    name_files(batch)
    untie_late(batch)
    if not note_contact(device, head):
        # Revoked since its signature was checked: whoever revoked it did not see these records, nor they that.
        device.refresh_from_db()
        doubt(device, trusted_size(device) or 0, epochs=[chain.epoch])
        chain.refresh_from_db()
    apply_soon()
    failpoint("push.before_commit")
    return chain, stored


def receive_push(content: bytes) -> tuple[str, str, int]:
    """Take a push; return the reply's JSON text, its signature (b64u) and the id of the space whose pages to ring.

    Raises a NotAuthentic (held outside the log), BatchTooLarge or TooManyPushes; nothing of such a batch is stored.
    """
    if len(content) > MAX_BATCH_BYTES:
        raise BatchTooLarge
    first, *lines = content.rstrip(b"\n").split(b"\n")
    if len(lines) > MAX_BATCH_RECORDS:
        raise BatchTooLarge
    head = None
    try:
        head = read_head(first, "parvis-push-1")
        device = check_signature(head)
        count_push(device)
        with LINE, uncollected():
            return _take(head, parse_batch(head, lines), device)
    except UnknownDevice:
        if head and not meet(head, content):
            hold(UnknownDevice.code, content, head.dev)
        raise
    except NotAuthentic as refusal:
        hold(refusal.code, content, head.dev if head else "")
        raise


def _take(head: Head, batch: list[records.Record], device: Device) -> tuple[str, str, int]:
    chain, stored = store_batch(head, batch, device)
    note_seen(device, head.seen)
    reply, signature = signed_reply(device, chain, stored)
    failpoint("push.before_reply")
    return reply, signature, device.session.meeting.space_id
