"""Comments with their versions and votes, and debates.

Comments, versions, votes and mentions say nothing but what the log says (``applying``).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server.moderation.content import Moderated
from server.processes.localized import LocalizedField
from server.processes.models import Component, Door
from server.processes.search import SearchField

from .querysets import CommentQuerySet, DebateQuerySet

LONGEST = 2000
LONGEST_NAME = 80
EDIT_FOR = timedelta(minutes=15)


def new_ref() -> str:
    """32 hexadecimal characters: the name of a comment or debate in addresses and in the log."""
    return secrets.token_hex(16)


class Stance(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    NEUTRAL = "neutral", _("No opinion")


class AuthorKind(models.TextChoices):
    """Who speaks in a comment."""

    PERSON = "person", _("A person")
    TABLE = "table", _("A table")
    CARD = "card", _("A card")
    MEETING = "meeting", _("Notes of a meeting")


class Comment(Moderated):
    """What somebody said about a subject, by whichever door. Nothing of it is deleted; its place stays."""

    ref = models.CharField(max_length=32, unique=True, default=new_ref, editable=False)
    subject_kind = models.CharField(max_length=16)
    subject_ref = models.CharField(max_length=32)
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="comments")
    # By refs, as the log names them: applied anew, rows get other numbers.
    parent = models.ForeignKey(
        "self", to_field="ref", on_delete=models.CASCADE, null=True, blank=True, related_name="answers"
    )
    # The comment that began this branch of the thread; None for that one itself.
    root = models.ForeignKey(
        "self", to_field="ref", on_delete=models.CASCADE, null=True, blank=True, related_name="branch"
    )
    body = models.TextField()
    text_language = models.CharField(max_length=8, blank=True, default="")
    stance = models.CharField(max_length=8, choices=Stance, default=Stance.NEUTRAL)
    # An account's name is asked of the account: who renames or erases it does so here too.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    author_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    author_kind = models.CharField(max_length=8, choices=AuthorKind, default=AuthorKind.PERSON)
    door = models.CharField(max_length=8, choices=Door)
    session_ref = models.CharField(max_length=16, blank=True, default="")
    # The record that wrote it, and the one that wrote the words it has now.
    record = models.CharField(max_length=64, unique=True)
    text_record = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    useful_count = models.PositiveIntegerField(default=0)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref", "root", "written_at"], name="comments_of_a_subject"),
            models.Index(fields=["component", "held_at"], name="comments_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.body[:40]}"

    def get_absolute_url(self) -> str:
        return f"{reverse('discussion:comment', args=[self.ref])}#comment-{self.ref}"

    @property
    def by_name(self) -> str:
        """Whoever spoke, as the page names them. Never an address."""
        if self.author is not None and self.author.is_erased:
            return str(self.author)
        name = self.author.display_name if self.author is not None else self.author_name
        return name or NAMELESS[AuthorKind(self.author_kind)]()

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_counted(self) -> bool:
        return self.is_shown and not self.is_withdrawn

    @property
    def lies_on_leaf(self) -> bool:
        return self.door == Door.PAPER

    @property
    def edited_until(self) -> datetime:
        return self.written_at + EDIT_FOR

    def may_be_edited_by(self, user: Any, at: datetime | None = None) -> bool:
        return self.is_of(user) and self.is_counted and (at or timezone.now()) < self.edited_until

    def is_of(self, user: Any) -> bool:
        return user.is_authenticated and self.author_id == user.pk


NAMELESS = {
    AuthorKind.PERSON: lambda: gettext("Somebody who gave no name"),
    AuthorKind.TABLE: lambda: gettext("A table at a meeting"),
    AuthorKind.CARD: lambda: gettext("A card that was handed in"),
    AuthorKind.MEETING: lambda: gettext("Notes of a meeting"),
}


class CommentVersion(models.Model):
    """Words that a comment had before. ``record`` wrote them; ``until``: when others took their place."""

    comment = models.ForeignKey(Comment, to_field="ref", on_delete=models.CASCADE, related_name="versions")
    record = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.body[:40]


class CommentVote(models.Model):
    """Somebody finds a comment useful. ``right``: ``account:<number>``, or what stands for a right at another door."""

    comment = models.ForeignKey(Comment, to_field="ref", on_delete=models.CASCADE, related_name="votes")
    right = models.CharField(max_length=80)
    door = models.CharField(max_length=8, choices=Door)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "right"], name="useful_once_for_a_right")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.right}"


class Mention(models.Model):
    """A comment names somebody who takes part in the thread."""

    comment = models.ForeignKey(Comment, to_field="ref", on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.user}"


class Debate(Moderated):
    """A question that the town asks in a space, with its thread and, at the end, what the town concludes."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="debates")
    ref = models.CharField(max_length=32, unique=True, default=new_ref, editable=False)
    title = LocalizedField(_("title"))
    description = LocalizedField(_("description"), blank=True)
    conclusion = LocalizedField(_("conclusion"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    concluded_at = models.DateTimeField(null=True, blank=True, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    folded = SearchField(of=["title", "description", "conclusion"])

    objects = DebateQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("discussion:debate", args=[self.component.space.slug, self.ref])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
