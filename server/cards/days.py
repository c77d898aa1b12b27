"""Images of cards are destroyed on the day that each card names, and with them what each person typed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from server.ledger.recovery import current
from server.paper import storage
from server.processes.days import day_begun

from .models import CardBatch, CardImage, CardRun, Transcription

FEW = 500


@receiver(day_begun)
def destroy_images(day: dt.date, **_named: Any) -> None:
    """Who looked, and that a word was given, stays written down; not what was on the card.

    The promise on the card holds also where nobody typed it in: the accounts then say so. Nothing is destroyed while a
    restored backup is put in order.
    """
    if current() is not None:
        return
    due = CardImage.objects.due(day)
    while rows := list(due.values_list("pk", "image")[:FEW]):
        for _pk, name in rows:
            storage.absolute(name).unlink(missing_ok=True)
        CardImage.objects.filter(pk__in=[pk for pk, _name in rows]).update(image="")
    over = CardRun.objects.filter(images_until__lte=day)
    Transcription.objects.filter(card__form__run__in=over).exclude(facts={}).update(facts={})
    _forget_files(day)


def _forget_files(day: dt.date) -> None:
    """Files that could not be read are kept for a while, so that people can try again."""
    for batch in CardBatch.objects.filter(received_at__date__lt=day - dt.timedelta(days=30)).exclude(file=""):
        storage.absolute(batch.file).unlink(missing_ok=True)
        CardBatch.objects.filter(pk=batch.pk).update(file="")
