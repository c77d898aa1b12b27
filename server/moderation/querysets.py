"""Reads: the vocabulary for reports and blocks."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(decided_at__isnull=True)

    def about(self, kind: str, ref: str):
        return self.filter(kind=kind, ref=ref)


class BlockQuerySet(models.QuerySet):
    def in_force(self, at=None):
        return self.filter(until__gt=at or timezone.now(), lifted_at__isnull=True)
