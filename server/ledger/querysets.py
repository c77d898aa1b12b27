"""Reads: the vocabulary for many records."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from .installation import installation


class RecordQuerySet(models.QuerySet):
    def of_box(self, definition: str):
        return self.filter(definition=definition)

    def ballots(self):
        return self.filter(type="ballot.sealed")

    def accepted(self):
        return self.filter(verdict="accepted")

    def undecided(self):
        """Ballots that came late, or from a device no longer trusted: they wait for people."""
        return self.ballots().filter(verdict="provisional")

    def set_aside(self):
        """What stands in its chain and does not count: people refused it, or doubt its device and have not decided."""
        doubted, refused = Q(verdict="provisional", reason="revoked"), Q(verdict="quarantined", reason="refused")
        return self.filter(doubted | refused, is_fork=False)

    def to_settle(self):
        """Ballots that count or may count. What is quarantined or parked is not counted as it is."""
        return self.ballots().filter(verdict__in=["accepted", "provisional"])

    def out_of_line(self):
        """What waits behind a gap or is of another branch, and nobody has decided about."""
        return self.filter(reason__in=["gap", "fork", "chain"])

    def of_a_newer_release(self):
        """What stands in its place and waits for a release that understands it."""
        return self.filter(verdict="parked", reason="newer")

    def beside_the_chain(self):
        """What does not stand in its device's chain, decided about or not."""
        return self.exclude(is_fork=False)

    def before_their_turn(self):
        """In their chain, but here before one that they follow: they waited for it."""
        chain = self.model._default_manager.filter(dev=OuterRef("dev"), epoch=OuterRef("epoch"), is_fork=False)
        followed = chain.filter(seq__lt=OuterRef("seq"), index__gt=OuterRef("index"))
        return self.filter(Exists(followed), is_fork=False, first_verdict="parked")

    def to_apply(self):
        """What was accepted and changes rows, and has not yet; in the order of the log."""
        return self.filter(is_applied=False, verdict="accepted").select_related("payload").order_by("index")

    def brought_by_devices(self):
        """Not those that the server wrote itself: they are applied as they are written."""
        return self.exclude(dev=installation().dev)

    def written_by_the_house(self):
        return self.filter(dev=installation().dev)

    def in_session(self, session_ref: str):
        return self.filter(session_ref=session_ref)

    def with_payload(self):
        return self.select_related("payload")
