"""Export files, read through the very same intake as a push (``docs/protocol.md`` §8)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass

from .authentic import MAX_BATCH_RECORDS, BatchBroken, check_signature, parse_batch, read_head
from .intake import store_batch
from .models import Device


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
