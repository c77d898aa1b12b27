"""Reads: devices."""

from __future__ import annotations

from django.db import models

from server.ledger.models import Chain
from server.web.counting import of_each


class DeviceQuerySet(models.QuerySet):
    def with_chains(self):
        """``chains``: how many its key has begun. A new chain comes with a new key: a second is a copy's."""
        return self.annotate(chains=of_each(Chain.objects.all(), "dev", of="dev"))
