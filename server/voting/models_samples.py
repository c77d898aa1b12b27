"""Looks at the work of the desk: a random sample of marks gets a letter; marks made faster than people come (P12).

Part of the register; no row holds an hour.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .models_desk import Challenge


class Sample(models.Model):
    """The one draw of a box. A second one would let somebody draw until a sample pleases."""

    box = models.OneToOneField("voting.Box", on_delete=models.PROTECT, related_name="sample")
    seed = models.CharField(_("seed"), max_length=100)
    size = models.PositiveIntegerField(_("letters"))
    marks = models.PositiveIntegerField()  # how many were made in person, when it was drawn
    answer_by = models.DateField(_("answers until"))
    answer_to = models.CharField(_("where people answer"), max_length=200)
    drawn_on = models.DateField(default=timezone.localdate, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.size}/{self.marks}"


class SampleLetterQuerySet(models.QuerySet["SampleLetter"]):
    def with_people(self) -> SampleLetterQuerySet:
        """Whom each asks, and where the register says that they came."""
        rows = self.select_related("mark__entry", "mark__session__meeting")
        return rows.prefetch_related("mark__challenges__session__meeting")


class SampleLetter(models.Model):
    """One mark that was drawn, with what the person answers to the letter."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        CONFIRMED = "confirmed", _("Says: yes, I voted in person")
        DENIED = "denied", _("Says: no, I did not")
        RETURNED = "returned", _("The letter came back")

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="letters")
    mark = models.ForeignKey("voting.PresenceMark", on_delete=models.PROTECT, related_name="letters")
    place = models.PositiveIntegerField()  # in the order of the draw
    answer = models.CharField(max_length=9, choices=Answer, default=Answer.NONE)
    note = models.CharField(max_length=400, blank=True, default="")
    noted_on = models.DateField(null=True, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = SampleLetterQuerySet.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "mark"], name="a_mark_is_drawn_once"),
            models.UniqueConstraint(fields=["sample", "place"], name="one_mark_per_place_of_a_sample"),
        ]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def session(self) -> Session:
        """Where the person is said to have come: people may have decided that the list of another session stands."""
        stands = [one.session for one in self.mark.challenges.all() if one.state == Challenge.State.PAPER]
        return stands[0] if stands else self.mark.session


class Burst(models.Model):
    """One account made more marks within a minute than people come to a desk. How many and how often, never when."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bursts")
    # Whoever erases their account stays as nobody, in a row of its own.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    most = models.PositiveIntegerField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-most", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "by"], condition=Q(by__isnull=False), name="one_burst_row_per_session_and_account"
            )
        ]

    def __str__(self) -> str:
        return str(self.most)
