"""An export file, looked at before anything of it is stored (``docs/protocol.md`` §8).

The file is read as a stream, so its size does not matter. What is wrong with it is named: no such file, of another
device, its first line altered, cut, altered at a record. The device signed the head of its chain, and everything before
is bound to that; so of a file without its end nothing would be proved. Therefore the first line carries ``marks``:
further signed numbers. What lies whole before a mark is as authentic as a push that ended there: people may take it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from server.ledger import keys, records

from .authentic import (
    BadSignature,
    BatchBroken,
    BatchMalformed,
    Head,
    UnknownDevice,
    find_device,
    is_signed,
    read_head,
)
from .models import Device

FORMAT = "parvis-export-1"
MOST_MARKS = 1_000
MOST_FIRST_LINE = 512 * 1024
MOST_LINE = 12 * 1024 * 1024  # of an attachment: 8 MiB in base64, and its name


class NotAnExport(BatchMalformed):
    code = "file_not_export"
    message = _("This is not an export file of a kiosk. Choose the file whose name begins with “parvis-”.")


class FileOfAnother(UnknownDevice):
    """One answer for a device of another session, space or town: whoever asks learns nothing of the other."""

    code = "file_of_another"
    message = _("This file does not come from a device of this session. Bring it in where its device is enrolled.")


class FirstLineAltered(BadSignature):
    code = "file_first_line_altered"
    message = _(
        "The first line of this file was altered, its device did not sign it. Write the file anew at the kiosk."
    )


class FileCut(BatchBroken):
    code = "file_cut"
    message = _("This file is cut short. Write it anew at the kiosk.")


class FileAltered(BatchBroken):
    code = "file_altered"
    message = _("This file was altered after the kiosk wrote it. Write it anew at the kiosk.")


@dataclass(frozen=True)
class Checked:
    """What was found. ``whole``: so many records lie whole at the beginning; ``proved``: so many of them that the
    device signed for, and ``head`` is signed for those. ``fault`` is None where those are all.
    ``attachments``: how many files stand behind them, as the first line says; each is checked by its own hash (§14).
    """

    device: Device
    head: Head
    whole: int
    proved: int
    fault: BatchBroken | None
    attachments: int = 0


def check_file(file: BinaryIO, device: Device | None = None) -> Checked:
    """Read a file from its beginning to its end.

    device: whose it must be; without it, any that is enrolled here. Raises NotAnExport, UnknownDevice,
    FirstLineAltered; what is wrong behind the first line is ``fault``.
    """
    head = read_first_line(file)
    device = device or find_device(head)
    if not is_signed(head, bytes(device.public_key)):
        raise FirstLineAltered
    file.seek(0)
    told = json.loads(file.readline())
    walk = _Walk(head, _marks(told.get("marks")))
    attachments = _count(told.get("attachments"))
    for line in islice(file, head.count) if attachments else file:
        walk.take(line)
    whole = walk.whole
    is_complete = whole == head.seq == head.count and walk.last == head.head
    proved, signed = (whole, head) if is_complete else _proved(head, walk, device)
    fault = _fault(head, walk, is_complete, told.get("sha256"), proved)
    return Checked(device=device, head=signed, whole=whole, proved=proved, fault=fault, attachments=attachments)


def _count(told: object) -> int:
    return told if type(told) is int and told > 0 else 0


def read_first_line(file: BinaryIO) -> Head:
    """Whose chain it is, up to where. Raises NotAnExport, and FirstLineAltered for a name that is not its key's."""
    line = file.readline(MOST_FIRST_LINE)
    if not (line.startswith(b"{") and line.endswith(b"\n")):
        raise NotAnExport
    try:
        head = read_head(line, FORMAT)
    except BatchMalformed as error:
        raise NotAnExport from error
    if head.public_key and keys.key_hash(head.public_key) != head.dev:
        raise FirstLineAltered
    return head


def _marks(told: object) -> Mapping[int, bytes]:
    """``[[number, signature], …]``. What is odd is passed over: it proves nothing then."""
    marks = {}
    for one in told if isinstance(told, list) and len(told) <= MOST_MARKS else []:
        if isinstance(one, list) and len(one) == 2 and type(one[0]) is int and isinstance(one[1], str):
            try:
                marks[one[0]] = keys.unb64u(one[1])
            except ValueError:
                continue
    return marks


class _Walk:
    """One record after the other, as long as each is whole and follows the one before; to the end for the hash.

    ``unsound``: the first whose content is not what its header commits to. A kiosk whose disk is damaged writes such a
    one into a file that is otherwise sound, and it is kept as it is (``quarantined``): so it is no fault by itself.
    """

    def __init__(self, head: Head, marks: Mapping[int, bytes]) -> None:
        self.head, self.marks = head, marks
        self.digest = hashlib.sha256()
        self.lines, self.whole, self.last, self.unsound = 0, 0, "", 0
        self.is_broken, self.is_ended = False, True
        self.ids: dict[int, str] = {}

    def take(self, line: bytes) -> None:
        self.digest.update(line)
        self.lines += 1
        self.is_ended = line.endswith(b"\n")
        if not self.is_broken and not self._follows(line):
            self.is_broken = True

    def _follows(self, line: bytes) -> bool:
        try:
            record = records.Record.from_line(line.removesuffix(b"\n"), check=False)
        except records.MalformedRecord:
            return False
        facts = record.header
        expected = (self.head.dev, self.head.epoch, self.whole + 1, self.last)
        if not self.is_ended or (facts.dev, facts.epoch, facts.seq, facts.prev) != expected:
            return False
        if not self.unsound and not record.commitments_hold():
            self.unsound = facts.seq
        self.whole, self.last = facts.seq, record.id
        if facts.seq in self.marks:
            self.ids[facts.seq] = record.id
        return True


def _proved(head: Head, walk: _Walk, device: Device) -> tuple[int, Head]:
    """Up to which number the device signed for what is whole: the last of its marks that is good."""
    for seq in sorted(walk.ids, reverse=True):
        marked = replace(head, seq=seq, count=seq, head=walk.ids[seq], signature=walk.marks[seq])
        if is_signed(marked, bytes(device.public_key)):
            return seq, marked
    return 0, head


def _fault(head: Head, walk: _Walk, is_complete: bool, claimed: object, proved: int) -> BatchBroken | None:
    if is_complete and walk.digest.hexdigest() == claimed:
        return None
    details = {"whole": walk.whole, "proved": proved, "expected": head.count}
    if is_complete:
        return FileAltered(details=details | {"seq": walk.unsound})
    is_cut = walk.lines == walk.whole < head.count or (walk.lines == walk.whole + 1 and not walk.is_ended)
    return FileCut(details=details) if is_cut else FileAltered(details=details | {"seq": walk.whole + 1})


def lines_behind(file: BinaryIO, records: int) -> Iterator[bytes]:
    """What stands behind so many records: attachments, a line each. One that is longer than any is comes in pieces."""
    file.seek(0)
    for _line in range(records + 1):
        file.readline()
    while line := file.readline(MOST_LINE):
        yield line


def batches(file: BinaryIO, after: int, upto: int, most: int) -> Iterator[list[records.Record]]:
    """The records of a file that was checked, behind the number ``after`` and up to ``upto``, ``most`` at a time."""
    file.seek(0)
    file.readline()
    lines = islice(file, after, upto)
    while chosen := list(islice(lines, most)):
        yield [records.Record.from_line(line.removesuffix(b"\n"), check=False) for line in chosen]
