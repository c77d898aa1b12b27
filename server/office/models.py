"""What the back office keeps: who did what when, long work with its progress, and what waits for a second person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.processes.models import Space

from .deeds import DEEDS
from .querysets import ActQuerySet, ApprovalQuerySet, JobQuerySet

if TYPE_CHECKING:
    from server.accounts.models import User


class ActsAreKept(RuntimeError):
    """The log of acts only grows. A row that somebody wants to change or delete is a bug."""


class Act(models.Model):
    """One deed of a member of staff, as ``deeds.DEEDS`` names it. Written once, never changed: the database refuses.

    ``subject`` is what the deed was done to, in words; ``facts`` are numbers and plain words. Neither ever holds a
    vote, a code, or the name of somebody on a roll. What desks do is not written here: times tell who came when. But an
    account matched at a desk is, without whose it was: it is done to the roll, and no voting.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    # Whoever erases their account stays in the log as nobody.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="acts")
    space = models.ForeignKey(Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="acts")
    place = models.CharField(max_length=60, blank=True, default="")
    deed = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, blank=True, default="")
    # ``box:<ref>`` or ``session:<ref>`` where the deed was done to one of these: the words of two may be the same.
    about = models.CharField(max_length=40, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    # What undoing needs; empty where there is no way back.
    undo = models.JSONField(default=dict, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")

    whom: Any = None  # the account that the act was about, for pages; not stored

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["space", "-id"], name="acts_of_a_space"),
            models.Index(fields=["about", "id"], name="acts_about_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.subject}" if self.subject else str(self.get_deed_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ActsAreKept
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ActsAreKept

    def get_deed_display(self) -> Any:
        return DEEDS.get(self.deed, self.deed)

    @property
    def can_be_undone(self) -> bool:
        return bool(self.undo) and not hasattr(self, "undone_by")


class Job(models.Model):
    """Long work in the background, with a progress that survives reloads. See ``jobs`` for how it is run."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    SILENT_AFTER = timedelta(minutes=2)

    kind = models.CharField(max_length=40)
    # What the job works on. While one is under way, no second one of the same key can be.
    key = models.CharField(max_length=120)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="jobs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="jobs")
    facts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # The sentence of the refusal that stopped it, in the language of whoever asked for it.
    error = models.CharField(max_length=400, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state__in=["waiting", "running"]), name="one_job_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def asker(self) -> User:
        """Who asked for it. ``run_job`` sees to it that there still is somebody."""
        assert self.by is not None
        return self.by

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_silent(self, beat_at: datetime | None, now: datetime) -> bool:
        """Whether nothing was heard of it for so long that whoever worked at it may be dead."""
        return self.is_under_way and now - max(beat_at or self.created_at, self.created_at) > self.SILENT_AFTER


class Approval(models.Model):
    """A deed that takes two persons: one asked for it, another agrees before it is done. See ``approvals``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second person")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Not agreed")

    kind = models.CharField(max_length=40)
    # What the deed is about. While one waits, there is no second one of the same key.
    key = models.CharField(max_length=120)
    # One sentence of whoever asked, where the deed wants one. It goes where the deed puts it.
    why = models.CharField(max_length=300, blank=True, default="")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="approvals")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(state="waiting"), name="one_question_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
