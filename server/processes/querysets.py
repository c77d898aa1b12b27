"""Reads: the vocabulary for many spaces and phases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
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
        """Those that run at this moment; ``Phase.is_active`` says the same of one."""
        at = at or timezone.now()
        by_dates = Q(activation="dates", starts_at__lte=at, ends_at__gt=at)
        by_hand = Q(activation="hand", begun_at__lte=at)
        return self.filter(by_dates | by_hand).exclude(ended_at__lte=at)


class ComponentQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)
