"""Reads: the vocabulary for many acts, jobs and approvals."""

from __future__ import annotations

from collections.abc import Iterable
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

    def about(self, *things: models.Model):
        """What was done to these boxes and sessions, in order. Acts noted before they said so are not found."""
        from .actions import name_of

        return self.filter(about__in=[name_of(thing) for thing in things]).select_related("by").order_by("pk")

    def with_people(self):
        return self.select_related("by", "space", "undone_by")


class JobQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=["waiting", "running"])


class ApprovalQuerySet(models.QuerySet):
    def waiting(self, *kinds: str, keys: Iterable[object] | None = None):
        """Asked and not answered yet; of these kinds and about these things only, where any are named."""
        rows = self.filter(state="waiting")
        if kinds:
            rows = rows.filter(kind__in=kinds)
        return rows if keys is None else rows.filter(key__in=[str(key) for key in keys])
