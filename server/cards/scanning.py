"""Scans and photos of cards are read page by page in the background, and wait for people to type them in.

The reader of sheets opens the files (``paper.decoding``); it lays a card straight and reads its code. Whatever cannot
be laid straight, while its code could be read, is given to people as well: they see more than a machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
from django.db import transaction
from django.db.models import F

from printouts.geometry import Layout
from printouts.read.writing import SAME, likeness
from printouts.sheetcode import SheetCode
from server.ledger.codes import Code
from server.paper import storage
from server.paper.decoding import FileRefused, SeenPage, read_pages
from server.paper.models import ScanBatch
from server.paper.scanning import chunked
from server.paper.shelf import code_of
from server.web.live import ring

from .models import Card, CardBatch, CardForm, CardImage

Status = ScanBatch.Status
Became = CardImage.Status
# Why a page was not laid straight although its code was read: people may still see what stands on it.
FOR_PEOPLE = frozenset(
    {"no_corners", "too_cropped", "distorted", "too_faint", "two_tones", "too_blurred", "wrong_page"}
)


def read_batch(*, batch: CardBatch) -> CardBatch:
    """Read a batch from the first page that is not read yet. Killed and called again, it goes on where it was (S7).

    Ends as ``read``, and the file is gone; or as ``failed`` with ``error``.
    """
    batch = CardBatch.objects.select_related("component").get(pk=batch.pk)
    if batch.status == Status.READ:
        return batch
    last = batch.images.order_by("-page").values_list("page", flat=True).first() or 0
    _move(batch, Status.READING)
    forms = CardForm.objects.filter(run__component=batch.component_id)
    layouts = [{"definition": form.definition_hash[:16], "layout": form.layout} for form in forms]
    out = storage.folder("cards", str(batch.component_id), str(batch.pk))
    try:
        pages = read_pages(
            storage.absolute(batch.file), out, layouts, first=last + 1, on_open=lambda count: _announce(batch, count)
        )
        for chunk in chunked(pages):
            store_pages(batch=batch, pages=chunk)
    except FileRefused as refusal:
        return _move(batch, Status.FAILED, error=refusal.code)
    storage.absolute(batch.file).unlink(missing_ok=True)
    CardBatch.objects.filter(pk=batch.pk).update(page_count=F("done_count"), file="")
    return _move(batch, Status.READ)


def _announce(batch: CardBatch, count: int | None) -> None:
    if count:
        CardBatch.objects.filter(pk=batch.pk).update(page_count=count)


def _move(batch: CardBatch, status: str, *, error: str = "") -> CardBatch:
    with transaction.atomic():
        CardBatch.objects.filter(pk=batch.pk).update(status=status, error=error[:40])
        ring(batch.component.space_id, "cards")
    batch.refresh_from_db()
    return batch


@transaction.atomic
def store_pages(*, batch: CardBatch, pages: list[SeenPage]) -> list[CardImage]:
    """Keep what was seen on some pages. A page that this batch already holds is left as it is."""
    held = CardBatch.objects.select_for_update(of=("self",), no_key=True).select_related("component").get(pk=batch.pk)
    numbers = [seen.page for seen in pages]
    there = set(held.images.filter(page__in=numbers).values_list("page", flat=True))
    images = [_image(held, seen) for seen in pages if seen.page not in there]
    CardBatch.objects.filter(pk=held.pk).update(done_count=F("done_count") + len(images))
    ring(held.component.space_id, "cards")
    return images


@dataclass(frozen=True)
class Judged:
    status: str
    reason: str
    form: CardForm | None = None
    card: Card | None = None
    keeps_image: bool = True


def _image(batch: CardBatch, seen: SeenPage) -> CardImage:
    """Each is kept before the next is judged: a card may be twice in one file."""
    name = f"cards/{batch.component_id}/{batch.pk}/{seen.image}" if seen.image else ""
    judged = _judge(batch, seen, name)
    if name and not judged.keeps_image:
        storage.absolute(name).unlink(missing_ok=True)
        name = ""
    return CardImage.objects.create(
        batch=batch,
        page=seen.page,
        card=judged.card,
        form=judged.form,
        status=judged.status,
        reason=judged.reason[:40],
        image=name,
    )


def _judge(batch: CardBatch, seen: SeenPage, image: str) -> Judged:
    """What becomes of a page. What is refused is named, and never guessed at."""
    code = code_of(seen)
    if code is None:
        return Judged(Became.REFUSED, seen.refused or "no_code")
    if not code.is_card:
        # A ballot is nothing that people who type in ideas should see.
        return Judged(Became.REFUSED, "a_ballot", keeps_image=False)
    form, why = _form_of(batch, code)
    if form is None:
        return Judged(Became.REFUSED, why)
    if code.is_test or form.run.is_test:
        return Judged(Became.REFUSED, "test_card", form)
    use = Code(code.serial).use(bytes(form.run.code_key)).hex()
    card = form.cards.select_for_update(of=("self",), no_key=True).filter(use_value=use).first()
    if card is None:
        return Judged(Became.REFUSED, "unknown_serial", form)
    if seen.refused and seen.refused not in FOR_PEOPLE:
        return Judged(Became.REFUSED, seen.refused, form, card)
    return _among_others(card, form, seen, image)


def _form_of(batch: CardBatch, code: SheetCode) -> tuple[CardForm | None, str]:
    """The form that a code names, by the first bytes of its definition, and otherwise why there is none."""
    forms = CardForm.objects.select_related("run").filter(definition_hash__startswith=code.definition.hex())
    form = forms.first()
    if form is None or Layout.from_json(form.layout.encode()).number != code.layout:
        return None, "unknown_card"
    return (form, "") if form.run.component_id == batch.component_id else (None, "other_component")


def _among_others(card: Card, form: CardForm, seen: SeenPage, image: str) -> Judged:
    """The first image of a card is typed in; a later one is told apart by what is written on it (B1, B2)."""
    first = card.images.filter(status=Became.CARD).order_by("pk").first()
    if first is None:
        return Judged(Became.CARD, seen.refused, form, card)
    if seen.refused or first.reason or not (image and first.image):
        return Judged(Became.AGAIN, "same_writing" if not seen.refused else seen.refused, form, card)
    one, other = (cv2.imread(str(_path(name)), cv2.IMREAD_GRAYSCALE) for name in (first.image, image))
    if one is None or other is None or likeness(one, other, Layout.from_json(form.layout.encode())) >= SAME:
        return Judged(Became.AGAIN, "same_writing", form, card)
    return Judged(Became.OTHER, "other_writing", form, card)


def _path(name: str) -> Path:
    return storage.absolute(name)
