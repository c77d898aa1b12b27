"""What a desk writes down beside marks: people who are on no roll, and people who are marked at two desks.

Part of the register; no row holds a time, and a day at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .models_rolls import Roll, RollEntry

if TYPE_CHECKING:
    from .models import Box


class WalkInQuerySet(models.QuerySet["WalkIn"]):
    def waiting(self) -> WalkInQuerySet:
        """Nobody has decided yet whether they may vote."""
        return self.filter(state=WalkIn.State.WAITING)

    def with_pass(self) -> WalkInQuerySet:
        """Whose pass is out in the hall, and not in the name of an entry of the roll."""
        return self.filter(state__in=[WalkIn.State.WAITING, WalkIn.State.REFUSED])


class WalkIn(models.Model):
    """Somebody who came and is not on the roll: votes with a pass at once, counts if people decide so.

    ``asked`` is what somebody wants to decide while a second person is waited for, with ``asked_entry`` where it is
    a person of the roll after all.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a decision")
        ACCEPTED = "accepted", _("Taken onto the roll")
        REFUSED = "refused", _("Right refused")
        WITHDRAWN = "withdrawn", _("Pass given back")

    # What is left of a row when the people of its roll are destroyed.
    NAMELESS = {
        "family_name": "", "given_name": "", "birth_date": None, "address": "", "shown": "", "reason": "",
        "decided_reason": "", "entry": None, "asked_entry": None,
    }  # fmt: skip

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="walk_ins")
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="walk_ins")
    family_name = models.CharField(_("family name"), max_length=120)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True)
    address = models.CharField(_("address"), max_length=300)
    shown = models.CharField(_("what was shown"), max_length=120)
    reason = models.CharField(_("why this person may vote here"), max_length=400)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    entry = models.ForeignKey(RollEntry, on_delete=models.SET_NULL, null=True, related_name="walk_ins")
    asked = models.CharField(max_length=9, choices=State, blank=True, default="")
    asked_entry = models.ForeignKey(RollEntry, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_reason = models.CharField(max_length=400, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = WalkInQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class WalkInPass(models.Model):
    """Which pass a walk-in holds, while nobody has decided. Deleted by the decision, whichever it is."""

    walk_in = models.OneToOneField(WalkIn, on_delete=models.CASCADE, related_name="held")
    held = models.OneToOneField("voting.Pass", on_delete=models.PROTECT, related_name="walk_in_pass")

    def __str__(self) -> str:
        return str(self.walk_in_id)


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def waiting(self) -> ChallengeQuerySet:
        """Nobody has decided yet which of the two stands."""
        return self.filter(state=Challenge.State.WAITING)

    def of_box(self, box: Box) -> ChallengeQuerySet:
        """With both sessions and whoever decided, for a page."""
        rows = self.filter(mark__box=box).select_related("mark__entry", "mark__box", "mark__session__meeting")
        return rows.select_related("session__meeting__space", "noted_by", "decided_by", "agreed_by")

    def with_pass(self) -> ChallengeQuerySet:
        """For which a second pass is out: all but those that turned out to be a slip of the pen."""
        return self.exclude(state=Challenge.State.MISTAKE)


class Challenge(models.Model):
    """A list kept on paper says that somebody got a pass here who is already marked at another session (P3).

    The mark stays, and with it the right is used once. What people decide is which of the two the register tells of;
    nothing can be taken out of a box for it, because nobody knows which passes these were (``docs/decisions/0021``).
    ``asked`` is what somebody wants to decide while a second person is waited for.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a decision")
        FIRST = "first", _("The mark made first stands")
        PAPER = "paper", _("The line of the paper list stands")
        MISTAKE = "mistake", _("The line was a mistake, nobody got a pass for it")

    mark = models.ForeignKey("voting.PresenceMark", on_delete=models.PROTECT, related_name="challenges")
    # Whose paper list names the person; the other session is that of the mark.
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="challenges")
    noted_on = models.DateField(default=timezone.localdate, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    asked = models.CharField(max_length=7, choices=State, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["mark", "session"], name="one_challenge_per_mark_and_session")]

    def __str__(self) -> str:
        return str(self.mark_id)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
