"""Kiosks: enrolment, keys, contact. The records they bring live in ``ledger``."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

ON_DEVICE = {
    "": _("Session not opened on it yet"),
    "open": _("Session open on it"),
    "paused": _("Session paused on it"),
    "closed": _("Session closed on it"),
}


class Device(models.Model):
    class Mode(models.TextChoices):
        KIOSK = "kiosk", _("Kiosk")
        DESK = "desk", _("Desk")
        SCANNER = "scanner", _("Scanner")

    class Status(models.TextChoices):
        ENROLLED = "enrolled", _("Enrolled")
        REVOKED = "revoked", _("Revoked")

    class Shown(models.TextChoices):
        """How a device stands for whoever looks at the list; not stored."""

        ENROLLED = "enrolled", _("Enrolled")
        SILENT = "silent", _("Not heard")
        CLOSED = "closed", _("Closed, all here")
        MISSING = "missing", _("Named missing")
        REVOKED = "revoked", _("Revoked")

    dev = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField(max_length=65)
    label = models.CharField(_("name"), max_length=60)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.KIOSK)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="devices")
    status = models.CharField(max_length=8, choices=Status, default=Status.ENROLLED)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    unsent = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=64, blank=True, default="")
    pack_version = models.PositiveIntegerField(default=1)
    # A device that will never come back is named with a reason, so that its session can be reconciled.
    missing_reason = models.CharField(max_length=300, blank=True, default="")
    # What its closing slip says that it held: {epoch, seq, head, ballots, sig}, or {ballots} as somebody copied them.
    closing_slip = models.JSONField(blank=True, default=dict, editable=False)
    # A state of the list that it saw, that we signed, and that our list does not contain: {epoch, size, root, sig}.
    # Kept as evidence; the first one stays.
    foreign_state = models.JSONField(blank=True, default=dict)
    # How it said that it is, with its last push: battery, charging, free_mb, alarms, chain, browser (protocol §7). A
    # remark that no signature covers; empty for a device that says nothing.
    condition = models.JSONField(blank=True, default=dict, editable=False)
    # What pages say of a device (``meetings.figures.devices_of``); not stored.
    is_closed: bool = False
    shown: str = ""
    standing: Standing | None = None
    words_shown: Sequence[tuple[str, str]] = ()

    class Meta:
        ordering = ["session", "label", "pk"]

    def __str__(self) -> str:
        return self.label


class Standing(models.Model):
    """What the records of one chain of a device say of it: written by apply alone, made anew from the log at any time.

    ``seq``: its last record of these; ``began``: where in the log the first of them stands.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="standings")
    epoch = models.CharField(max_length=16)
    label = models.CharField(max_length=60, blank=True, default="")
    software = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=8, blank=True, default="")
    seq = models.PositiveBigIntegerField(default=0)
    began = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["device", "began"]
        constraints = [models.UniqueConstraint(fields=["device", "epoch"], name="one_standing_per_chain")]

    def __str__(self) -> str:
        return f"{self.device} {self.epoch[:4]} {self.state}"

    @property
    def told(self) -> str:
        """Where the session stands on the device itself, in words."""
        return str(ON_DEVICE.get(self.state, ON_DEVICE[""]))


class Enrolment(models.Model):
    """An invitation for one device, shown as a QR and as a typed code: short-lived, used once. The code is not kept."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="enrolments")
    label = models.CharField(_("name"), max_length=60)
    mode = models.CharField(max_length=8, choices=Device.Mode, default=Device.Mode.KIOSK)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    # The two words that both screens show, by language: kept because the code that they are drawn from is not.
    words = models.JSONField(default=dict, blank=True)
    device = models.OneToOneField(Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="enrolment")

    class Meta:
        ordering = ["-expires_at"]

    def __str__(self) -> str:
        return self.label
