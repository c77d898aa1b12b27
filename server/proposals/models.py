"""Proposals: what people, groups, tables of a meeting and the town itself put forward, and who endorses it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.moderation.content import Moderated
from server.processes.component_types import Activity
from server.processes.localized import LocalizedField
from server.processes.models import Component, Door, Taxon

from .models_amending import Amendment as Amendment
from .models_amending import Document as Document
from .models_amending import Section as Section
from .querysets import EndorsementQuerySet, ProposalQuerySet

# Draws the place of a proposal in a random order: a prime, so that multiplying by a visit's seed moves every place.
SHUFFLE = 2_147_483_647


def new_ref() -> str:
    return secrets.token_hex(12)


def new_place() -> int:
    return secrets.randbelow(SHUFFLE - 1) + 1


class State(models.Model):
    """A step on the way of a proposal through the institution. Each component has its own, in its own words."""

    class Tone(models.TextChoices):
        OK = "ok", _("Good news")
        WAIT = "wait", _("On its way")
        BAD = "bad", _("Not retained")

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="proposal_states")
    title = LocalizedField(_("title"))
    tone = models.CharField(_("sign"), max_length=4, choices=Tone, default=Tone.WAIT)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.title)


class Proposal(Moderated):
    """One proposal as it stands. ``published_at`` empty: a draft, which its author alone can see.

    ``author_name`` is what the page says: the name shown at the time, a table of a meeting, a card. An account that is
    erased leaves the proposal without a name.
    """

    class AuthorKind(models.TextChoices):
        PERSON = "person", _("A person")
        GROUP = "group", _("A group")
        OFFICIAL = "official", _("The town")
        MEETING = "meeting", _("A meeting")
        TABLE = "table", _("A table of a meeting")
        CARD = "card", _("A card on paper")

    class Part(models.TextChoices):
        """What it is here for: of its own, to change another, or as a section of a text (``models_amending``)."""

        PROPOSAL = "proposal", _("A proposal")
        AMENDMENT = "amendment", _("An amendment")
        SECTION = "section", _("A section")

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="proposals")
    ref = models.CharField(max_length=24, unique=True, default=new_ref, editable=False)
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    part = models.CharField(max_length=9, choices=Part, default=Part.PROPOSAL, editable=False)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    language = models.CharField(max_length=8, default="fr")
    category = models.ForeignKey(Taxon, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Taxon, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place_name = models.CharField(_("place"), max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    author_kind = models.CharField(max_length=8, choices=AuthorKind, default=AuthorKind.PERSON)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    author_name = models.CharField(max_length=120, blank=True)
    coauthors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="coauthored_proposals")
    # Whose right it was that this came in by, so that the number for each can be limited at every door.
    right = models.CharField(max_length=80, blank=True, editable=False)
    door = models.CharField(max_length=8, choices=Door, default=Door.WEB)
    session_ref = models.CharField(max_length=16, blank=True, editable=False)

    state = models.ForeignKey(State, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")
    answer = LocalizedField(_("answer of the town"), blank=True)
    answer_cost_cents = models.PositiveBigIntegerField(_("cost"), null=True, blank=True)
    answer_from = models.DateField(_("from"), null=True, blank=True)
    answer_until = models.DateField(_("until"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    version = models.PositiveIntegerField(default=0, editable=False)
    endorsement_count = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    place = models.PositiveIntegerField(default=new_place, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    became = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged_from")
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="parts")

    # What it became in the budget of its space.
    project = models.ForeignKey(
        "budgets.Project", on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals"
    )

    # The first of its photos, where a list has asked for those of all its rows.
    photo: Any = None

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["component_id", "number", "pk"]  # by its key: its own order would join it to every question
        constraints = [
            models.UniqueConstraint(fields=["component", "number"], name="one_proposal_per_number"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(number__isnull=False),
                name="published_with_a_number",
            ),
        ]
        indexes = [
            models.Index(fields=["component", "-published_at"], name="proposals_recent"),
            models.Index(fields=["component", "-endorsement_count"], name="proposals_endorsed"),
            models.Index(fields=["component", "-comment_count"], name="proposals_commented"),
            models.Index(fields=["component", "right"], name="proposals_of_a_right"),
            # Counted and drawn by lot without a look at the rows, which are wide. That is what ``standing`` asks for.
            models.Index(
                fields=["component", "part", "place", "id"],
                condition=Q(
                    held_at__isnull=True,
                    hidden_at__isnull=True,
                    published_at__isnull=False,
                    withdrawn_at__isnull=True,
                    became__isnull=True,
                ),
                name="proposals_standing",
            ),
            models.Index(
                fields=["component", "part", "id"], condition=Q(published_at__isnull=False), name="proposals_published"
            ),
            # Few ever became another: an index of all, nearly all of them empty, is passed over for reading all rows.
            models.Index(fields=["became"], condition=Q(became__isnull=False), name="proposals_that_became"),
            models.Index(fields=["split_from"], condition=Q(split_from__isnull=False), name="proposals_split"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        name = "amendment" if self.is_amendment else "proposal"
        return reverse(f"proposals:{name}", args=[self.component.space.slug, self.component_id, self.number])

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def stands(self) -> bool:
        """Whether people can still endorse it: shown, not withdrawn, not become part of another, and not decided."""
        if not self.is_shown or self.is_draft or self.withdrawn_at or self.became_id:
            return False
        return not self.is_amendment or (self.amendment.is_open and self.amendment.amends.stands)

    @property
    def is_amendment(self) -> bool:
        return self.part == self.Part.AMENDMENT

    @property
    def is_section(self) -> bool:
        return self.part == self.Part.SECTION

    @property
    def is_official(self) -> bool:
        return self.author_kind == self.AuthorKind.OFFICIAL

    @property
    def last(self) -> Proposal:
        """Itself, or what it became part of, as far as that went."""
        seen, here = {self.pk}, self
        while here.became is not None and here.became_id not in seen:
            here = here.became
            seen.add(here.pk)
        return here

    def near(self) -> list[Proposal]:
        """What became part of it, and what was split from it: also what is hidden. One query."""
        rows = Proposal.objects.filter(Q(became=self.pk) | Q(split_from=self.pk))
        return list(rows.order_by("number"))

    def family(self, near: Iterable[Proposal] | None = None) -> set[int]:
        """Its key and those of all that became part of it: their endorsements count for it.

        near: where whoever calls has asked for it.
        """
        found, newest = {self.pk}, {self.pk}
        if near is not None:
            newest = {one.pk for one in near if one.became_id == self.pk}
            found |= newest
        while newest:
            rows = Proposal.objects.filter(became__in=newest).order_by().values_list("pk", flat=True)
            newest = set(rows) - found
            found |= newest
        return found

    @property
    def shown_author(self) -> str:
        if self.author_name:
            return self.author_name
        return str(_("Somebody") if self.author_kind == self.AuthorKind.PERSON else self.get_author_kind_display())


class Version(models.Model):
    """What a proposal said at one time. Never changed; the fingerprint is of its words."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    record_id = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    # The amendment that it took up.
    takes_up = models.ForeignKey(Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="one_version_of_a_proposal")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Endorsement(models.Model):
    """One right supports one proposal, whichever door it came through. Said by the log, and by nothing else.

    ``right``: ``account:<key>`` or ``voice:<value>`` of a pass (``voting.voices``). Giving and taking back are each
    known by the place in the log of the last that said so; what stands later in the log holds. So it does not matter in
    which order they come.
    It stays with the proposal for which it was given, also when that became part of another and counts there.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="endorsements")
    right = models.CharField(max_length=80)
    door = models.CharField(max_length=8, choices=Door, default=Door.WEB)
    session_ref = models.CharField(max_length=16, blank=True)
    given_at_index = models.BigIntegerField(default=-1)
    withdrawn_at_index = models.BigIntegerField(default=-1)
    # False also where its right endorses fewer than the component asks for, or this one is beyond what it may give.
    counts = models.BooleanField(default=False)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "right"], name="a_right_endorses_once")]
        indexes = [models.Index(fields=["right"], name="endorsements_of_a_right")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.door}"

    @property
    def stands(self) -> bool:
        return self.given_at_index > self.withdrawn_at_index


class VoidVoice(models.Model):
    """The voice of a pass that counts nowhere any more : endorsements with it stay, not counted. Said by the
    log."""

    right = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.right[:14]


class Offer(models.Model):
    """A pack of this session said that this may be done there: what kiosks bring of it counts. Never taken away."""

    session = models.ForeignKey("meetings.Session", on_delete=models.CASCADE, related_name="offers")
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="offers")
    activity = models.CharField(max_length=20, choices=Activity)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "component", "activity"], name="offered_once_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.get_activity_display()}"


class Word(models.Model):
    """A stem of the words of a proposal, in either language: how it is found, and what is like it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="words")
    stem = models.CharField(max_length=40)
    # In its title, a word says more.
    in_title = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stem", "proposal"], name="a_word_once_a_proposal")]

    def __str__(self) -> str:
        return self.stem
