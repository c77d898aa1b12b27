"""Reads: the vocabulary for many acts and jobs."""

from __future__ import annotations

from typing import NoReturn

from django.db import models


class ActQuerySet(models.QuerySet):
    def update(self, **changes: object) -> int:
        """Only what an erased account or a deleted space leaves empty may change."""
        from .models import ActsAreKept

        if set(changes) - {"by", "space", "by_id", "space_id"}:
            raise ActsAreKept
        return super().update(**changes)

    def delete(self) -> NoReturn:
        from .models import ActsAreKept

        raise ActsAreKept

    def with_people(self):
        return self.select_related("by", "space", "undone_by")


class JobQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=["waiting", "running"])
