"""Scans and photos of cards come in. What reads them is loaded by whoever reads, not by every page of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.db import transaction

from server.ledger.queue import queue_with_commit
from server.office.actions import note_act
from server.paper import storage
from server.paper.models import ScanBatch
from server.paper.scanning import keep_file, shown_name
from server.processes.models import Component
from server.web.live import ring

from .models import CardBatch
from .tasks import read_cards_task

if TYPE_CHECKING:
    from server.accounts.models import User

Status = ScanBatch.Status


def receive_cards(*, component: Component, filename: str, data: bytes | File, by: User) -> CardBatch:
    """Keep one file of scans and have it read in the background. The same file again is the batch it already is.

    Raises ScanEmpty, ScanTooLarge, ScanNotAnImage, ScanIsHeic.
    """
    file = ContentFile(data) if isinstance(data, bytes) else data
    path, digest = keep_file(file, storage.folder("cards", str(component.pk)))
    facts = {"filename": shown_name(filename), "file": storage.relative(path), "uploaded_by": by}
    with transaction.atomic():
        rows = CardBatch.objects.select_for_update(of=("self",))
        batch, is_new = rows.get_or_create(component=component, digest=digest, defaults=facts)
        if is_new:
            note_act("cards.sent", by=by, space=component.space, subject=batch.filename, about=component)
        elif batch.status == Status.FAILED:
            # Its file may be gone; this one is the same.
            storage.absolute(batch.file).unlink(missing_ok=True) if batch.file else None
            batch.file = storage.relative(path)
            batch.save(update_fields=["file"])
        else:
            path.unlink()
            return batch
        queue_reading(batch)
    return batch


def queue_reading(batch: CardBatch) -> None:
    """Have a batch read, from where it stands, once the transaction is committed."""
    CardBatch.objects.filter(pk=batch.pk).update(status=Status.WAITING, error="")
    queue_with_commit(read_cards_task, batch.pk)
    ring(batch.component.space_id, "cards")
