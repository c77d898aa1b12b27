"""What the public site finds: spaces, projects, proposals, debates and meetings that everyone may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from server.budgets.models import Project
from server.discussion.models import Debate
from server.meetings.models import Meeting
from server.processes.folding import LONGEST_QUERY, words_of
from server.processes.models import Space
from server.proposals.models import Proposal

MOST_SHOWN = 20


@dataclass(frozen=True)
class Group:
    """Hits of one kind. ``rows``: the first of them; ``is_more``: there are others."""

    name: str
    title: Any
    rows: list[Any]
    is_more: bool


def asked_for(text: str) -> str:
    """The query as the page shows it again: one line, not too long."""
    return " ".join(text[:LONGEST_QUERY].replace("\0", " ").split())


def search(query: str) -> list[Group]:
    """Groups that hold something, in a fixed order. Nothing where the query holds no word."""
    if not words_of(query):
        return []
    kinds = [
        ("spaces", _("Processes"), Space.objects.published()),
        ("projects", _("Projects"), Project.objects.public().order_by("-budget_id", "number")),
        ("debates", _("Debates"), Debate.objects.public().shown().order_by("-created_at")),
        ("proposals", _("Proposals"), _proposals()),
        ("meetings", _("Meetings"), Meeting.objects.public().order_by("-starts_at")),
    ]
    groups = []
    for name, title, rows in kinds:
        found = list(rows.matching(query)[: MOST_SHOWN + 1])
        groups.append(Group(name, title, found[:MOST_SHOWN], len(found) > MOST_SHOWN))
    return [group for group in groups if group.rows]


def _proposals():
    """Those that stand, and sections of texts, the most endorsed first."""
    rows = (
        Proposal.objects.public()
        .there()
        .exclude(part=Proposal.Part.AMENDMENT)
        .select_related("state", "category", "area")
    )
    return rows.order_by("-endorsement_count", "-pk")
