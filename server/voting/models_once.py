"""What is noted so that nothing is taken twice, and nobody tries codes without end. No row says who it was."""

from __future__ import annotations

from django.db import models


class WrongCodes(models.Model):
    """Wrong codes from one session, address or block, or for one roll (P15, P16); ``source`` is a keyed hash of it."""

    source = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name_plural = "wrong codes"

    def __str__(self) -> str:
        return f"{self.source[:8]} {self.count}"


class SentForm(models.Model):
    """A form that was sent: the same form sent again finds what became of it the first time (D19).

    ``token`` is a hash of the form's token and of the right it was sent for; ``outcome`` the id of a record or row.
    """

    token = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.token[:8]


class SealingKey(models.Model):
    """The ephemeral key E of a sealed ballot, as SHA-256: a second ballot with the same E is a copy (protocol §4).

    ``record`` is the ballot that had it first; empty once its box was opened: then it is nobody's, and still taken.
    """

    definition = models.CharField(max_length=64)
    value = models.CharField(max_length=64)
    record = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["definition", "value"], name="one_ballot_per_sealing_key")]

    def __str__(self) -> str:
        return self.value[:8]
