"""A state of the list that somebody kept on paper: did this installation sign it, and does today's list go on from it?

What is scanned is the text of ``messages.printed_checkpoint``, with whatever white space a camera or a form made of its
line ends. Who has no camera types the number of records and the fingerprint: then nothing is said of a signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import recovery, statements, tree
from .asked import Asked
from .installation import installation
from .models import Checkpoint, Log, Recovery
from .nodes import from_stored

SCANNED = re.compile(
    r"parvis-checkpoint-1\s+(?P<origin>\S{1,300})\s+(?P<log_id>[0-9a-f]{64})\s+(?P<epoch>[0-9]{1,9})\s+"
    r"(?P<size>[0-9]{1,16})\s+(?P<root>[0-9a-f]{64})\s+(?P<sig>[-_A-Za-z0-9]{86})",
    re.ASCII,
)
TYPED = re.compile(r"(?P<size>[0-9]{1,16})\s+(?P<root>(?:[0-9a-f]\s*){64})", re.ASCII)
MOST_CHARACTERS = 1000
# What every device tells that it saw, with every push.
SIGNED = Asked(
    lambda epoch, size, root: (
        Checkpoint.objects.filter(log_epoch=epoch, size=size, root=root).order_by().values_list("pk")[:1]
    ),
    int,
    int,
    str,
)


@dataclass(frozen=True)
class Kept:
    """What a page says. ``is_signed``: by this installation; None where no signature was typed. root: 32 bytes."""

    size: int
    root: bytes
    epoch: int | None = None
    is_signed: bool | None = None


@dataclass(frozen=True)
class Answer:
    """outcome: ``goes_on``, ``changed``, ``foreign`` (signed by somebody else), ``restored`` (a backup was restored,
    and the end of this state is of the lost span), ``anew`` (the list was begun another time, nothing else is known) or
    ``beyond`` (typed, and longer than today's list). proof: of ``goes_on``; restored: of ``restored``.
    """

    kept: Kept
    outcome: str
    today: Checkpoint
    proof: Sequence[bytes] = ()
    restored: Recovery | None = None

    @property
    def gone(self) -> int:
        """So many places of the state that was kept are of the lost span."""
        return self.kept.size - self.restored.size if self.restored else 0


def read(text: str) -> Kept | None:
    """What was scanned or typed; None for anything else."""
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        return None
    if found := SCANNED.fullmatch(text):
        epoch, size = int(found["epoch"]), int(found["size"])
        is_signed = _is_signed(found["origin"], found["log_id"], epoch, size, found["root"], found["sig"])
        return Kept(size, bytes.fromhex(found["root"]), epoch, is_signed)
    if found := TYPED.fullmatch(text.lower()):
        return Kept(int(found["size"]), bytes.fromhex("".join(found["root"].split())))
    return None


def _is_signed(origin: str, log_id: str, epoch: int, size: int, root: str, sig: str) -> bool:
    point = {"origin": origin, "log_id": log_id, "epoch": epoch, "size": size, "root": root, "sig": sig}
    return statements.is_signed_by(point, installation().public_key)


def contains(*, epoch: int, size: int, root: str) -> bool:
    """Whether the list, as it stands in the database, had this root (hex) when it held so many records.

    A state of another time of the list (``epoch``) is contained where its records are; one of a time to come is not.
    """
    if SIGNED.rows(epoch, size, root):
        return True
    log = Log.objects.filter(pk=1).first()
    if log is None or epoch > log.log_epoch or size > log.size:
        return False
    return root_at(size).hex() == root


def root_at(size: int) -> bytes:
    """The root over the first records. There must be so many."""
    return from_stored(lambda node: tree.range_root(0, size, node)) if size else tree.EMPTY_ROOT


def compare(kept: Kept, today: Checkpoint) -> Answer:
    """Whether the list that ``today`` signs goes on from the state that was kept."""
    if kept.is_signed is False:
        return Answer(kept, "foreign", today)
    if kept.epoch is not None and kept.epoch != today.log_epoch:
        restored = recovery.after(kept.epoch)
        if restored is None:
            return Answer(kept, "anew", today)
        if kept.size > restored.size:
            return Answer(kept, "restored", today, restored=restored)
    if kept.size > today.size:
        return Answer(kept, "changed" if kept.is_signed else "beyond", today)
    proof = from_stored(lambda node: tree.consistency_proof(kept.size, today.size, node))
    goes_on = tree.is_consistent(kept.size, today.size, kept.root, bytes.fromhex(today.root), proof)
    return Answer(kept, "goes_on" if goes_on else "changed", today, proof if goes_on else ())
