"""Intake: what devices bring, by push or by file, enters here and nowhere else (``docs/protocol.md`` §7, §8).

Two questions are kept apart. *Is it authentic?* If not, the bytes are held outside the log and the answer is an error
that names the place. *What becomes of it?* Everything authentic is stored and gets a verdict; nothing is dropped.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger import actions as ledger
from server.ledger import kept, keys, messages, records, statements
from server.ledger.installation import installation
from server.ledger.models import Chain, Held
from server.ledger.tasks import apply_soon
from server.meetings.models import Session
from server.voting.actions.untying import UNTIED, speaks_of_opened, untie_late
from server.voting.intake_rules import judge_ballots
from server.web.refusals import Refusal

from .models import Device

MAX_BATCH_RECORDS = 200
MAX_BATCH_BYTES = 1_048_576
MAX_HELD = 1_000
KNOWN_TYPES = {
    "device.started": 1,
    "meeting.state": 1,
    "ballot.sealed": 1,
    "pass.exchanged": 1,
    "pass.void": 1,
    "sheet.spoiled": 1,
    "count.sealed": 1,
}
_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX16 = re.compile(r"[0-9a-f]{16}")


class NotAuthentic(Refusal):
    """Bytes that cannot be taken as what they claim to be. ``seq`` names the first record that does not fit."""

    code = "batch_not_authentic"
    status = 409
    message = _("These records cannot be checked. They stay on the device; send them again.")


class BatchBroken(NotAuthentic):
    code = "batch_broken"
    message = _("A record of this batch does not fit the signed chain. Send what stands before it, then the rest.")


class UnknownDevice(NotAuthentic):
    code = "device_unknown"
    status = 403
    message = _("This device is not enrolled here.")


class BadSignature(NotAuthentic):
    code = "signature_wrong"
    status = 403
    message = _("The signature of this batch is wrong.")


class BatchTooLarge(NotAuthentic):
    code = "batch_too_large"
    status = 413
    message = _("At most 200 records and 1 MiB in one batch.")


class BatchMalformed(NotAuthentic):
    code = "batch_malformed"
    status = 400
    message = _("This is not a batch of records.")


@dataclass(frozen=True)
class Head:
    """The first line of a push: whose chain, up to where, signed."""

    dev: str
    epoch: str
    count: int
    seq: int
    head: str
    signature: bytes
    unsent: int = 0
    version: str = ""
    seen: Mapping[str, str | int] | None = None


def hold(code: str, content: bytes, dev: str = "") -> None:
    """Keep what was not authentic for a person to look at: bounded, so that nobody fills the disk with it.

    Of a box that was opened only that it came: it may carry a ballot with what ties it to a pass.
    """
    if Held.objects.count() < MAX_HELD:
        kept = b"" if speaks_of_opened(content) else content[:MAX_BATCH_BYTES]
        Held.objects.create(code=code, dev=dev, content=kept)


def read_head(line: bytes, expected_format: str) -> Head:
    """Read the first line of a push or an export. Raises BatchMalformed."""
    try:
        fields = json.loads(line)
        head = Head(
            dev=fields["dev"],
            epoch=fields["epoch"],
            count=fields["count"],
            seq=fields["seq"],
            head=fields["head"],
            signature=keys.unb64u(fields["sig"]),
            unsent=fields.get("unsent", 0),
            version=fields.get("version", ""),
            seen=_read_seen(fields.get("seen")),
        )
        whole = all(type(n) is int and 0 <= n < 2**53 for n in (head.count, head.seq, head.unsent))
        if fields["format"] != expected_format or not whole or not isinstance(head.version, str):
            raise BatchMalformed
        if not (_HEX64.fullmatch(head.dev) and _HEX16.fullmatch(head.epoch) and _HEX64.fullmatch(head.head)):
            raise BatchMalformed
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BatchMalformed from error
    return head


def _read_seen(told: object) -> Mapping[str, str | int] | None:
    """The last state of the list that the device accepted. What is odd is passed over: no record waits for it."""
    shape = {"epoch": int, "size": int, "root": str, "sig": str}
    if not isinstance(told, dict) or any(type(told.get(name)) is not kind for name, kind in shape.items()):
        return None
    is_sound = 0 < told["epoch"] < 2**31 and 0 <= told["size"] < 2**53 and _HEX64.fullmatch(told["root"])
    return {name: told[name] for name in shape} if is_sound and len(told["sig"]) == 86 else None


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


def check_signature(head: Head) -> Device:
    """The enrolled device whose key signed this head. Raises UnknownDevice, BadSignature."""
    device = Device.objects.select_related("session__meeting__space").filter(dev=head.dev).first()
    if device is None:
        raise UnknownDevice
    message = messages.push_message(installation().log_id, head.dev, head.epoch, head.seq, head.head)
    if not keys.verify(bytes(device.public_key), message, head.signature):
        raise BadSignature
    return device


def parse_batch(head: Head, lines: list[bytes]) -> list[records.Record]:
    """Read the records and check that each is bound to the signed head through ``prev``.

    Raises BatchMalformed for lines that are no records, BatchBroken with ``seq`` where the chain does not hold.
    """
    if len(lines) != head.count or not lines:
        raise BatchMalformed(details={"expected": head.count, "received": len(lines)})
    batch: list[records.Record] = []
    for number, line in enumerate(lines, start=1):
        seq = head.seq - head.count + number
        try:
            record = records.Record.from_line(line, check=False)
        except records.MalformedRecord as error:
            raise BatchMalformed(details={"seq": seq, "why": error.code}) from error
        facts = record.header
        if (facts.dev, facts.epoch, facts.seq) != (head.dev, head.epoch, seq):
            raise BatchBroken(details={"seq": seq})
        if batch and facts.prev != batch[-1].id:
            raise BatchBroken(details={"seq": seq - 1})
        batch.append(record)
    if batch[-1].id != head.head:
        raise BatchBroken(details={"seq": head.seq})
    return batch


class _Judge:
    """Verdicts for records in order: context, type, state of the chain, then what voting says of ballots.

    Reads and moves the chain's own session state: "is it open?" asks the device's chain, never a clock.
    """

    def __init__(self, device: Device, chain: Chain) -> None:
        self.device, self.chain = device, chain
        self.session: Session = device.session
        states = dict(self.session.boxes.values_list("definition_hash", "state"))
        self.definitions = {""} | set(states)
        self.opened = {definition for definition, state in states.items() if state in UNTIED}

    def __call__(self, batch: list[records.Record]) -> dict[str, tuple[str, str]]:
        judged = {}
        for record in batch:
            if found := self._context(record) or self._state(record):
                judged[record.id] = found
        ballots = [r for r in batch if r.header.type == "ballot.sealed" and r.id not in judged]
        return judged | judge_ballots(ballots)

    def _context(self, record: records.Record) -> tuple[str, str] | None:
        facts = record.header
        if KNOWN_TYPES.get(facts.type) != facts.tv:
            return "parked", "newer"
        expected = (self.session.meeting.space.slug, self.session.ref)
        if (facts.space, facts.meeting) != expected or facts.definition not in self.definitions:
            return "quarantined", "context"
        if record.is_emptied and facts.definition in self.opened:
            return "provisional", "late"  # it waited behind a gap; its box was opened meanwhile
        if not record.commitments_hold():
            return "quarantined", "commitment"
        return None

    def _state(self, record: records.Record) -> tuple[str, str] | None:
        if self.device.status == Device.Status.REVOKED:
            return "provisional", "revoked"
        if self.session.state == Session.State.RECONCILED:
            return "provisional", "late"
        if record.header.type == "meeting.state":
            return self._move(record)
        if record.header.type == "ballot.sealed" and self.chain.session_state != Session.State.OPEN:
            return "provisional", "late" if self.chain.is_closed else "not_open"
        return None

    def _move(self, record: records.Record) -> tuple[str, str] | None:
        try:
            state = json.loads(record.body)["state"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return "quarantined", "malformed"
        if state not in ("open", "paused", "closed"):
            return "quarantined", "malformed"
        if not self.chain.is_closed:
            self.chain.session_state = state
            self.chain.is_closed = state == "closed"
        return None


@transaction.atomic
def store_batch(head: Head, batch: list[records.Record], device: Device) -> tuple[Chain, list[ledger.Stored]]:
    """Store one authentic batch and note the contact; what it changes is applied after. Again is the same as once."""

    def judge_in(chain: Chain) -> ledger.Judge:
        return _Judge(device, chain)

    chain, stored = ledger.store(dev=head.dev, epoch=head.epoch, batch=batch, judge_in=judge_in)
    untie_late(batch)
    Device.objects.filter(pk=device.pk).update(
        last_contact_at=timezone.now(), unsent=head.unsent, version=head.version[:64]
    )
    apply_soon()
    return chain, stored


def receive_push(content: bytes) -> tuple[str, str, int]:
    """Take a push; return the reply's JSON text, its signature (b64u) and the id of the space whose pages to ring.

    Raises a NotAuthentic (held outside the log) or BatchTooLarge; nothing of such a batch is stored.
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
        batch = parse_batch(head, lines)
    except NotAuthentic as refusal:
        hold(refusal.code, content, head.dev if head else "")
        raise
    chain, stored = store_batch(head, batch, device)
    note_seen(device, head.seen)
    return *signed_reply(device, chain, stored), device.session.meeting.space_id


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


@dataclass(frozen=True)
class ImportReport:
    """What an export file brought: counts by verdict, the device's chain afterwards."""

    device: Device
    verdicts: Counter[str]
    next_seq: int


def import_export(content: bytes) -> ImportReport:
    """Read an export file through the very same intake (§8). Mixing with pushes is harmless.

    Raises BatchMalformed, BatchBroken (file cut or altered), UnknownDevice, BadSignature before anything is stored.
    """
    first, _, rest = content.partition(b"\n")
    head = read_head(first, "parvis-export-1")
    device = check_signature(head)
    claimed = json.loads(first).get("sha256")
    if hashlib.sha256(rest).hexdigest() != claimed:
        raise BatchBroken(details={"seq": 0})
    batch = parse_batch(head, rest.rstrip(b"\n").split(b"\n"))
    verdicts: Counter[str] = Counter()
    chain = None
    for start in range(0, len(batch), MAX_BATCH_RECORDS):
        chain, stored = store_batch(head, batch[start : start + MAX_BATCH_RECORDS], device)
        verdicts.update(answer.verdict for answer in stored)
    return ImportReport(device=device, verdicts=verdicts, next_seq=chain.next_seq if chain else 1)
