"""Many proposals at once: what ``writing.bring_proposal`` does for each, in a few statements for hundreds.

A test brings two hundred by both ways and compares every row and every record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from server.ledger.actions import append_many
from server.ledger.rows import insert
from server.processes.models import Component
from server.web.live import ring

from .authors import Author
from .endorsing import GIVEN, said
from .models import Endorsement, Proposal, State, Version, Word, new_place, new_ref
from .texts import Text
from .writing import About, hold_component, version_body, version_facts, words_of

AT_ONCE = 500


@dataclass(frozen=True)
class Brought:
    """One proposal as it came in. ``published_at`` empty: now; ``ref`` empty: a new one."""

    text: Text
    author: Author
    about: About
    door: str
    published_at: datetime | None = None
    ref: str = ""
    state: State | None = None
    part: str = Proposal.Part.PROPOSAL


def bring_proposals(
    *, component: Component, brought: Iterable[Brought], tell: Callable[[int], object] = lambda done: None
) -> int:
    """Publish them in their order, all or none; returns how many were new. A ref that is there is passed over."""
    count = 0
    with transaction.atomic():
        held = hold_component(component)
        number = held.proposals.aggregate(last=Max("number"))["last"] or 0
        for some in in_parts(brought, AT_ONCE):
            made = _bring(held, some, number)
            number, count = number + made, count + made
            tell(count)
        ring(held.space_id, "proposals")
    return count


def in_parts(rows: Iterable[Brought], size: int) -> Iterator[list[Brought]]:
    told = iter(rows)
    while some := list(islice(told, size)):
        yield some


def _bring(component: Component, brought: Sequence[Brought], last: int) -> int:
    there = set(
        component.proposals.filter(ref__in=[one.ref for one in brought if one.ref]).values_list("ref", flat=True)
    )
    proposals = [_row(component, one) for one in brought if one.ref not in there]
    for number, proposal in enumerate(proposals, start=last + 1):
        proposal.number = number
    deeds = [("proposal.version", one.right, version_body(one)) for one in proposals]
    records = append_many(deeds, space=component.space.slug)
    Proposal.objects.bulk_create(proposals)
    Version.objects.bulk_create(
        Version(proposal=one, record_id=record.id, at=one.created_at, **version_facts(one))
        for one, record in zip(proposals, records, strict=True)
    )
    words = [(word.proposal_id, word.stem, word.in_title) for one in proposals for word in words_of(one)]
    insert(Word, ("proposal", "stem", "in_title"), words)
    return len(proposals)


def _row(component: Component, one: Brought) -> Proposal:
    moment = one.published_at or timezone.now()
    return Proposal(
        component=component,
        part=one.part,
        ref=one.ref or new_ref(),
        title=one.text.title,
        body=one.text.body,
        language=one.text.language,
        category=one.about.category,
        area=one.about.area,
        place_name=one.about.place_name,
        latitude=one.about.latitude,
        longitude=one.about.longitude,
        author_kind=one.author.kind,
        author=one.author.user,
        author_name=one.author.name,
        right=one.author.right,
        door=one.door,
        state=one.state,
        version=1,
        place=new_place(),
        created_at=moment,
        published_at=moment,
    )


def endorse_many(*, component: Component, given: Sequence[tuple[Proposal, str]], door: str) -> None:
    """What ``endorse_proposal`` does for each ``(proposal, right)``, where each pair is new and no limit is set."""
    with transaction.atomic():
        deeds = [(GIVEN, right, said(proposal, door)) for proposal, right in given]
        records = append_many(deeds, space=component.space.slug)
        names = ("proposal", "right", "door", "session_ref", "given_at_index", "withdrawn_at_index", "counts")
        rows = [
            (proposal.pk, right, door, "", record.index, -1, True)
            for (proposal, right), record in zip(given, records, strict=True)
        ]
        insert(Endorsement, names, rows)
        counts = Counter(proposal.pk for proposal, _right in given)
        for pk, count in counts.items():
            Proposal.objects.filter(pk=pk).update(endorsement_count=F("endorsement_count") + count)
