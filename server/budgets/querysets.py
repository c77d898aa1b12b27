"""Reads: the vocabulary for many projects."""

from __future__ import annotations

from server.processes.search import SearchableQuerySet


class ProjectQuerySet(SearchableQuerySet):
    def public(self):
        """What everyone may read: of published budgets in published spaces, with the space at hand."""
        shown = self.filter(
            budget__component__published_at__isnull=False, budget__component__space__published_at__isnull=False
        )
        return shown.select_related("budget__component__space")
