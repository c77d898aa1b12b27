"""Unlock cards, and what desks without network brought. Part of the register; no row holds a moment of a deed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .models_rolls import RollEntry

# The refusals of the desk as they read afterwards.
WHY = {
    "device_revoked": _("The device is revoked: was a pass really handed over?"),
    "struck": _("This person was struck from the roll."),
    "proxy_given": _("This person gave a proxy."),
    "used_in_person": _("This person was marked already."),
    "mark_restored": _("There was no mark to undo."),
    "second_person": _("Two persons are wanted, and only one card was shown."),
    "reason_missing": _("The reason was missing."),
    "pass_unknown": _("The pass is not of this session."),
    "pass_used": _("A ballot was cast with this pass before it came back."),
    "pass_void": _("The pass was void already."),
    "pass_spent": _("The pass was handed in for a sheet."),
    "pass_provisional": _("The pass belongs to somebody else who is not on the roll."),
    "marked_twice": _("Another desk marked this person as well."),
    "test_right": _("The pass is one for tests."),
}


class UnlockCardQuerySet(models.QuerySet["UnlockCard"]):
    def good(self) -> UnlockCardQuerySet:
        """Those that open a station; not those that were lost."""
        return self.filter(voided_at=None)


class UnlockCard(models.Model):
    """A card that opens the stations of a session. The card itself is kept nowhere: ``key`` follows from it
    (``unlocking``), and is emptied when the people of the session's rolls are destroyed.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="unlock_cards")
    label = models.CharField(_("name of the card"), max_length=60)
    # Whose deeds those under this card are; nobody: the card belongs to a station.
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who holds it"),
    )
    card = models.CharField(max_length=16, unique=True)
    key = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UnlockCardQuerySet.as_manager()

    class Meta:
        ordering = ["session", "label", "pk"]

    def __str__(self) -> str:
        return self.label


class DeskDeedQuerySet(models.QuerySet["DeskDeed"]):
    def to_look_at(self) -> DeskDeedQuerySet:
        """What changed nothing by itself, or was done and should be known all the same."""
        return self.filter(Q(outcome=DeskDeed.Outcome.NOTE) | ~Q(remark=""))


class DeskDeed(models.Model):
    """What became of a deed that a desk without network brought: one row for each record, whichever way it went.

    ``reason`` says why it changed nothing by itself and people look at it; ``remark`` what people should know all the
    same (P10).
    """

    class Kind(models.TextChoices):
        MARKED = "desk.marked", _("Marked, a pass handed over")
        UNDONE = "desk.undone", _("Mark undone, the pass taken back")
        WALK_IN = "desk.walk_in", _("Not on the roll, a pass handed over")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        TWICE = "twice", _("Marked elsewhere as well: to be decided")
        NOTE = "note", _("Changed nothing: people look at it")

    class Remark(models.TextChoices):
        VOID = "void", _("The card was void when this came")
        OFF_DUTY = "off_duty", _("Whoever holds the card does not work at this meeting")

    record = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="desk_deeds")
    dev = models.CharField(max_length=64)
    card = models.ForeignKey(UnlockCard, on_delete=models.PROTECT, related_name="deeds")
    kind = models.CharField(max_length=12, choices=Kind)
    entry = models.ForeignKey(RollEntry, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=5, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True, default="")
    remark = models.CharField(max_length=8, choices=Remark, blank=True, default="")
    # The name of the device, on a page; not stored.
    device: str = ""

    objects = DeskDeedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.record[:8]}"

    @property
    def why(self) -> Any:
        """Why it changed nothing by itself, in words for people."""
        return WHY.get(self.reason, self.reason)
