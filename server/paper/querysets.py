"""Reads: the vocabulary for many sheets and readings."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef

# The two states of a reading in which a person must look.
WAITING = ("doubtful", "conflict")
# Outcomes of a decision that give a sheet its ballot.
BALLOT_OUTCOMES = ("choices", "invalid")


class ReadingQuerySet(models.QuerySet):
    def in_session(self, session):
        return self.filter(batch__session=session)

    def waiting(self):
        """Readings that a person must look at and nobody has decided."""
        return self.filter(status__in=WAITING, adjudications__isnull=True).exclude(sheet__is_spoiled=True)

    def standing(self):
        """Observations that speak for their sheet: not refused, not set aside by a person."""
        return self.exclude(status="refused").exclude(adjudications__outcome="discard")


class SheetQuerySet(models.QuerySet):
    def that_count(self):
        return self.filter(run__is_test=False)

    def of(self, session, box):
        return self.filter(run__session=session, run__box=box)

    def with_facts(self):
        """Annotate what became of each sheet: ``is_waiting``, ``was_decided``, ``was_seen``."""
        from .models import Adjudication, Reading

        here = Reading.objects.filter(sheet=OuterRef("pk"))
        decided = Adjudication.objects.filter(reading__sheet=OuterRef("pk"), outcome__in=BALLOT_OUTCOMES)
        return self.annotate(
            is_waiting=Exists(here.filter(status__in=WAITING, adjudications__isnull=True)),
            was_decided=Exists(decided),
            was_seen=Exists(here),
        )

    def undecided(self):
        """Sheets with an image that waits for a person: while there is one, its box cannot be reconciled."""
        return self.with_facts().filter(is_waiting=True, is_spoiled=False)
