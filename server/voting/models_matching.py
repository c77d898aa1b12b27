"""How accounts come to lines of a roll, and are separated from them. Part of the register; no row holds an hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models_rolls import Roll, RollEntry


class MatchCode(models.Model):
    """A code that somebody shows at the desk to say "this account is mine": good once, for minutes, one an account.

    ``check_value`` is keyed: the code itself is kept nowhere.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="match_code")
    check_value = models.CharField(max_length=32, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.check_value[:8]


class Matching(models.Model):
    """That an account belongs to a line, or did: how it came to it, and why it was separated.

    The office's log says that somebody was matched; whose line it was stands here alone, and goes with the names.
    ``reason`` is set from when somebody asks for the separation; it is done when ``is_over``.
    """

    class How(models.TextChoices):
        LETTER = "letter", _("by the code of the letter")
        DESK = "desk", _("at the desk")
        FILE = "file", _("by a file: number, names and date of birth are the same")
        CHOSEN = "chosen", _("by a file: a person chose among lines that look alike")
        BEFORE = "before", _("before this was noted")

    entry = models.ForeignKey(RollEntry, on_delete=models.CASCADE, related_name="matchings")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    how = models.CharField(max_length=6, choices=How)
    on = models.DateField(default=timezone.localdate, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_over = models.BooleanField(default=False)
    reason = models.CharField(max_length=400, blank=True, default="")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(is_over=False), name="one_standing_matching")
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.entry_id}"


class MatchQuestion(models.Model):
    """What a file says of an account, where a person must choose which line is meant. Gone once it is answered (P8)."""

    # What a person compares with the same fields of a line.
    SAID = ("number", "family_name", "given_name", "birth_date")

    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="match_questions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    given_name = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["roll", "account"], name="one_question_per_account")]

    def __str__(self) -> str:
        return f"{self.roll_id} {self.account_id}"

    def compared(self, entries: Sequence[RollEntry]) -> list[dict[str, Any]]:
        """Field by field: its label, what the file says, and what each line says and whether it differs."""
        rows = []
        for name in self.SAID:
            said, label = getattr(self, name) or "", getattr(RollEntry, name).field.verbose_name
            there = [getattr(entry, name) or "" for entry in entries]
            lines = [{"value": value, "differs": value != said} for value in there]
            rows.append({"name": name, "label": label, "said": said, "lines": lines})
        return rows
