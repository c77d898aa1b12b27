"""Reads: the vocabulary for many meetings."""

from __future__ import annotations

from datetime import datetime

from server.processes.search import SearchableQuerySet


class MeetingQuerySet(SearchableQuerySet):
    def public(self):
        """What everyone may read: of published spaces, with the space at hand."""
        return self.filter(space__published_at__isnull=False).select_related("space")

    def to_come(self, now: datetime):
        """Those that are not over."""
        return self.filter(ends_at__gt=now)
