"""A hall whose kiosks hold ideas, and what they bring: what the tests of kiosks without network begin with."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from server.ledger import applying
from server.ledger.models import Record
from server.processes.component_types import Activity
from server.processes.models import Component, Space
from server.proposals.models import Proposal
from server.rehearsal.kiosk import Kiosk
from tests.server.proposals.ideas import make_ideas, propose
from tests.server.votes import Vote, make_vote, push


@dataclass
class Hall:
    vote: Vote
    component: Component

    def kiosk(self) -> Kiosk:
        return self.vote.kiosk()

    def idea(self, title: str = "Un banc devant la gare") -> Proposal:
        return propose(self.component, title)


def make_hall(activities=(Activity.PROPOSE, Activity.ENDORSE), **rules) -> Hall:
    vote = make_vote(passes=6)
    Space.objects.filter(pk=vote.box.space.pk).update(published_at=timezone.now())
    vote.box.space.refresh_from_db()
    return Hall(vote, make_ideas(activities, space=vote.box.space, **rules))


def bring(kiosk: Kiosk) -> list[tuple[str, str]]:
    """Everything it holds that has not arrived; what became of its deeds, from the first after the opening."""
    push(kiosk)
    applying.apply_pending()
    rows = Record.objects.filter(dev=kiosk.dev).order_by("seq").exclude(type__in=["device.started", "meeting.state"])
    return list(rows.values_list("verdict", "reason"))


def voice(hall: Hall) -> str:
    """The right of the first pass of the stack."""
    return f"voice:{hall.vote.stack[0].voice(bytes(hall.vote.session.code_key)).hex()}"


def count(proposal: Proposal) -> int:
    return Proposal.objects.get(pk=proposal.pk).endorsement_count


ACCEPTED = ("accepted", "")
