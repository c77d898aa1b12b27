"""Reads: the vocabulary for many proposals."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Mod

from server.moderation.content import ModeratedQuerySet
from server.processes.folding import LONGEST_QUERY, words_of

from .words import EMPTY, stems_in, stems_of


class ProposalQuerySet(ModeratedQuerySet):
    def public(self):
        """What everyone may read: of published components in published spaces, with the space at hand."""
        shown = self.published().filter(
            component__published_at__isnull=False, component__space__published_at__isnull=False
        )
        return shown.select_related("component__space")

    def published(self):
        """No drafts, nothing hidden: also what was withdrawn, or became part of another, each with its page."""
        return self.shown().filter(published_at__isnull=False)

    def proposals(self):
        """What was put forward of its own: neither amendments nor sections of a text."""
        return self.filter(part="proposal")

    def standing(self):
        """Proposals that people can still endorse; amendments and sections of a text are in no list of these."""
        return self.there().proposals()

    def there(self):
        """What was neither withdrawn nor made part of another, sections and amendments with it."""
        return self.published().filter(withdrawn_at__isnull=True, became__isnull=True)

    def amendments(self):
        """With what each would change at hand."""
        return self.filter(part="amendment").select_related("amendment__amends__component__space")

    def for_the_town(self):
        """Those on whose amendments the town decides (``amending.is_for_the_town``)."""
        from .models import Proposal

        signed = Proposal.coauthors.through.objects.filter(proposal=OuterRef("pk"))
        return self.filter(Q(author_kind="official") | (Q(author__isnull=True) & ~Exists(signed)))

    def of_right(self, right: str):
        """What counts against the limit of one right: what it brought and did not take back."""
        return self.proposals().filter(right=right, published_at__isnull=False, withdrawn_at__isnull=True)

    def matching(self, query: str):
        """Those in which every word of ``query`` occurs, by its stem in French or in English."""
        words = words_of(query[:LONGEST_QUERY])
        told = [word for word in words if word not in EMPTY] or words
        rows = self if told else self.none()
        for word in told:
            rows = rows.filter(pk__in=self._with_stems(stems_of(word)))
        return rows

    def _with_stems(self, stems: Iterable[str]):
        from .models import Word

        return Word.objects.filter(stem__in=stems).values("proposal_id")

    def with_lot(self, seed: int):
        """``by_lot``: a place in a random order, the same for the same seed (0 < seed < ``models.SHUFFLE``)."""
        from .models import SHUFFLE

        # As wide as the product is: PostgreSQL multiplies whole numbers as narrow as their column.
        place = Cast("place", models.BigIntegerField())
        return self.annotate(by_lot=Mod(place * Value(seed, models.BigIntegerField()), SHUFFLE))

    def like(self, text: str, *, most: int):
        """The few that say most nearly the same, most alike first: by the words they share, rarer words first.

        A word that stands in every second proposal says nothing; so each counts by how few have it.
        """
        from .likeness import alike

        return alike(self, stems_in(text), most=most)

    def waiting_for_an_answer(self, threshold: int = 0):
        return self.standing().filter(Q(answered_at__isnull=True), endorsement_count__gte=threshold)


class EndorsementQuerySet(models.QuerySet):
    def standing(self):
        """Given, and not taken back since."""
        return self.filter(given_at_index__gt=F("withdrawn_at_index"))

    def in_component(self, component_id: int):
        """Those that the limits of a component speak of: to endorse an amendment uses up nothing of them."""
        return self.filter(proposal__component=component_id).exclude(proposal__part="amendment")
