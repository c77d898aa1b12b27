"""Meetings and their sessions: the hours in which people come to a place and doors stand open there."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.processes.localized import LocalizedField
from server.processes.models import Space
from server.processes.search import SearchField

from .querysets import MeetingQuerySet


def new_ref() -> str:
    """Sixteen hexadecimal characters: the name of a session, a box or an epoch in the log."""
    return secrets.token_hex(8)


def new_key() -> bytes:
    return secrets.token_bytes(32)


def new_pin() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


class Meeting(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="meetings")
    title = LocalizedField(_("title"))
    description = LocalizedField(_("description"), blank=True)
    place = models.CharField(_("place"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    folded = SearchField(of=["title", "description", "place", "address"])

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("A meeting ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.space.slug, self.pk])


class Session(models.Model):
    """prepared → open ⇄ paused → closed → reconciled. No way back."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")
        RECONCILED = "reconciled", _("Reconciled")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sessions")
    ref = models.CharField(max_length=16, unique=True, default=new_ref, editable=False)
    label = LocalizedField(_("name"))
    state = models.CharField(max_length=12, choices=State, default=State.PREPARED)
    boxes = models.ManyToManyField("voting.Box", related_name="sessions", blank=True)
    code_key = models.BinaryField(max_length=32, default=new_key, editable=False)
    operator_pin = models.CharField(max_length=6, default=new_pin, editable=False)
    # Blind hand counts, entered by people before the system shows its own: {"sheets_in_box": 12, …}
    hand_counts = models.JSONField(default=dict, blank=True)
    # Who counted: whoever entered the figures first, then who confirmed them. Keys of accounts.
    counted_by = models.JSONField(default=list, blank=True)
    # Explanations of differences: {"3": {"text": "…", "by": ["…", "…"]}}
    explanations = models.JSONField(default=dict, blank=True)
    # Heads of the paired devices when the session was reconciled; missing devices are named with a reason.
    closing_heads = models.JSONField(default=dict, blank=True)
    # What may be lost with each device that was missing then: {dev: as ``voting.losses`` says it}
    closing_losses = models.JSONField(default=dict, blank=True, editable=False)
    # Ballots of passes, counted by right for the last time: when the first of its boxes was opened, which then forgot
    # whose they were. The names are those of ``balance_facts``; empty until then.
    ballot_counts = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["meeting__starts_at", "pk"]

    def __str__(self) -> str:
        return str(self.label) or str(self.meeting)
