"""Reads: the vocabulary for many sheets and readings."""

from __future__ import annotations

from django.db import models
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

# The two states of a reading in which a person must look.
WAITING = ("doubtful", "conflict")
# Outcomes of a decision that give a sheet its ballot.
BALLOT_OUTCOMES = ("choices", "invalid")


def _decisions(**facts):
    """The decisions about the reading of the outer query, narrowed."""
    from .models import Adjudication

    return Exists(Adjudication.objects.filter(reading=OuterRef("pk"), **facts))


def _pages_seen():
    """Of the sheet of the outer query: how many of its pages were seen, whether legible or not."""
    from .models import Reading

    standing = Reading.objects.standing().filter(sheet=OuterRef("pk")).order_by().values("sheet")
    return Subquery(standing.annotate(seen=Count("sheet_page", distinct=True)).values("seen"))


def _pages_printed():
    """How many pages the sheet of the outer query has, as its pages say themselves."""
    from .models import Reading

    here = Reading.objects.standing().filter(sheet=OuterRef("pk")).order_by().values("sheet")
    return Subquery(here.annotate(printed=Max("sheet_pages")).values("printed"))


def _typed_in():
    """Whether people have typed in, from the image of the outer query, what its sheet says."""
    from .models import Keying

    return Exists(Keying.objects.filter(image=OuterRef("pk"), sheet__keyings__settles=True))


class ReadingQuerySet(models.QuerySet):
    def in_session(self, session):
        return self.filter(batch__session=session)

    def waiting(self):
        """Readings that a person must look at and that are not settled yet."""
        rows = self.filter(~_decisions(settles=True), status__in=WAITING)
        return rows.exclude(sheet__is_spoiled=True)

    def for_person(self, person):
        """Of those that wait, the ones about which this person has not given a word yet."""
        return self.waiting().filter(~_decisions(decided_by=person))

    def of_whole_sheets(self):
        """Readings of sheets of which every page was seen: about the others nobody can decide yet (B9)."""
        from .models import Reading

        here = Reading.objects.standing().filter(sheet=OuterRef("sheet")).order_by().values("sheet")
        seen = Subquery(here.annotate(seen=Count("sheet_page", distinct=True)).values("seen"))
        return self.annotate(pages_seen=seen).filter(pages_seen__gte=F("sheet_pages"))

    def held_by_nobody_but(self, person):
        """Readings of sheets at which nobody else looks just now."""
        from .models import ReviewLease

        others = ReviewLease.objects.standing().exclude(holder=person).filter(sheet=OuterRef("sheet"))
        return self.filter(~Exists(others))

    def with_words(self):
        """Annotate ``words``: how many people have decided about each, settled or not."""
        return self.annotate(words=Count("adjudications"))

    def not_read(self):
        """Images on which no sheet of ours was found, and which nobody has typed in: paper may lie behind them."""
        return self.filter(~_typed_in(), status="refused", sheet=None)

    def standing(self):
        """Observations that speak for their sheet: not refused, not set aside by a person."""
        return self.exclude(status="refused").filter(~_decisions(outcome="discard", settles=True))

    def with_outcome(self):
        """Annotate ``is_decided``: by people; ``is_seen_again``: a later image shows the same sheet well."""
        from .models import Reading

        later = Reading.objects.filter(sheet=OuterRef("sheet"), pk__gt=OuterRef("pk")).exclude(fingerprint="")
        decided = ExpressionWrapper(Q(_decisions(settles=True)) | Q(_typed_in()), BooleanField())
        return self.annotate(is_decided=decided, is_seen_again=Exists(later))


class LeaseQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(until__gt=timezone.now())

    def in_session(self, session):
        return self.filter(sheet__run__session=session)


class KeyingQuerySet(models.QuerySet):
    def in_session(self, session):
        return self.filter(sheet__run__session=session)


class SheetQuerySet(models.QuerySet):
    def that_count(self):
        return self.filter(run__is_test=False)

    def of(self, session, box):
        return self.filter(run__session=session, run__box=box)

    def half_keyed(self):
        """Sheets that somebody began to type in, and of which it is not settled what they say."""
        from .models import Keying

        keyed = Keying.objects.filter(sheet=OuterRef("pk"))
        return self.filter(Exists(keyed), ~Exists(keyed.filter(settles=True)), is_spoiled=False)

    def with_facts(self):
        """Annotate what became of each: ``is_incomplete``, ``is_waiting``, ``was_decided`` (by people), ``was_seen``.

        is_incomplete: some of its pages were seen, others not, and nobody decided what to do (B9). It waits, too.
        """
        from .models import Adjudication, Keying, Reading

        here = Reading.objects.filter(sheet=OuterRef("pk"))
        settled = Adjudication.objects.filter(reading__sheet=OuterRef("pk"), settles=True)
        keyed = Keying.objects.filter(sheet=OuterRef("pk"))
        is_half_keyed = Exists(keyed) & ~Exists(keyed.filter(settles=True))
        decided = Exists(settled.filter(outcome__in=BALLOT_OUTCOMES)) | Exists(here.filter(status="keyed"))
        waits = Exists(here.filter(~_decisions(settles=True), status__in=WAITING)) | is_half_keyed
        incomplete = Q(ballot="", pages_seen__lt=F("pages_printed")) & ~Q(decided)
        return self.annotate(pages_seen=_pages_seen(), pages_printed=_pages_printed()).annotate(
            is_incomplete=ExpressionWrapper(incomplete, BooleanField()),
            is_waiting=ExpressionWrapper(Q(waits) | incomplete, BooleanField()),
            was_decided=decided,
            was_seen=Exists(here),
        )

    def undecided(self):
        """Sheets about which people have not said all they must: while there is one, its box cannot be reconciled."""
        return self.with_facts().filter(is_waiting=True, is_spoiled=False)

    def incomplete(self):
        """Sheets of which some pages were seen and others not, and about which nobody has decided."""
        return self.with_facts().filter(is_incomplete=True, is_spoiled=False)
