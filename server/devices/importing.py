"""Export files, read through the very same intake as a push (``docs/protocol.md`` §8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from server.attachments.exported import Brought, take_lines
from server.ledger.arrival import BRANCH, Stored
from server.ledger.failpoints import failpoint
from server.office.telling import Tell, silent

from .authentic import MAX_BATCH_RECORDS
from .exportfile import Checked, batches, check_file, lines_behind
from .intake import store_batch
from .models import Device

#: What became of the records of a file, in the words that people ask in; the order of the report.
OUTCOMES = ("new", "duplicate", "held", "branch")


@dataclass
class ImportReport:
    """What an export file brought so far: counts by verdict and by outcome, the device's chain afterwards, and how many
    of the file's records were stored (``done``). ``files``: what its attachments brought, once all records are here.
    """

    device: Device
    verdicts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    next_seq: int = 1
    done: int = 0
    files: Brought = field(default_factory=Brought)


Keep = Callable[[ImportReport], None]


def import_export(content: bytes) -> ImportReport:
    """Read an export file through the very same intake (§8). Mixing with pushes is harmless.

    Raises NotAnExport, UnknownDevice, FirstLineAltered, FileCut, FileAltered before anything is stored.
    """
    file = BytesIO(content)
    checked = check_file(file)
    if checked.fault:
        raise checked.fault
    return store_file(file, checked, ImportReport(checked.device))


def store_file(
    file: BinaryIO, checked: Checked, report: ImportReport, *, tell: Tell = silent, keep: Keep | None = None
) -> ImportReport:
    """Store what the device signed for of a file that was checked: all of it, or its beginning.

    report: where an earlier call was stopped. ``keep`` is called in the transaction of each batch, so that what is told
    at the end is right even if a process died on the way.
    """
    for batch in batches(file, report.done, checked.proved, MAX_BATCH_RECORDS):
        with transaction.atomic():
            chain, stored = store_batch(checked.head, batch, checked.device)
            report.verdicts.update(answer.verdict for answer in stored)
            report.outcomes.update(outcome_of(answer) for answer in stored)
            report.next_seq, report.done = chain.next_seq, report.done + len(batch)
            if keep:
                keep(report)
        tell(report.done, checked.proved)
        failpoint("import.between")
    if checked.attachments and not checked.fault:
        behind = lines_behind(file, checked.head.count)
        report.files = take_lines(dev=checked.device.dev, lines=behind, expected=checked.attachments)
        if keep:
            keep(report)
    return report


def outcome_of(answer: Stored) -> str:
    """``duplicate``: was here; ``branch``: another record has its number; ``held``: kept, and people or another record
    must come first; ``new``: all the rest.
    """
    if answer.verdict == "duplicate":
        return "duplicate"
    if answer.verdict == "quarantined" and answer.reason in BRANCH:
        return "branch"
    return "new" if answer.verdict == "accepted" else "held"
