"""What everything that people or the town publish has in common: it may wait for a moderator, and it may be hidden."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    """Why something is reported or hidden. Shown in the place of what is hidden."""

    INSULT = "insult", _("Insults or threats")
    HATE = "hate", _("Hatred or discrimination")
    PRIVATE = "private", _("Tells private things about somebody")
    ADVERT = "advert", _("Advertising, or sent many times")
    OFF_TOPIC = "off_topic", _("Has nothing to do with the subject")
    UNLAWFUL = "unlawful", _("Forbidden by law for another reason")


class State(models.TextChoices):
    SHOWN = "shown", _("Visible")
    HELD = "held", _("Waits for a moderator")
    HIDDEN = "hidden", pgettext_lazy("comment", "Hidden")


class ModeratedQuerySet(models.QuerySet):
    def shown(self):
        """Neither hidden nor waiting."""
        return self.filter(hidden_at__isnull=True, held_at__isnull=True)

    def held(self):
        return self.filter(hidden_at__isnull=True, held_at__isnull=False)


class Moderated(models.Model):
    """Columns of whatever can be moderated; only ``applying`` writes them after the row is made."""

    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_reason = models.CharField(max_length=12, choices=Reason, blank=True, default="", editable=False)
    # A sentence of the moderator, for whoever wrote it.
    hidden_words = models.CharField(max_length=500, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def moderation_state(self) -> str:
        if self.hidden_at:
            return State.HIDDEN
        return State.HELD if self.held_at else State.SHOWN

    @property
    def is_shown(self) -> bool:
        return self.moderation_state == State.SHOWN
