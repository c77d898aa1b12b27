"""Reads: the vocabulary for many comments and debates."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from server.moderation.content import ModeratedQuerySet
from server.processes.search import SearchableQuerySet


class CommentQuerySet(ModeratedQuerySet):
    def about(self, kind: str, ref: str):
        return self.filter(subject_kind=kind, subject_ref=ref)

    def by_door_of_each(self, kind: str, refs: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many of each of these subjects count, by door; those without a comment are left out. One query."""
        rows = self.counted().filter(subject_kind=kind, subject_ref__in=refs).order_by()
        found: dict[str, dict[str, int]] = {}
        for ref, door, count in rows.values_list("subject_ref", "door").annotate(n=Count("pk")):
            found.setdefault(ref, {})[door] = count
        return found

    def counted(self):
        """Those that figures count: shown, and not taken back by who wrote them."""
        return self.shown().filter(withdrawn_at__isnull=True)

    def seen_by(self, user):
        """All that have a place on the page: what waits for a moderator only for its author."""
        own = Q(author=user) if user.is_authenticated else Q(pk__in=[])
        return self.filter(Q(held_at__isnull=True) | own)

    def with_people(self):
        return self.select_related("author", "component__space", "parent__author")


class DebateQuerySet(ModeratedQuerySet, SearchableQuerySet):  # type: ignore[override]
    def public(self):
        """What everyone may read: of published components in published spaces, with both at hand."""
        shown = self.filter(
            published_at__isnull=False,
            component__published_at__isnull=False,
            component__space__published_at__isnull=False,
        )
        return shown.select_related("component__space")
