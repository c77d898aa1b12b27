"""Reads about proxies: what a person carries, and what a person gave, in the boxes of a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q

from .definitions import Definition
from .desk_search import boxes_by_person
from .models import Box, Proxy, RollEntry

if TYPE_CHECKING:
    from server.meetings.models import Session


def boxes_with_proxies(session: Session, roll: int | None = None) -> list[Box]:
    """The boxes of a session whose frozen definition knows proxies; of one roll where it is given."""
    return [box for box in boxes_by_person(session, roll) if Definition.of(box).proxies_per_holder]


def hang_proxies(entries: Sequence[RollEntry], boxes: Sequence[Box]) -> None:
    """Each entry with ``carries``, the givers of its proxies with their state, and ``gave``, to whom; one query.

    A session with several boxes has a proxy for each: the people are the same, so each is shown once.
    """
    carries: dict[int, dict[int, Proxy]] = {}
    gave: dict[int, Proxy] = {}
    if boxes and entries:
        rows = Proxy.objects.standing().filter(box__in=boxes).filter(Q(holder__in=entries) | Q(giver__in=entries))
        for proxy in rows.select_related("giver", "holder").order_by("place"):
            carries.setdefault(proxy.holder_id, {})[proxy.giver_id] = proxy
            gave[proxy.giver_id] = proxy
    for entry in entries:
        entry.carries = list(carries.get(entry.pk, {}).values())
        entry.gave = gave.get(entry.pk)
