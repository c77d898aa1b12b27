"""Reads: what witnesses said."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery


class WitnessQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None)

    def to_ask(self):
        """Those who publish their statements at an address."""
        return self.active().exclude(address="")

    def with_last_statement(self):
        """``last_size``, ``last_at`` of the newest state that each co-signed (None without one), ``waiting`` alarms."""
        from .models import Statement

        newest = Statement.objects.filter(witness=OuterRef("pk")).order_by("-log_epoch", "-size")
        return self.annotate(
            last_size=Subquery(newest.values("size")[:1]),
            last_at=Subquery(newest.values("received_at")[:1]),
            waiting=Count("alarms", filter=Q(alarms__answered_at=None)),
        )


class StatementQuerySet(models.QuerySet):
    def holding(self, index: int, log_epoch: int):
        """Those about a state of this time of the list that holds the record at this index, the smallest first."""
        return self.filter(size__gt=index, log_epoch=log_epoch).select_related("witness").order_by("size", "pk")

    def largest_size(self, log_epoch: int) -> int:
        """How much of the list of this time somebody elsewhere has co-signed (level A3); 0 for nothing."""
        size: int | None = self.filter(log_epoch=log_epoch).aggregate(size=Max("size"))["size"]
        return size or 0


class AlarmQuerySet(models.QuerySet):
    def waiting(self):
        """Nobody has answered yet."""
        return self.filter(answered_at=None)
