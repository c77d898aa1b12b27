"""Reads: the vocabulary for many spaces and phases."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .search import SearchableQuerySet


class SpaceQuerySet(SearchableQuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def run_by(self, user):
        """Spaces where this person has a role; all of them for the installation's staff."""
        if user.is_superuser or user.is_staff:
            return self
        return self.filter(roles__user=user).distinct() if user.is_authenticated else self.none()


class PhaseQuerySet(models.QuerySet):
    def active(self, at=None):
        at = at or timezone.now()
        return self.filter(starts_at__lte=at, ends_at__gt=at)
