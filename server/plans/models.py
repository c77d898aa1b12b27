"""The plan of the town: one, drawn by us from a file, so that no page asks a stranger for pictures of streets."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TownPlan(models.Model):
    """One row, or none. ``picture``: an SVG; the bounds are those of the picture, in degrees of WGS 84."""

    picture = models.TextField(editable=False)
    west = models.FloatField(editable=False)
    south = models.FloatField(editable=False)
    east = models.FloatField(editable=False)
    north = models.FloatField(editable=False)
    credit = models.CharField(_("source"), max_length=120, blank=True)
    version = models.CharField(max_length=16, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(_("Plan of the town"))
