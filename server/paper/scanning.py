"""Scans come in, are read page by page in the background, and become observations; clear ones become ballots."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F

from printouts.read.kinds import is_heic
from server.ledger.queue import queue_with_commit
from server.meetings.models import Session
from server.office.actions import note_act
from server.processes import spool
from server.processes.origin import Origin
from server.voting.actions import cast_sheets
from server.voting.models import Box
from server.web.live import ring
from server.web.refusals import Refusal

from . import storage
from .decoding import FileRefused, SeenPage, read_pages
from .models import Reading, ScanBatch, Sheet
from .refusals import ScanEmpty, ScanIsHeic, ScanNotAnImage, ScanTooLarge, SessionOver
from .shelf import Shelf, layouts_for_reader

if TYPE_CHECKING:
    from server.accounts.models import User

MOST_BYTES = 512 * 1024 * 1024
CHUNK_PAGES = 25
CHUNK_S = 1.0
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")


def receive_scans(*, session: Session, filename: str, data: bytes | File, by: User) -> ScanBatch:
    """Keep one file of scans and have it read in the background. The same file again is the batch it already is.

    The kind is told by its first bytes; its name is shown and never becomes a path. Archives are not opened (X1).
    Raises ScanEmpty, ScanTooLarge, ScanNotAnImage, ScanIsHeic, SessionOver.
    """
    if session.state == Session.State.RECONCILED:
        raise SessionOver
    file = ContentFile(data) if isinstance(data, bytes) else data
    path, digest = keep_file(file, storage.upload_folder(session.ref))
    batch, is_new = enter_file(
        session=session, filename=shown_name(filename), file=storage.relative(path), digest=digest, by=by
    )
    if not is_new:
        path.unlink()
    return batch


@transaction.atomic
def enter_file(*, session: Session, filename: str, file: str, digest: str, by: User | None) -> tuple[ScanBatch, bool]:
    """Have a file that lies below media read in the background; whether it is a batch that was not there before.

    By hand and from a scanner station alike: a file that is known, by its digest, is entered once.
    """
    batch, is_new = ScanBatch.objects.select_for_update().get_or_create(
        session=session, digest=digest, defaults={"filename": filename, "file": file, "uploaded_by": by}
    )
    if is_new and by:
        note_act("scans.sent", by=by, space=session.meeting.space, subject=batch.filename, about=session)
    if is_new or (by and batch.status == ScanBatch.Status.FAILED):
        queue_reading(batch)
    return batch, is_new


def queue_reading(batch: ScanBatch) -> None:
    """Have a batch read, from where it stands, once the transaction is committed."""
    from .tasks import read_batch_task

    ScanBatch.objects.filter(pk=batch.pk).update(status=ScanBatch.Status.WAITING, error="")
    queue_with_commit(read_batch_task, batch.pk)
    ring(batch.session.meeting.space_id, "batches")


def shown_name(filename: str) -> str:
    return spool.shown_name(filename, "scan")


def keep_file(file: File, folder: Path) -> tuple[Path, str]:
    """Write the file under a name of our own, and return path and SHA-256. Bounded while it is written.

    Raises ScanEmpty, ScanTooLarge, ScanNotAnImage, ScanIsHeic.
    """
    path, digest, size = folder / storage.new_name("scan", ".bin"), hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            for chunk in file.chunks():
                if size == 0:
                    _require_image(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise ScanTooLarge
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if size == 0:
            raise ScanEmpty
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest()


def _require_image(start: bytes) -> None:
    is_pdf = start[:1024].lstrip(b"\xef\xbb\xbf\0\t\r\n\f ").startswith(b"%PDF-")
    if start and not is_pdf and not start.startswith(_STARTS):
        raise ScanIsHeic if is_heic(start) else ScanNotAnImage


def read_batch(*, batch: ScanBatch) -> ScanBatch:
    """Read a batch from the first page that is not read yet. Killed and called again, it goes on where it was (S7).

    Ends as ``read``, or as ``failed`` with ``error``: a code of ``printouts.read.refusals`` for the file, or the code
    of the refusal that stopped the ballots (a box that is not open yet). What was read before then stays.
    """
    batch = ScanBatch.objects.select_related("session__meeting").get(pk=batch.pk)
    if batch.status == ScanBatch.Status.READ:
        return batch
    session, last = batch.session, batch.readings.order_by("-page").values_list("page", flat=True).first() or 0
    _move(batch, ScanBatch.Status.READING)
    layouts = layouts_for_reader(session.boxes.exclude(definition=""))
    images = storage.image_folder(session.ref, batch.pk)
    try:
        pages = read_pages(
            storage.absolute(batch.file), images, layouts, first=last + 1, on_open=lambda count: _announce(batch, count)
        )
        for chunk in chunked(pages):
            store_pages(batch=batch, pages=chunk)
    except (FileRefused, Refusal) as refusal:
        return _move(batch, ScanBatch.Status.FAILED, error=refusal.code)
    ScanBatch.objects.filter(pk=batch.pk).update(page_count=F("done_count"))
    return _move(batch, ScanBatch.Status.READ)


def _announce(batch: ScanBatch, count: int | None) -> None:
    if count:
        ScanBatch.objects.filter(pk=batch.pk).update(page_count=count)


def _move(batch: ScanBatch, status: str, *, error: str = "") -> ScanBatch:
    with transaction.atomic():
        ScanBatch.objects.filter(pk=batch.pk).update(status=status, error=error[:40])
        ring(batch.session.meeting.space_id, "batches")
    batch.refresh_from_db()
    return batch


def chunked(pages: Iterable[SeenPage]) -> Iterator[list[SeenPage]]:
    """Group pages so that few transactions are needed and people still see the count move."""
    chunk: list[SeenPage] = []
    since = time.monotonic()
    for seen in pages:
        chunk.append(seen)
        if len(chunk) >= CHUNK_PAGES or time.monotonic() - since > CHUNK_S:
            yield chunk
            chunk, since = [], time.monotonic()
    if chunk:
        yield chunk


@transaction.atomic
def store_pages(*, batch: ScanBatch, pages: list[SeenPage]) -> list[Reading]:
    """Keep what was seen on some pages, and cast the ballots of those that are clear. All of it, or nothing.

    A page that this batch already holds is left as it is: two workers at one batch agree.
    """
    batch = (
        ScanBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("session__meeting__space", "uploaded_by")
        .get(pk=batch.pk)
    )
    numbers = [seen.page for seen in pages]
    held = set(batch.readings.filter(page__in=numbers).values_list("page", flat=True))
    new = [seen for seen in pages if seen.page not in held]
    shelf = Shelf(batch.session, new)
    origin = Origin.on_paper(batch.session, batch.uploaded_by)
    readings = [_reading(batch, seen, shelf) for seen in new]
    voted = _cast(readings, origin)
    Reading.objects.bulk_create(readings, batch_size=200)
    Sheet.objects.bulk_update(voted, ["ballot"], batch_size=200)
    ScanBatch.objects.filter(pk=batch.pk).update(done_count=F("done_count") + len(new))
    ring(batch.session.meeting.space_id, "batches")
    return readings


def _reading(batch: ScanBatch, seen: SeenPage, shelf: Shelf) -> Reading:
    judged = shelf.judge(seen)
    image = f"scans/{batch.session.ref}/{batch.pk}/{seen.image}" if seen.image else ""
    return Reading(
        batch=batch,
        page=seen.page,
        sheet=judged.sheet,
        sheet_page=judged.page,
        sheet_pages=judged.pages,
        box=judged.box,
        status=judged.status,
        reason=judged.reason[:40],
        image=image,
        fingerprint=seen.fingerprint,
        scores={"inside": seen.scores, "around": seen.around, "quality": seen.quality},
        interpretation=judged.interpretation,
    )


def _cast(readings: list[Reading], origin: Origin) -> list[Sheet]:
    """Cast what was read automatically, box by box; return the sheets with the ballot each has now."""
    by_box: dict[Box, list[tuple[Sheet, dict[str, Any]]]] = {}
    for reading in readings:
        if reading.status == Reading.Status.AUTOMATIC:
            assert reading.sheet and reading.box
            by_box.setdefault(reading.box, []).append((reading.sheet, reading.interpretation["choices"]))
    voted = []
    for box, ballots in by_box.items():
        for (sheet, _choices), record in zip(
            ballots, cast_sheets(box=box, ballots=ballots, origin=origin), strict=True
        ):
            sheet.ballot = record.id
            voted.append(sheet)
    return voted
