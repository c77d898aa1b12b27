"""Witnesses of our list: who they are, what they co-signed, and what they reported. Nothing of a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .querysets import AlarmQuerySet, StatementQuerySet, WitnessQuerySet


class Witness(models.Model):
    """Somebody elsewhere who signs our list while it grows. ``key_hash`` is what its statements call it.

    A witness that ended is asked and listened to no more. What it signed stays: it is published with results.
    """

    name = models.CharField(_("name"), max_length=80)
    public_key = models.BinaryField(max_length=65)
    key_hash = models.CharField(max_length=64, unique=True)
    address = models.CharField(_("address of its file"), max_length=300, blank=True, default="")
    added_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    # Why the last question was of no use, as a code of ``fetching`` or of a refusal; empty when all was well.
    trouble = models.CharField(max_length=40, blank=True, default="")

    objects = WitnessQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


class Statement(models.Model):
    """A witness co-signed the state of our list with this size and root (level A3)."""

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="statements")
    log_epoch = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    origin = models.CharField(max_length=300)
    checkpoint_sig = models.CharField(max_length=90)
    signature = models.CharField(max_length=90)
    received_at = models.DateTimeField(auto_now_add=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["log_epoch", "size", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["witness", "log_epoch", "size", "root"], name="a_witness_signs_a_state_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness_id}: {self.size} {self.root[:8]}"


class Alarm(models.Model):
    """A witness signed a state that is not ours, or refused one. People look, and answer in words that are public."""

    class Kind(models.TextChoices):
        UNKNOWN_STATE = "unknown_state", _("It co-signed a state that our list does not contain")
        REFUSED = "refused", _("It refuses: what it was shown does not go on from what it saw")

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=16, choices=Kind)
    digest = models.CharField(max_length=64)
    # What was said, as it can be shown to anyone and checked by anyone.
    document = models.JSONField()
    why = models.CharField(max_length=300, blank=True, default="")
    raised_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(_("Answer"), max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["witness", "digest"], name="an_alarm_is_raised_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answered_alarm_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness}: {self.get_kind_display()}"
