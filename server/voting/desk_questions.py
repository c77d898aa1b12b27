"""What a desk asked and only people can answer: it must be decided before a session or a box is reconciled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .models import Challenge, Envelope, WalkIn
from .refusals_desk import ChallengesUndecided, WalkInsUndecided
from .refusals_post import EnvelopesShut, EnvelopesUndecided

if TYPE_CHECKING:
    from server.meetings.models import Session


def require_decided(sessions: Iterable[Session]) -> None:
    """Raises WalkInsUndecided, ChallengesUndecided, EnvelopesUndecided, EnvelopesShut."""
    sessions = list(sessions)
    if waiting := WalkIn.objects.waiting().filter(session__in=sessions).count():
        raise WalkInsUndecided(details={"count": waiting})
    if twice := Challenge.objects.waiting().filter(session__in=sessions).count():
        raise ChallengesUndecided(details={"count": twice})
    envelopes = Envelope.objects.filter(session__in=sessions)
    if doubtful := envelopes.doubtful().count():
        raise EnvelopesUndecided(details={"count": doubtful})
    if shut := envelopes.to_open().count():
        raise EnvelopesShut(details={"count": shut})
