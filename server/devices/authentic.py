"""Is it authentic? The first line of a push or an export, its signature, and the chain of the records behind it.

What cannot be taken as what it claims to be is held outside the log, and the answer is an error that names the place
(``docs/protocol.md`` §7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from server.ledger import keys, messages, records
from server.ledger.installation import installation
from server.ledger.models import Held
from server.voting.actions.untying import speaks_of_opened
from server.web.refusals import Refusal

from .models import Device

MAX_BATCH_RECORDS = 200
MAX_BATCH_BYTES = 1_048_576
MAX_HELD = 1_000
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
    status: Mapping[str, Any] = field(default_factory=dict)
    public_key: bytes = b""


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
            status=_read_status(fields.get("status")),
            public_key=_read_key(fields.get("public_key")),
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


def _read_key(told: object) -> bytes:
    """The key of the device, which its name is the hash of. What is odd is passed over: who is enrolled needs none."""
    try:
        return keys.unb64u(told) if isinstance(told, str) and len(told) < 100 else b""
    except ValueError:
        return b""


def _is_number(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_text(value: object, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_list_of_names(told: object) -> bool:
    return isinstance(told, list) and len(told) <= 16 and all(_is_text(one, "[a-z_]{1,32}") for one in told)


#: What a device may say of itself with a push, and what each fact looks like.
_STATUS: Mapping[str, Callable[[Any], bool]] = {
    "battery": lambda told: _is_number(told, 100),
    "charging": lambda told: isinstance(told, bool),
    "free_mb": lambda told: _is_number(told, 2**31),
    "alarms": lambda told: _is_list_of_names(told),
    "chain": lambda told: told in ("main", "former"),
    "help": lambda told: isinstance(told, bool),
    "browser": lambda told: _is_text(told, "[ -~]{1,64}"),
    "light": lambda told: told in ("green", "amber", "red"),
    "checks": lambda told: _is_list_of_names(told),
    "clock_s": lambda told: type(told) is int and abs(told) < 2**40,
}


def _read_status(told: object) -> Mapping[str, Any]:
    """How the device is, as it says: a remark, signed by nobody. What is odd or unknown is left out, fact by fact."""
    facts = told if isinstance(told, dict) else {}
    return {name: facts[name] for name, is_sound in _STATUS.items() if name in facts and is_sound(facts[name])}


def find_device(head: Head) -> Device:
    """The enrolled device that this head names. Raises UnknownDevice."""
    device = Device.objects.that_pushes(head.dev)
    if device is None:
        raise UnknownDevice
    return device


def check_signature(head: Head) -> Device:
    """The enrolled device whose key signed this head. Raises UnknownDevice, BadSignature."""
    device = find_device(head)
    if not is_signed(head, bytes(device.public_key)):
        raise BadSignature
    return device


def is_signed(head: Head, public: bytes) -> bool:
    """Whether the holder of this key signed this head."""
    message = messages.push_message(installation().log_id, head.dev, head.epoch, head.seq, head.head)
    return keys.verify(public, message, head.signature)


def read_batch(head: Head, content: bytes) -> list[records.Record]:
    """The records of a push or file, all but its first line. Raises what ``parse_batch`` raises."""
    return parse_batch(head, content.rstrip(b"\n").split(b"\n")[1:])


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
