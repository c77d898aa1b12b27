"""Participatory spaces, their phases and their components: what is open when, for which door."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .component_types import Activity, type_of
from .localized import LocalizedField
from .membership import Member, ShareToken, SpaceGroup
from .phase_times import PhaseTimes
from .querysets import ComponentQuerySet, PhaseQuerySet, SpaceQuerySet
from .search import SearchField

__all__ = ["Member", "ShareToken", "SpaceGroup"]


class Door(models.TextChoices):
    """By which way a deed comes in. The word always stands beside the sign."""

    WEB = "web", _("Online")
    KIOSK = "kiosk", _("At the kiosk")
    PAPER = "paper", _("On paper")
    DESK = "desk", _("At the desk")


class Involvement(models.IntegerChoices):
    """The five steps of the perron: how far a phase lets people in."""

    INFORMATION = 1, _("Information")
    CONSULTATION = 2, _("Consultation")
    CONCERTATION = 3, _("Concertation")
    COPRODUCTION = 4, _("Co-production")
    CODECISION = 5, _("Co-decision")


class Space(models.Model):
    """A participatory process, an assembly or an initiative."""

    class Kind(models.TextChoices):
        PROCESS = "process", _("Participatory process")
        ASSEMBLY = "assembly", _("Assembly")
        INITIATIVE = "initiative", _("Initiative")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PROCESS)
    title = LocalizedField(_("title"))
    summary = LocalizedField(_("summary"), blank=True)
    description = LocalizedField(_("description"), blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # Since when its members read it while nobody else finds it: to everybody else it is a draft.
    for_members_at = models.DateTimeField(null=True, blank=True, editable=False)
    group = models.ForeignKey(SpaceGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="spaces")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    linked = models.ManyToManyField("self", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    folded = SearchField(of=["title", "summary", "description"])

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(for_members_at=None), name="space_for_all_or_for_members"
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("processes:space", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Phase(PhaseTimes, models.Model):
    """An ordered, dated part of a space, with its degree of involvement and the promise that goes with it.

    What it opens ends with it. It is *closed* later, by a person, and not before the town has published its answer.
    """

    class Activation(models.TextChoices):
        DATES = "dates", _("By its dates")
        HAND = "hand", _("By hand")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    title = LocalizedField(_("title"))
    activation = models.CharField(_("begins and ends"), max_length=5, choices=Activation, default=Activation.DATES)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    # By hand: when somebody began it, and when somebody ended it (which may be done before its date as well).
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    involvement = models.PositiveSmallIntegerField(
        _("degree of involvement"), choices=Involvement, default=Involvement.CODECISION
    )
    promise = LocalizedField(
        _("promise"), blank=True, help_text=_("What will be done with the contributions, by whom, by when.")
    )
    answer = LocalizedField(_("answer to the promise"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    activities = models.JSONField(_("what is open"), default=list, blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="phase_ends_after_it_starts",
                violation_error_message=_("A phase ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(answered_at__isnull=False),
                name="phase_closed_with_its_answer",
                violation_error_message=_("A phase is closed with the answer of the town."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def is_active(self, at=None) -> bool:
        return self.runs_at(at or timezone.now())

    def is_over(self, at=None) -> bool:
        return self.is_over_at(at or timezone.now())

    @property
    def time(self) -> str:
        """Where it stands now: ``now``, ``past`` or ``coming``."""
        at = timezone.now()
        return "now" if self.runs_at(at) else "past" if self.is_over_at(at) else "coming"

    @property
    def is_answered(self) -> bool:
        """Whether the public page shows what became of the promise."""
        return self.answered_at is not None


class Component(models.Model):
    """What a space offers: a budget, proposals, a debate, a page. Its kind is one of ``component_types``."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="components")
    kind = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=1)
    title = LocalizedField(_("title"))
    intro = LocalizedField(_("introduction"), blank=True)
    settings = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ComponentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """Its own page, or its place on the page of its space."""
        own = found.address(self) if (found := type_of(self.kind)) else ""
        return own or f"{self.space.get_absolute_url()}#c{self.pk}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def get_kind_display(self) -> str:
        return str(found.name) if (found := type_of(self.kind)) else self.kind


class Opening(models.Model):
    """What a phase opens: one activity of one component, and the doors by which it may come."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="openings")
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="openings")
    activity = models.CharField(max_length=20, choices=Activity)
    doors = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phase", "component", "activity"], name="opened_once_a_phase")]

    def __str__(self) -> str:
        return f"{self.phase}: {self.get_activity_display()}"


class Taxon(models.Model):
    """A word by which things are put in order: of a space, or (without one) of the whole installation.

    At most three levels: a parent's parent has none.
    """

    class Kind(models.TextChoices):
        CATEGORY = "category", _("Category")
        AREA = "area", _("Area")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True, blank=True, related_name="taxons")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CATEGORY)
    title = LocalizedField(_("title"))
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return str(self.title)


class SpaceRole(models.Model):
    """What a member of staff may do in one space."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        DESK = "desk", _("Desk")
        SCANNER = "scanner", _("Scanner")
        OBSERVER = "observer", _("Observer")
        MODERATOR = "moderator", _("Moderator")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_roles")
    role = models.CharField(max_length=12, choices=Role)
    # Keys of the meetings that a desk or scanner role is limited to; none: all of the space.
    meetings = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user", "role"], name="one_role_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    def reaches(self, meeting: int) -> bool:
        """Whether it may be used at this meeting (P10)."""
        return not self.meetings or meeting in self.meetings


class Invitation(models.Model):
    """Somebody is asked to take part in running a space, or (without one) the installation. Good once, for a while.

    The code in its link is kept as a hash only: who reads the database cannot use it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Taken back")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    role = models.CharField(max_length=12, choices=SpaceRole.Role, blank=True, default="")
    email = models.EmailField(_("e-mail address"))
    code_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    # So that an account which is erased is found here under every address it ever had.
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.email} – {self.get_part_display()}"

    @property
    def state(self) -> str:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.EXPIRED if self.expires_at <= timezone.now() else self.State.WAITING

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    def get_part_display(self) -> str:
        """What the person is asked to be."""
        return str(SpaceRole.Role(self.role).label if self.role else _("Administrator"))
