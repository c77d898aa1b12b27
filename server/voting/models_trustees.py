"""Three trustees of a box: who they are, and by what the box knows their cards again. Never a card."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Trustee(models.Model):
    """One of three persons, any two of whom open the box. ``salt`` and ``check_value`` are empty before the card."""

    box = models.ForeignKey("voting.Box", on_delete=models.CASCADE, related_name="trustees")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80)
    salt = models.BinaryField(max_length=16, default=bytes)
    check_value = models.BinaryField(max_length=16, default=bytes)
    # The three typed their cards, the key was made and wrapped, and each pair opened a test ballot.
    is_proved = models.BooleanField(default=False)
    is_card_lost = models.BooleanField(default=False)
    has_opened = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["box", "number"], name="one_trustee_per_number"),
            models.CheckConstraint(condition=Q(number__in=(1, 2, 3)), name="a_trustee_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_card(self) -> bool:
        """Whether a card was shown to this trustee."""
        return bool(self.check_value)

    @property
    def card_id(self) -> str:
        """Which of the cards shown one after another is the present one; says nothing about what is on it."""
        return bytes(self.salt).hex()[:8]
