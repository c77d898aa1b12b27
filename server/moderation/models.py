"""What was reported, what is hidden, who may not write for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from server.processes.models import Space

from .content import Reason
from .querysets import BlockQuerySet, ReportQuerySet


class Report(models.Model):
    """Somebody says that something should not stand there. Nobody but moderators sees who."""

    class Outcome(models.TextChoices):
        HIDDEN = "hidden", pgettext_lazy("comment", "Hidden")
        KEPT = "kept", _("Left as it is")

    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=32)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=12, choices=Reason)
    words = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reports")
    at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "ref"], name="reports_of_a_thing")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "ref", "by"],
                condition=Q(decided_at__isnull=True, by__isnull=False),
                name="reported_once_by_an_account",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.kind} {self.ref[:8]}"


class Hiding(models.Model):
    """What is hidden now: the log says it, and this list is made from the log."""

    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=32)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="hidings")
    reason = models.CharField(max_length=12, choices=Reason)
    hidden_at = models.DateTimeField()

    class Meta:
        ordering = ["-hidden_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="hidden_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref[:8]}"


class Block(models.Model):
    """This account writes nothing in this space until a moment. What it wrote before stays."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="blocks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks")
    why = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(lifted_at__isnull=True), name="blocked_once_in_a_space"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.space}"
