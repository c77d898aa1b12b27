"""The states that a component has for its proposals, in the town's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Q

from server.office.actions import note_act
from server.processes.models import Component
from server.web.live import ring

from .models import State
from .refusals import StateInUse, TooManyStates
from .writing import hold_component

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.accounts.models import User
    from server.processes.localized import Localized

MOST = 20


def states_of(component: Component) -> Sequence[State]:
    """In their order, each with ``used``: how many published proposals have it."""
    return list(
        component.proposal_states.annotate(
            used=Count("proposals", filter=Q(proposals__published_at__isnull=False))
        ).order_by("position", "pk")
    )


@transaction.atomic
def save_state(*, component: Component, state: State, title: Localized, tone: str, by: User) -> State:
    """Keep a new one, at the end, or a changed one: proposals that have it say it in its new words.

    Raises TooManyStates.
    """
    held = hold_component(component)
    if state.pk is None:
        facts = held.proposal_states.aggregate(last=Max("position"), n=Count("pk"))
        if facts["n"] >= MOST:
            raise TooManyStates(details={"most": MOST})
        state.component, state.position = held, (facts["last"] or 0) + 1
    state.title, state.tone = title, tone
    state.save()
    note_act("proposal.state_saved", by=by, space=held.space, subject=state)
    ring(held.space_id, "proposals")
    return state


@transaction.atomic
def move_state(*, component: Component, state: State, is_up: bool, by: User) -> None:
    """Change places with its neighbour. The first does not go up."""
    held = hold_component(component)
    beside = list(held.proposal_states.order_by("position", "pk"))
    at = next(place for place, one in enumerate(beside) if one.pk == state.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(beside):
        return
    beside[at], beside[to] = beside[to], beside[at]
    for position, one in enumerate(beside, start=1):
        one.position = position
    State.objects.bulk_update(beside, ["position"])
    note_act("proposal.state_moved", by=by, space=held.space, subject=state)


@transaction.atomic
def delete_state(*, component: Component, state: State, by: User) -> None:
    """For good. Raises StateInUse: an answer that was published keeps the state that it said."""
    held = hold_component(component)
    if state.proposals.exists():
        raise StateInUse
    note_act("proposal.state_deleted", by=by, space=held.space, subject=state)
    state.delete()
