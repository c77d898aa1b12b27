"""After the vote: objections to it, each with a decision, and addenda to what was certified, which itself stays.

In this code a *contest* is a question on the ballot; whoever disputes a vote raises an *objection*.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.processes.localized import LocalizedField


class Objection(models.Model):
    """Somebody disputes a vote. ``proposed`` and ``decision`` wait for a second person while the state is open."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")

    box = models.ForeignKey("voting.Box", on_delete=models.CASCADE, related_name="objections")
    number = models.PositiveIntegerField()
    received_on = models.DateField(_("received on"))
    from_whom = models.CharField(_("from whom"), max_length=200, blank=True)
    matter = models.TextField(_("what is objected to"), max_length=4000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN, editable=False)
    proposed = models.CharField(max_length=8, choices=State, blank=True, default="", editable=False)
    decision = models.TextField(_("decision and its reasons"), max_length=4000, blank=True, default="")
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["box", "number"], name="one_objection_per_number")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Addendum(models.Model):
    """A text added to a certified result, for what became known later. Published once two persons signed it."""

    box = models.ForeignKey("voting.Box", on_delete=models.CASCADE, related_name="addenda")
    number = models.PositiveIntegerField()
    text = LocalizedField(_("text"))
    # How many ballots that came too late it tells of; none where it speaks of something else.
    late = models.PositiveIntegerField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["box", "number"], name="one_addendum_per_number")]

    def __str__(self) -> str:
        return str(self.number)
