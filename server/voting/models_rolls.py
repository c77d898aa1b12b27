"""Rolls: who holds a right to vote in a space, line by line, and each version that a roll ever had."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.processes.models import Space


def new_salt() -> bytes:
    return secrets.token_bytes(32)


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    def with_right(self) -> RollEntryQuerySet:
        """Those who may vote: everybody but who was struck."""
        return self.filter(struck_at=None)


class LookAlikeQuerySet(models.QuerySet["LookAlike"]):
    def open(self) -> LookAlikeQuerySet:
        """Those that nobody looked at yet, of lines that both hold a right."""
        return self.filter(told_apart_at=None, first__struck_at=None, second__struck_at=None)


class Roll(models.Model):
    """The people who hold a right to vote in a space, as a snapshot with a version."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="rolls")
    title = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(default=1)
    imported_at = models.DateTimeField(auto_now=True)
    # The people on it are kept no longer than the votes that they took part in (``actions/destroying.py``).
    destroyed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class RollEntry(models.Model):
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(_("number on the roll"), max_length=40)
    family_name = models.CharField(_("family name"), max_length=120)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Struck from the roll once a box with it was frozen: the line stays, the right is gone.
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A right is bound to the entry, not to the account: one entry, at most one account.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="roll_entries"
    )

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(
                fields=["roll", "account"], condition=Q(account__isnull=False), name="one_entry_per_account"
            ),
        ]
        indexes = [models.Index(fields=["roll", "family_name"], name="entries_by_name")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class RollVersion(models.Model):
    """What a roll was at one moment: how many rights, and a commitment to all of its lines (``roll_lines``).

    The commitment is public, in the log of every vote with this roll; the salt is not, and is destroyed with the names.
    ``kind`` says what made it; where a person had to give a ``reason``, and a second one to agree, they stand here.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("As first frozen")
        IMPORTED = "imported", _("People imported")
        REMOVED = "removed", _("People taken off")
        RESTORED = "restored", _("People put back")
        ADDED = "added", _("One person added")
        AMENDED = "amended", _("One line amended")
        STRUCK = "struck", _("One person struck")
        READMITTED = "readmitted", _("One person readmitted")

    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    people = models.PositiveIntegerField()
    salt = models.BinaryField(max_length=32, default=new_salt, editable=False)
    commitment = models.CharField(max_length=64)
    entry = models.ForeignKey(RollEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="corrections")
    reason = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["roll", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.roll_id} v{self.number}"


class VersionLines(models.Model):
    """The lines that a version commits to, packed: all of them, or the one that differs from the version before.

    Never published. A sworn observer may be given them with the salt (``actions/roll_lists.py``); they are destroyed
    with the names. ``number`` is whose line it is where it is one; the line is empty where nobody has it any more.
    """

    version = models.OneToOneField(RollVersion, on_delete=models.CASCADE, related_name="lines")
    is_whole = models.BooleanField()
    number = models.CharField(max_length=40, blank=True, default="")
    packed = models.BinaryField(editable=False)

    def __str__(self) -> str:
        return f"{self.version_id}{'' if self.is_whole else ' +1'}"


class RollCorrection(models.Model):
    """A correction of one line during a vote, while it waits for a second person. Gone once it is answered."""

    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=10, choices=RollVersion.Kind)
    entry = models.ForeignKey(RollEntry, on_delete=models.CASCADE, null=True, blank=True, related_name="asked")
    line = models.JSONField(default=dict)
    reason = models.CharField(max_length=400)

    def __str__(self) -> str:
        return f"{self.kind} {self.roll_id}"


class LookAlike(models.Model):
    """Two lines that may be one person (``look_alikes``). Told apart by a person, it is asked no more."""

    class Why(models.TextChoices):
        SAME = "same", _("The same names and date of birth")
        SPELLING = "spelling", _("The same date of birth, names one letter apart")
        BIRTH = "birth", _("The same names, dates of birth almost alike or missing")

    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="look_alikes")
    first = models.ForeignKey(RollEntry, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(RollEntry, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    told_apart_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LookAlikeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_look_alikes")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    @property
    def lines(self) -> tuple[RollEntry, RollEntry]:
        return self.first, self.second

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What a person compares: the field and its label, both values, whether they differ."""
        rows = []
        for name in ("family_name", "given_name", "birth_date", "address", "email"):
            values = [getattr(one, name) for one in self.lines]
            label = getattr(RollEntry, name).field.verbose_name
            rows.append({"name": name, "label": label, "values": values, "differ": values[0] != values[1]})
        return rows
