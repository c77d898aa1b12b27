"""Reads: devices."""

from __future__ import annotations

from django.db import models

from server.ledger.models import Chain
from server.web.counting import of_each


class DeviceQuerySet(models.QuerySet):
    def named(self, dev: str):
        """The device of this name with its session, meeting and space, or None. Asked at every push: without the order
        of lists, which costs two more joins."""
        return self.select_related("session__meeting__space").filter(dev=dev).order_by("pk").first()

    def with_chains(self):
        """``chains``: how many its key has begun. A new chain comes with a new key: a second is a copy's."""
        return self.annotate(chains=of_each(Chain.objects.all(), "dev", of="dev"))
