"""Rows beside a proposal: an amendment of another, a section of a text of the town."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.processes.models import Component


class Amendment(models.Model):
    """What makes a proposal an amendment: which other it would change, why, and what became of it.

    Its wording, its author, its door, its endorsements and its thread are those of its proposal. ``against``: the
    version of the other that its author read. Decided once; ``made``: the version of the other that took it up.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("Not decided yet")
        ACCEPTED = "accepted", _("Amendment accepted")
        PARTLY = "partly", _("Amendment accepted in part")
        REJECTED = "rejected", _("Amendment not accepted")

    proposal = models.OneToOneField(
        "proposals.Proposal", on_delete=models.CASCADE, primary_key=True, related_name="amendment"
    )
    amends = models.ForeignKey("proposals.Proposal", on_delete=models.CASCADE, related_name="amendments")
    against = models.PositiveIntegerField()
    reason = models.CharField(_("reason"), max_length=1000)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="", editable=False)
    words = models.CharField(_("answer"), max_length=1000, blank=True, default="", editable=False)
    by_town = models.BooleanField(default=False, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    made = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # The proposal of its own that its author made of it, once it was not accepted.
    became = models.OneToOneField(
        "proposals.Proposal", on_delete=models.SET_NULL, null=True, blank=True, related_name="came_from"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="an_amendment_is_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(made__isnull=True, outcome__in=["", "rejected"])
                | Q(made__isnull=False, outcome__in=["accepted", "partly"]),
                name="what_is_accepted_made_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.outcome}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    @property
    def tone(self) -> str:
        """The sign of its outcome (``models.State.Tone``)."""
        return {"": "wait", self.Outcome.REJECTED: "bad"}.get(self.outcome, "ok")


class Document(models.Model):
    """A text of the town in sections: the one of a component whose rules say ``is_text``.

    Until it is published its sections lie in ``draft``, a list of ``[level, title, body]`` in reading order;
    ``revision`` grows with each change of it. Once published, each section is a proposal of the town.
    """

    component = models.OneToOneField(Component, on_delete=models.CASCADE, related_name="document")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(max_length=8, default="fr")
    draft = models.JSONField(default=list, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """Where a proposal of the town stands in its text. ``label``: its number there, like 2.1; "" for a preamble."""

    proposal = models.OneToOneField(
        "proposals.Proposal", on_delete=models.CASCADE, primary_key=True, related_name="section"
    )
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="one_section_at_a_place")]

    def __str__(self) -> str:
        return self.label
