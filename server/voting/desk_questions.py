"""What a desk asked and only people can answer: it must be decided before a session or a box is reconciled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .models import WalkIn
from .refusals_desk import WalkInsUndecided

if TYPE_CHECKING:
    from server.meetings.models import Session


def require_decided(sessions: Iterable[Session]) -> None:
    """Raises WalkInsUndecided."""
    if waiting := WalkIn.objects.waiting().filter(session__in=sessions).count():
        raise WalkInsUndecided(details={"count": waiting})
