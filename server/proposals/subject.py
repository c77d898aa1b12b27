"""Proposals have threads."""

from __future__ import annotations

from datetime import datetime

from server.discussion.subjects import Subject, SubjectKind, register
from server.ledger.actions import hold_log
from server.processes.component_types import Activity

from .authors import accounts_of
from .models import Proposal
from .packed import was_offered
from .rules import ASKS_STANCE


def _find(ref: str) -> Subject | None:
    rows = Proposal.objects.select_related("component__space", "amendment__amends")
    rows = rows.filter(ref=ref, published_at__isnull=False)
    proposal = rows.first()
    return subject_of(proposal) if proposal else None


def subject_of(proposal: Proposal) -> Subject:
    """Its thread ends where it stands no more: what is said then belongs to what it became, or to what it changed."""
    component = proposal.component
    over = (
        _decided(proposal)
        or proposal.withdrawn_at
        or proposal.hidden_at
        or (proposal.became.published_at if proposal.became else None)
    )
    return Subject(
        kind="proposal",
        ref=proposal.ref,
        component=component,
        title=proposal.title,
        address=proposal.get_absolute_url(),
        closed_at=over,
        is_public=bool(component.published_at and component.space.published_at and not proposal.held_at),
        asks_stance=ASKS_STANCE,
    )


def _decided(proposal: Proposal) -> datetime | None:
    """Since when it was decided on, where it is an amendment, or since when there is nothing that it could change."""
    if not proposal.is_amendment:
        return None
    row = proposal.amendment
    return row.decided_at or row.amends.withdrawn_at or row.amends.hidden_at


def _hold(_ref: str) -> None:
    """The log, before the proposal: an endorsement holds it first as well, and counts in the same row next."""
    hold_log()


def _count(ref: str, count: int) -> None:
    Proposal.objects.filter(ref=ref).update(comment_count=count)


def _was_offered(subject: Subject, session_ref: str) -> bool:
    return was_offered(component=subject.component, activity=Activity.COMMENT, session_ref=session_ref)


register(
    SubjectKind(kind="proposal", find=_find, hold=_hold, on_count=_count, authors=accounts_of, was_offered=_was_offered)
)
