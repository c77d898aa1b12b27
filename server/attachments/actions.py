"""Writes of attachments: a record names files, a device brings one in pieces, or whole in an export file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from server.ledger.records import Record
from server.web.refusals import Refusal

from . import storage
from .limits import is_taken
from .models import Named, StoredFile
from .signals import file_arrived


class AttachmentUnknown(Refusal):
    """The same for a hash that nobody names, one that another device names, and one that is not taken."""

    code = "attachment_unknown"
    status = 404
    message = _("No record of this device that is here names this file. Send the record first.")


@dataclass(frozen=True)
class Held:
    """How much of a file is here for this device. ``is_whole``: all of it, and its hash fits."""

    size: int
    held: int
    is_whole: bool


def name_files(batch: Iterable[Record]) -> None:
    """Note which files these records name, in the transaction that stores them. Again changes nothing."""
    rows = [
        Named(record=one.id, session_ref=one.header.meeting, dev=one.header.dev, sha256=att.sha256, size=att.size)
        for one in batch
        for att in one.header.att
        if is_taken(att)
    ]
    if rows:
        Named.objects.bulk_create(rows, ignore_conflicts=True)


def held_of(*, dev: str, sha256: str) -> Held:
    """How much of this file is here. Raises AttachmentUnknown."""
    size = _named(dev, sha256)
    if _is_here(sha256, size):
        return Held(size, size, is_whole=True)
    return Held(size, storage.count_held(sha256, dev), is_whole=False)


def take_piece(*, dev: str, sha256: str, offset: int, piece: bytes) -> Held:
    """Keep a piece of a file on the disk. The same again, or a part that is known, changes nothing.

    The reply tells where to go on: from there on, also where the piece began beyond it. Raises AttachmentUnknown.
    """
    size = _named(dev, sha256)
    if _is_here(sha256, size):
        storage.forget_draft(sha256, dev)
        return Held(size, size, is_whole=True)
    held, is_whole = storage.add_piece(sha256, dev, offset=offset, piece=piece, size=size)
    if is_whole:
        _keep(sha256, size)
    return Held(size, held, is_whole)


def take_whole(*, dev: str, sha256: str, content: bytes) -> bool:
    """Keep a file that somebody brought with an export file; whether it is here now. Raises AttachmentUnknown.

    What is not the file is not kept: half of it from the network and half from a file that was altered fit nowhere.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        return held_of(dev=dev, sha256=sha256).is_whole
    held = take_piece(dev=dev, sha256=sha256, offset=0, piece=content)
    if not held.is_whole:  # what was held before was wrong and is thrown away by now
        held = take_piece(dev=dev, sha256=sha256, offset=0, piece=content)
    return held.is_whole


def destroy_files(session_refs: Iterable[str]) -> int:
    """Destroy what devices of these sessions brought; how many files were there. They are asked for no more."""
    named = Named.objects.filter(session_ref__in=list(session_refs)).values("sha256")
    files = StoredFile.objects.filter(pk__in=named).exclude(name="")
    gone = 0
    for name in list(files.values_list("name", flat=True)):
        path = storage.media() / name
        gone += path.exists()
        path.unlink(missing_ok=True)
    files.update(name="")
    return gone


def _named(dev: str, sha256: str) -> int:
    """The size that a record of this device gives it. Of several that differ only one can have this hash: any will do
    until the hash is looked at, so the largest."""
    sizes = Named.objects.filter(dev=dev, sha256=sha256).order_by("-size").values_list("size", flat=True)
    if not sizes:
        raise AttachmentUnknown
    return sizes[0]


def _is_here(sha256: str, size: int) -> bool:
    if StoredFile.objects.filter(pk=sha256).exists():
        return True
    if not storage.is_whole(sha256):
        return False
    _keep(sha256, size)
    return True


def stored_file(sha256: str) -> StoredFile | None:
    """The file of this hash if it is here whole, within a transaction.

    Those who name it are held first: of a record that is applied and its file that arrives at the same moment, the
    later one sees the other, so that neither waits for ever.
    """
    list(Named.objects.select_for_update().filter(sha256=sha256).order_by("pk").values_list("pk"))
    return StoredFile.objects.filter(pk=sha256).first()


@transaction.atomic
def _keep(sha256: str, size: int) -> None:
    """The row is written after the file that it names. Whoever waits for the file is told, once."""
    if stored_file(sha256):
        return
    facts = {"size": size, "name": storage.name_of(sha256)}
    _row, is_new = StoredFile.objects.get_or_create(pk=sha256, defaults=facts)
    if is_new:
        file_arrived.send(sender=StoredFile, sha256=sha256)
