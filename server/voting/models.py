"""Rights to vote, passes and ballot boxes.

The register (roll, passes handed out) and the box (sealed ballots, in ``ledger.Payload``) share no key: a ballot names
a *use value* or a *pseudonym*, both of which only a secret outside the database ties to a person.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session, new_key, new_ref
from server.processes.localized import Localized, LocalizedField
from server.processes.models import Component, Space

from .models_desk import Challenge, WalkIn, WalkInPass
from .models_matching import MatchCode, Matching, MatchQuestion
from .models_objections import Addendum, Objection
from .models_once import SealingKey, SentForm, WrongCodes
from .models_paper import OnPaper
from .models_polls import PollTally
from .models_post import Envelope
from .models_proxies import Assistance, Proxy
from .models_rolls import LookAlike, Roll, RollCorrection, RollEntry, RollVersion, VersionLines
from .models_samples import Burst, Sample, SampleLetter
from .models_trustees import Trustee
from .models_unlock import DeskDeed, UnlockCard
from .models_voices import Voice

__all__ = [
    "Addendum",
    "Assistance",
    "Box",
    "Burst",
    "CastVoteRecord",
    "Challenge",
    "DeskDeed",
    "Envelope",
    "LetterBinding",
    "LookAlike",
    "MatchCode",
    "MatchQuestion",
    "Matching",
    "Objection",
    "Pass",
    "PassBatch",
    "PollTally",
    "PresenceMark",
    "Proxy",
    "Roll",
    "RollCorrection",
    "RollEntry",
    "RollVersion",
    "Sample",
    "SampleLetter",
    "SealedBallot",
    "SealingKey",
    "SentForm",
    "Trustee",
    "UnlockCard",
    "VersionLines",
    "Voice",
    "WalkIn",
    "WalkInPass",
    "WrongCodes",
]


class Box(OnPaper):
    """A ballot box: draft → frozen → open → closed → reconciled → opened → certified. No way back."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FROZEN = "frozen", _("Frozen")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        RECONCILED = "reconciled", _("Reconciled")
        OPENED = "opened", _("Opened")
        CERTIFIED = "certified", _("Certified")

    class Regime(models.TextChoices):
        PERSON = "person", _("By person: every right is an entry of the roll")
        PASS = "pass", _("By pass: one right per pass handed out")

    class Method(models.TextChoices):
        APPROVAL = "approval", _("Approval: several projects")
        CHOOSE_ONE = "choose-1", _("One project only")
        KNAPSACK = "knapsack", _("Projects within the budget")
        RANKED = "ranked", _("Ranking: projects in order of preference")
        SCORE = "score", _("Points for each project")
        DOTS = "dots", _("Dots to hand out among projects")
        YES_NO = "yes-no", _("Yes or no: a question, without projects")

    class Rule(models.TextChoices):
        GREEDY = "greedy", _("Most votes first, skipping what does not fit")
        GREEDY_NO_SKIP = "greedy-no-skip", _("Most votes first, stopping at the first that does not fit")
        GREEDY_THRESHOLD = "greedy-threshold", _("Most votes first, from a minimum of votes")

    class Kind(models.TextChoices):
        VOTE = "vote", _("Vote: secret, counted once it is over")
        POLL = "poll", _("Poll: its numbers are shown while it goes on")

    class Precedence(models.TextChoices):
        IN_PERSON = "in-person-over-online", _("In person stands over online; online is open as long as the vote")
        ONLINE_FIRST = "online-closes-first", _("Online closes before the first session opens")

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="boxes")
    ref = models.CharField(max_length=16, unique=True, default=new_ref, editable=False)
    title = LocalizedField(_("title"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind, default=Kind.VOTE)
    regime = models.CharField(_("who votes"), max_length=8, choices=Regime, default=Regime.PERSON)
    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, null=True, blank=True, related_name="boxes")
    method = models.CharField(_("method"), max_length=12, choices=Method, default=Method.APPROVAL)
    min_choices = models.PositiveSmallIntegerField(_("at least"), default=1)
    max_choices = models.PositiveSmallIntegerField(_("at most"), default=3)
    # By points: the most that one project gets, or the dots that a ballot has to give; and of those on one project.
    points = models.PositiveSmallIntegerField(_("points or dots"), default=5)
    per_choice = models.PositiveSmallIntegerField(_("most dots on one project"), default=3)
    max_cost_cents = models.PositiveBigIntegerField(_("limit of cost"), default=0)
    rule = models.CharField(_("count"), max_length=20, choices=Rule, default=Rule.GREEDY)
    threshold = models.PositiveIntegerField(_("minimum of votes"), default=1)
    doors = models.JSONField(_("doors"), default=list)
    precedence = models.CharField(
        _("online and in person"), max_length=24, choices=Precedence, default=Precedence.IN_PERSON
    )
    # By post, a return deadline in words; how many proxies a holder may carry, and how many people a helper may help.
    takes_post = models.BooleanField(_("sheets by post"), default=False)
    post_deadline = LocalizedField(_("until when envelopes must be back"), blank=True)
    proxies_per_holder = models.PositiveSmallIntegerField(_("proxies that one person may carry"), default=0)
    helped_per_helper = models.PositiveSmallIntegerField(_("people whom one helper may help"), default=0)
    is_small_vote = models.BooleanField(default=True)
    has_trustees = models.BooleanField(default=False, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # The frozen definition, kept as the bytes that were hashed.
    definition = models.TextField(blank=True, default="", editable=False)
    definition_hash = models.CharField(max_length=64, blank=True, default="", db_index=True, editable=False)
    letter_key = models.BinaryField(max_length=32, default=new_key, editable=False)
    # Of a box whose online door closes before the hall opens: when a person closed it.
    online_closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    settlement = models.JSONField(default=dict, blank=True, editable=False)
    result = models.JSONField(default=dict, blank=True, editable=False)
    certified_at = models.DateTimeField(null=True, blank=True)
    keep_days = models.PositiveSmallIntegerField(_("kept for contests, in days"), default=60)
    kept_until = models.DateField(null=True, blank=True, editable=False)  # later than keep_days say: a contest goes on
    destroyed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("ballot box")
        verbose_name_plural = _("ballot boxes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(regime="pass") | Q(roll__isnull=False),
                name="a_box_by_person_has_a_roll",
                violation_error_message=_("A box by person needs a roll."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1, per_choice__gte=1),
                name="a_ballot_by_points_has_some_to_give",
                violation_error_message=_("A ballot by points has at least one to give."),
            ),
            models.CheckConstraint(
                condition=Q(regime="person") | Q(takes_post=False, proxies_per_holder=0),
                name="post_and_proxies_are_for_votes_by_person",
                violation_error_message=_("Sheets by post and proxies are for votes by person."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("voting:box", args=[self.component.space.slug, self.ref])

    @property
    def space(self) -> Space:
        return self.component.space

    @property
    def destroy_on(self) -> dt.date | None:
        """The day on which what was kept for contests is destroyed, in the town's time; None before certification."""
        if self.certified_at is None:
            return None
        due = timezone.localdate(self.certified_at) + dt.timedelta(days=self.keep_days)
        return max(due, self.kept_until) if self.kept_until else due

    def offers(self, door: str) -> bool:
        return door in self.doors

    @property
    def is_poll(self) -> bool:
        """As frozen, once it is."""
        from .definitions import Definition

        kind = Definition.of(self).facts["kind"] if self.definition else self.kind
        return kind == self.Kind.POLL

    @property
    def offers_web(self) -> bool:
        return self.offers("web")

    @property
    def online_closes_first(self) -> bool:
        """As frozen, once it is."""
        from .definitions import Definition

        chosen = Definition.of(self).facts["precedence"] if self.definition else self.precedence
        return chosen == self.Precedence.ONLINE_FIRST

    @property
    def can_be_read_again(self) -> bool:
        """Whether its ballots are opened, and the sealed ones still kept beside them."""
        return self.state in (self.State.OPENED, self.State.CERTIFIED) and not self.destroyed_at

    @property
    def takes_online(self) -> bool:
        """Whether a ballot may be cast online now."""
        return self.state == self.State.OPEN and self.offers_web and self.online_closed_at is None

    def doors_open(self) -> dict[str, bool]:
        """Each door with whether it belongs to this vote; a door that is shut is shown struck through."""
        return {door: self.offers(door) for door in ("web", "kiosk", "paper")}

    @property
    def currency(self) -> str:
        budget = getattr(self.component, "budget", None)
        return budget.currency if budget else "EUR"

    def frozen_choices(self) -> list[dict[str, Any]]:
        """The choices of the frozen ballot, in its order, with title and note in the reader's language."""
        from .definitions import Definition

        return [
            {**choice, "title": Localized(choice["title"]), "note": Localized(choice["note"])}
            for choice in Definition.of(self).choices
        ]


class PassBatch(models.Model):
    """Passes printed together: a shuffled stack for the desk of a session, or letters for the roll of a box."""

    class Kind(models.TextChoices):
        STACK = "stack", _("Stack for the desk")
        LETTERS = "letters", _("Letters with code")

    kind = models.CharField(max_length=8, choices=Kind)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, blank=True, related_name="pass_batches")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, null=True, blank=True, related_name="pass_batches")
    number = models.PositiveSmallIntegerField(default=1)
    quantity = models.PositiveIntegerField()
    file = models.CharField(max_length=200, blank=True, default="")
    spoiled_count = models.PositiveIntegerField(default=0)
    unused_count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, kind="stack") | Q(box__isnull=False, kind="letters"),
                name="a_batch_of_passes_has_one_home",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Pass(models.Model):
    """One pass as the server knows it: never the code, only what the code's two keyed values are."""

    batch = models.ForeignKey(PassBatch, on_delete=models.PROTECT, related_name="passes")
    check_value = models.CharField(max_length=32, unique=True)
    use_value = models.CharField(max_length=32, unique=True)
    is_test = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)
    is_exchanged = models.BooleanField(default=False)
    # Handed to somebody who was not on the roll and was refused: a ballot of it is taken out, still sealed.
    is_refused = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "passes"

    def __str__(self) -> str:
        return self.check_value[:8]


class LetterBinding(models.Model):
    """The register's own list: which entry a letter's pass belongs to. Read once, at reconciliation."""

    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="letters")
    letter = models.OneToOneField(Pass, on_delete=models.PROTECT, related_name="binding")
    # Made void, because it was lost or never arrived: then the entry counts as one without a letter.
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(max_length=400, blank=True, default="")

    def __str__(self) -> str:
        return str(self.entry_id)


class PresenceMarkQuerySet(models.QuerySet["PresenceMark"]):
    def in_hall(self) -> PresenceMarkQuerySet:
        """Made at a desk, against a pass: of a person who came, or whose proxy came."""
        return self.exclude(way=PresenceMark.Way.POST)

    def with_envelope(self) -> PresenceMarkQuerySet:
        """``is_mixed``: made by post, and the envelope was opened: nobody can find its sheet among the others."""
        opened = Envelope.objects.filter(box=OuterRef("box"), entry=OuterRef("entry"), state=Envelope.State.OPENED)
        return self.annotate(is_mixed=Exists(opened))


class PresenceMark(models.Model):
    """An entry of the roll was used at a session, in person, by proxy or by post; giving the pass back restores it.

    One table for all three, so that one constraint says for all of them: an entry is used once in a box.
    """

    class Way(models.TextChoices):
        HALL = "hall", _("in person")
        PROXY = "proxy", _("by proxy")
        POST = "post", _("by post")

    class Back(models.TextChoices):
        WRONG = "wrong_person", _("The wrong person was marked")
        LEAVES = "leaves", _("The person leaves without voting")
        ONLINE = "online", _("The person prefers to vote online")
        OTHER = "other", _("Another reason")

    way = models.CharField(max_length=5, choices=Way, default=Way.HALL)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="presence_marks")
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="presence_marks")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="presence_marks")
    is_restored = models.BooleanField(default=False)
    restored_reason = models.CharField(max_length=12, choices=Back, blank=True, default="")
    restored_note = models.CharField(max_length=200, blank=True, default="")
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    restored_second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # What queries and pages say of a mark; not stored.
    is_mixed: bool = False
    is_final: bool = False
    where: Any = None

    objects = PresenceMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["box", "entry"], condition=Q(is_restored=False), name="an_entry_is_used_once_in_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.entry_id)

    def is_final_at(self, session: Session) -> bool:
        """Whether a line of this session's paper list cannot move it any more, so that people decide (``challenges``).

        Marked at another session; or by post, once the envelope is opened (``with_envelope``): a shut one gives way.
        """
        return self.is_mixed if self.way == self.Way.POST else self.session_id != session.pk


class CastVoteRecord(models.Model):
    """What the box holds once opened: choices, sorted by content. No serial, device, time or order of arrival."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="cast_vote_records")
    position = models.PositiveIntegerField()
    choices = models.JSONField()
    status = models.CharField(max_length=8)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["box", "position"], name="one_cast_vote_record_per_place")]

    def __str__(self) -> str:
        return str(self.position)


class SealedBallot(models.Model):
    """A ballot that counted, still sealed as it was when its box was opened: to be read again in a contest.

    In the order of its own bytes, which are random, and beside nothing else: no record, right, salt, device or door.
    """

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="sealed_ballots")
    position = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["box", "position"], name="one_sealed_ballot_per_place")]

    def __str__(self) -> str:
        return str(self.position)
