"""Return envelopes of people who vote by post. Part of the register: no row knows a sheet, and none holds a time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .models_rolls import RollEntry


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def sent(self) -> EnvelopeQuerySet:
        """Whose letter was printed, whatever became of it: each of them held a blank sheet."""
        return self.exclude(state=Envelope.State.ORDERED)

    def in_force(self) -> EnvelopeQuerySet:
        """Those that may still bring a ballot, or did: one for each entry."""
        return self.filter(state__in=Envelope.IN_FORCE)

    def doubtful(self) -> EnvelopeQuerySet:
        return self.filter(state=Envelope.State.RECEIVED)

    def to_open(self) -> EnvelopeQuerySet:
        return self.filter(state=Envelope.State.ACCEPTED)


class Envelope(models.Model):
    """One return envelope. It carries a code of its entry; the sheet inside is any sheet of the stack.

    ordered → sent → accepted → opened, or refused, or received while two persons decide; void when it was lost.
    ``asked`` is what somebody wants to decide while a second person is waited for.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("To be printed")
        SENT = "sent", _("Sent, not come back")
        RECEIVED = "received", _("Came back, waits for a decision")
        ACCEPTED = "accepted", _("Accepted, still shut")
        OPENED = "opened", _("Opened, its sheet mixed with others")
        REFUSED = "refused", _("Refused")
        VOID = "void", _("Void")

    class Reason(models.TextChoices):
        LATE = "late", _("It came too late")
        DAMAGED = "damaged", _("It is open or damaged")
        UNSIGNED = "unsigned", _("It is not signed")
        IN_PERSON = "in_person", _("The person voted in the hall")
        STRUCK = "struck", _("The person is no longer on the roll")
        LOST = "lost", _("It was lost, or never arrived")
        OTHER = "other", _("Another reason")

    IN_FORCE = (State.ORDERED, State.SENT, State.RECEIVED, State.ACCEPTED, State.OPENED)

    box = models.ForeignKey("voting.Box", on_delete=models.PROTECT, related_name="envelopes")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="envelopes")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="envelopes")
    # The keyed check value of the code on the envelope; none before it was printed. The code itself is not kept.
    check_value = models.CharField(max_length=32, blank=True, default="", editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.ORDERED)
    reason = models.CharField(max_length=9, choices=Reason, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    asked = models.CharField(max_length=8, choices=State, blank=True, default="")
    asked_reason = models.CharField(max_length=9, choices=Reason, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box", "entry"],
                condition=Q(state__in=["ordered", "sent", "received", "accepted", "opened"]),
                name="one_envelope_in_force_per_entry",
            ),
            models.UniqueConstraint(fields=["check_value"], condition=~Q(check_value=""), name="one_envelope_per_code"),
            models.CheckConstraint(
                condition=Q(state="ordered") | ~Q(check_value=""), name="an_envelope_that_was_sent_has_a_code"
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)

    @property
    def is_waiting(self) -> bool:
        """For people to decide about it."""
        return self.state == self.State.RECEIVED
