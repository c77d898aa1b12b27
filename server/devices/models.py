"""Kiosks: enrolment, keys, contact. The records they bring live in ``ledger``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .needs import Need
from .querysets import DeviceQuerySet
from .telling import Light, light_of

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
        REPLACED = "replaced", _("Replaced")
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
    # The newest that it has fetched, as far as this is noted.
    pack_taken = models.PositiveIntegerField(default=0)
    # It stands where this broken one stood. The other way round ``replaced_at``: told to take no more, still trusted.
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    replaced_at = models.DateTimeField(null=True, blank=True)
    # A device that will never come back is named with a reason, so that its session can be reconciled.
    missing_reason = models.CharField(max_length=300, blank=True, default="")
    # What its closing slip says that it held: {epoch, seq, head, ballots, sig}, or {ballots} as somebody copied them.
    closing_slip = models.JSONField(blank=True, default=dict, editable=False)
    # A state of the list that it saw, that we signed, and that our list does not contain: {epoch, size, root, sig}.
    # Kept as evidence; the first one stays.
    foreign_state = models.JSONField(blank=True, default=dict)
    # How it said that it is, with its last push: battery, charging, free_mb, alarms, chain, browser, light, checks,
    # clock_s, help (protocol §7). A remark that no signature covers; empty for a device that says nothing.
    condition = models.JSONField(blank=True, default=dict, editable=False)
    # The state of the list that it said to know, {epoch, size}: an answer carried by hand proves that today's goes on
    # from there. Empty for a device that was never answered.
    seen = models.JSONField(blank=True, default=dict, editable=False)
    # What pages say of a device (``meetings.figures.devices_of``); not stored.
    is_closed: bool = False
    is_back: bool = False
    chains: int = 0
    on_their_way: int = 0
    waiting: int = 0
    branched: int = 0
    shown: str = ""
    standing: Standing | None = None
    words_shown: Sequence[tuple[str, str]] = ()
    # What the page of a whole space says besides (``fleet``); not stored.
    needs: Sequence[Need] = ()
    rank: int = 0
    head: tuple[str, int, str] | None = None
    level: str = ""
    level_told: Any = ""

    objects = DeviceQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        ordering = ["session", "label", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def light(self) -> Light | None:
        """Whether it is ready, as it said itself when it was last checked."""
        return light_of(self.condition)

    @property
    def is_welcome(self) -> bool:
        """Whether it may take deeds; who is not is told so, signed, and may always send (protocol §7)."""
        return self.status == self.Status.ENROLLED and self.replaced_at is None

    @property
    def is_replaceable(self) -> bool:
        return self.is_welcome and not self.missing_reason and self.session.state != Session.State.RECONCILED


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


class Listed(models.Model):
    """What the public list says of a device: written by apply alone, from the installation's own records.

    ``enrolled_index``, ``revoked_index``: where in the log it was enrolled, and first revoked; None for what was done
    before these were records. ``trusted_size``: of a revoked one, how many records the list had when it was last
    trusted (``trust``); of several revocations the smallest.
    """

    dev = models.CharField(max_length=64, unique=True)
    session_ref = models.CharField(max_length=16, blank=True, default="")
    mode = models.CharField(max_length=8, blank=True, default="")
    replaces = models.CharField(max_length=64, blank=True, default="")
    enrolled_index = models.PositiveBigIntegerField(null=True, blank=True)
    revoked_index = models.PositiveBigIntegerField(null=True, blank=True)
    trusted_size = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["dev"]

    def __str__(self) -> str:
        return self.dev[:8]


class Stranger(models.Model):
    """A device that proves its key and names a session of ours, and that we do not know: enrolled after the backup that
    was restored (S9). What it sent is held (``ledger.Held``) until people take it in. ``seq``: its last number so far.
    """

    dev = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField(max_length=65)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="strangers")
    label = models.CharField(max_length=60, blank=True, default="")
    seq = models.PositiveBigIntegerField(default=0)
    first_heard_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["first_heard_at", "pk"]

    def __str__(self) -> str:
        return self.label or self.fingerprint

    @property
    def fingerprint(self) -> str:
        """The beginning of its key's hash, in fours, as its closing slip shows it."""
        from server.voting.printed import grouped

        return grouped(self.dev[:16], 4)


class Enrolment(models.Model):
    """An invitation for one device, shown as a QR and as a typed code: short-lived, used once. The code is not kept."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="enrolments")
    label = models.CharField(_("name"), max_length=60)
    mode = models.CharField(max_length=8, choices=Device.Mode, default=Device.Mode.KIOSK)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    replaces = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, blank=True, related_name="replacements")
    # The two words that both screens show, by language: kept because the code that they are drawn from is not.
    words = models.JSONField(default=dict, blank=True)
    device = models.OneToOneField(Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="enrolment")

    class Meta:
        ordering = ["-expires_at"]

    def __str__(self) -> str:
        return self.label
