"""Reads: the vocabulary for many projects."""

from __future__ import annotations

from server.processes.search import SearchableQuerySet


class ProjectQuerySet(SearchableQuerySet):
    def public(self):
        """What everyone may read: of published budgets in published spaces, with the space at hand."""
        return self.shown_in_spaces().filter(budget__component__space__published_at__isnull=False)

    def shown_in_spaces(self):
        """Of published budgets, with the space at hand: for whoever may read that (``access_space``)."""
        return self.filter(budget__component__published_at__isnull=False).select_related("budget__component__space")
