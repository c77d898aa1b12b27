"""What people follow, what is new, who was told of it, and what each wishes to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why somebody is told, the nearer to them first: of several, the first holds."""

    MODERATION = "moderation", _("My words are hidden or shown again, or a report of mine is settled")
    MENTION = "mention", _("Somebody names me")
    REPLY = "reply", _("Somebody answers my comment")
    OWN = "own", _("A comment on what I proposed, or an amendment of it")
    COMMENT = "comment", _("A comment on what I follow, or an amendment of it")
    ANSWER = (
        "answer",
        _("What becomes of a proposal, an amendment or a debate"),
    )
    PHASE = "phase", _("A phase begins, ends or is answered, in a process that I follow")
    PROPOSAL = "proposal", _("New proposals and debates in a process that I follow")


class Way(models.TextChoices):
    """How somebody is told."""

    NONE = "none", _("Not at all")
    APP = "app", _("On this site")
    DIGEST = "digest", _("Here, and gathered by e-mail")
    ONCE = "once", _("Here, and by e-mail at once")


class Rhythm(models.TextChoices):
    DAILY = "daily", _("Every day on which there is something")
    WEEKLY = "weekly", _("Once a week, if there is something")


class Follow(models.Model):
    """Somebody follows something. Ended, the row stays, so that nothing they do begins it again by itself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now, editable=False)
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "ref"], name="followed_once")]
        indexes = [models.Index(fields=["kind", "ref", "user"], condition=Q(is_on=True), name="followers_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.ref[:8]}"


class News(models.Model):
    """Something happened of which people may be told; written in the transaction in which it does.

    ``key``: the id of the record, or what else names it for ever: written twice it is one. ``after``: the last account
    of a batch that was told, so that a worker goes on where another ended. ``waits_for``: what must be shown first.
    """

    key = models.CharField(max_length=80, unique=True)
    type = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    after = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    waits_for = models.CharField(max_length=50, blank=True, default="")
    # To what it leads, once it is told: a comment, a phase. Empty: to the thing itself.
    part_kind = models.CharField(max_length=16, blank=True, default="")
    part_ref = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "news"
        indexes = [
            models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="news_not_told"),
            models.Index(fields=["waits_for"], condition=~Q(waits_for=""), name="news_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.key[:8]}"


class Notice(models.Model):
    """One person is told of one piece of news, about one thing. No words of anybody are copied here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    news = models.ForeignKey(News, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=32)
    reason = models.CharField(max_length=12, choices=Reason)
    # False: it stands in a letter only.
    is_here = models.BooleanField(default=True)
    # By which letter: "digest", "once", or none.
    letter = models.CharField(max_length=8, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "news"], name="told_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True, is_here=True), name="notices_unread"),
            models.Index(
                fields=["letter", "user"], condition=Q(mailed_at__isnull=True) & ~Q(letter=""), name="notices_to_mail"
            ),
            models.Index(fields=["user", "kind", "ref"], name="notices_about_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.reason}"


class Wishes(models.Model):
    """What somebody wishes to be told, and how. Without a row: what ``wishing`` says for everybody."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="wishes"
    )
    ways = models.JSONField(default=dict, blank=True)
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.WEEKLY)
    follows_own = models.BooleanField(default=True)
    follows_talk = models.BooleanField(default=True)
    follows_endorsed = models.BooleanField(default=True)
    # In which letters are written: that of the pages when they last logged in, or chose something here.
    language = models.CharField(max_length=8, blank=True, default="")
    gathered_on = models.DateField(null=True, blank=True, editable=False)
    letter_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"wishes of {self.user_id}"
