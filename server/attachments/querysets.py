"""Reads: the vocabulary for many files that records name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import models
from django.db.models import Count, Exists, OuterRef


class NamedQuerySet(models.QuerySet):
    def in_session(self, session_ref: str):
        return self.filter(session_ref=session_ref)

    def of_devices(self, devs: Iterable[str]):
        return self.filter(dev__in=list(devs))

    def on_their_way(self):
        """Files that are not here, or whose record was not applied yet. What is quarantined is not waited for."""
        from server.ledger.models import Record, Verdict

        from .models import StoredFile

        here = StoredFile.objects.filter(pk=OuterRef("sha256"))
        record = Record.objects.filter(pk=OuterRef("record"))
        waits = record.filter(verdict=Verdict.ACCEPTED, is_applied=False)
        return self.filter(~Exists(here) | Exists(waits), ~Exists(record.filter(verdict=Verdict.QUARANTINED)))

    def by_device(self) -> Counter[str]:
        """How many files of each device."""
        rows = self.order_by().values_list("dev").annotate(Count("sha256", distinct=True))
        return Counter(dict(rows))
