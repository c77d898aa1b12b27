"""Rows about who belongs to a space, and who may read it before or instead of everybody.

``models`` imports these; their forms, actions and pages stand in ``members``, ``member_forms`` and ``views_people``.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .localized import LocalizedField


class Member(models.Model):
    """Somebody who belongs to a space: an assembly lists them, and one for members only lets them in.

    Without an account they are a name on the public list; with one and not listed, a reader and nothing else.
    """

    space = models.ForeignKey("processes.Space", on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    name = models.CharField(_("name"), max_length=120)
    part = LocalizedField(_("role"), blank=True)
    since = models.DateField(_("since"), default=timezone.localdate)
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(user__isnull=False), name="member_once_per_space"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShareTokenQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ShareToken(models.Model):
    """A link with which anybody reads one space that is not published, for a while. Its code is kept as a hash."""

    space = models.ForeignKey("processes.Space", on_delete=models.CASCADE, related_name="share_tokens")
    label = models.CharField(_("for whom"), max_length=120)
    code_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_alive(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class SpaceGroup(models.Model):
    """Processes that belong together, with a page that lists them."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = LocalizedField(_("title"))
    description = LocalizedField(_("description"), blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.title)
