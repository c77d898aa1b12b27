"""Who may reach which proposals. Views obtain a component or a proposal here and nowhere else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from server.accounts.models import User
from server.moderation.access import may_moderate
from server.processes.access import PUBLIC, access_space
from server.processes.models import Component

from .models import Amendment, Proposal, Section
from .writing import is_author

KIND = "proposals"


def access_component(user: User | AnonymousUser, slug: str, pk: int, *, to: str = PUBLIC) -> Component:
    """A published component of a space that this person may read; with ``to`` a role, any of a space they run."""
    space = access_space(user, slug, to=to)
    rows = space.components.filter(kind=KIND, pk=pk)
    component = (rows.published() if to == PUBLIC else rows).first()
    if component is None:
        raise Http404
    component.space = space
    return component


def access_proposal(user: User | AnonymousUser, slug: str, pk: int, number: int, *, to: str = PUBLIC) -> Proposal:
    """A proposal that was published: also a hidden one, whose page says so and no more; what waits for a moderator, for
    its authors and moderators. Raises Http404 otherwise."""
    component = access_component(user, slug, pk, to=to)
    rows = component.proposals.select_related("state", "category", "area", "came_from")
    proposal = rows.filter(number=number, published_at__isnull=False).first()
    if proposal is None:
        raise Http404
    proposal.component = component
    _fetch_part(proposal)
    if proposal.held_at and not proposal.hidden_at and not _sees_held(user, proposal):
        raise Http404
    return proposal


def _fetch_part(proposal: Proposal) -> None:
    """What makes it an amendment or a section. Joined to every proposal, the page spent its time on empty columns."""
    if proposal.is_amendment:
        rows = Amendment.objects.select_related("amends__section", "became")
        proposal.amendment = rows.get(proposal=proposal)
    elif proposal.is_section:
        proposal.section = Section.objects.select_related("document").get(proposal=proposal)


def _sees_held(user: User | AnonymousUser, proposal: Proposal) -> bool:
    return isinstance(user, User) and (is_author(proposal, user) or may_moderate(user, proposal.component.space))


def access_draft(user: User | AnonymousUser, slug: str, pk: int, ref: str) -> Proposal:
    """A draft, for its author alone."""
    component = access_component(user, slug, pk)
    draft = component.proposals.filter(ref=ref, published_at__isnull=True).first()
    if draft is None or not user.is_authenticated or not is_author(draft, user):
        raise Http404
    draft.component = component
    return draft


def access_mine(user: User | AnonymousUser, slug: str, pk: int, number: int) -> Proposal:
    """A published proposal of this person's own. Raises Http404 for everybody else."""
    proposal = access_proposal(user, slug, pk, number)
    if not isinstance(user, User) or proposal.hidden_at or not is_author(proposal, user):
        raise Http404
    return proposal


def access_mine_by_ref(user: User | AnonymousUser, slug: str, pk: int, ref: str) -> Proposal:
    """A draft or a proposal of this person's own. Raises Http404 for everybody else."""
    component = access_component(user, slug, pk)
    proposal = component.proposals.filter(ref=ref).first()
    if proposal is None or not isinstance(user, User) or proposal.hidden_at or not is_author(proposal, user):
        raise Http404
    proposal.component = component
    return proposal
