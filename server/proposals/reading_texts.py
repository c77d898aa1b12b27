"""A text in sections as its pages show it: all of it in a fixed number of queries, however many sections there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from .amending import text_of
from .models import Amendment, Document, Proposal, Section, Version
from .texts import Text, changes


@dataclass
class Entry:
    """One section on a page. ``waiting``: amendments that nobody has decided on; ``amendments``: all that are shown.

    rank: of its heading, below that of the page.
    """

    section: Section
    proposal: Proposal
    amendments: int = 0
    waiting: int = 0

    @property
    def rank(self) -> int:
        return self.section.level + 1


def entries_of(document: Document, *, with_amendments: bool = False) -> list[Entry]:
    """Its sections in reading order; one query, and one more where their amendments are counted."""
    component = document.component
    rows = list(document.sections.select_related("proposal"))
    counts = _amendments(document) if with_amendments else {}
    entries = []
    for one in rows:
        one.proposal.component, one.proposal.section, one.document = component, one, document
        total, open_ = counts.get(one.pk, (0, 0))
        entries.append(Entry(one, one.proposal, total, open_))
    return entries


def _amendments(document: Document) -> dict[int, tuple[int, int]]:
    """By section: how many are shown, and how many of these wait."""
    rows = Amendment.objects.filter(amends__section__document=document, proposal__in=Proposal.objects.there())
    told = rows.order_by().values_list("amends").annotate(n=Count("pk"), w=Count("pk", filter=Q(decided_at=None)))
    return {key: (n, w) for key, n, w in told.values_list("amends", "n", "w")}


def waiting(document: Document) -> list[Amendment]:
    """All amendments of its sections, those that wait first; one query."""
    rows = Amendment.objects.filter(amends__section__document=document, proposal__in=Proposal.objects.there())
    rows = rows.select_related("proposal", "amends__section").order_by("amends__section__position", "proposal__number")
    found = sorted(rows, key=lambda one: not one.is_open)
    for one in found:
        one.proposal.component = one.amends.component = document.component
    return found


def changed(entries: list[Entry]) -> list[dict[str, Any]]:
    """Those that say something else than when they were published, each with what changed; one query."""
    keys = [one.proposal.pk for one in entries if one.proposal.version > 1]
    firsts = Version.objects.filter(proposal__in=keys, number=1)
    first = {one.proposal_id: Text(one.title, one.body) for one in firsts}
    told = []
    for entry in entries:
        before, now = first.get(entry.proposal.pk), text_of(entry.proposal)
        if before is None or before.fingerprint == now.fingerprint or not entry.proposal.is_shown:
            continue
        difference = {"title": changes(before.title, now.title), "body": changes(before.body, now.body)}
        told.append({"entry": entry, "difference": difference})
    return told
