"""When a phase runs, and when it is over. Pure: no Django, no clock, no database.

By its dates: from its beginning to its end, or until somebody ends it before. By hand: from when somebody begins it
until somebody ends it; its dates then say only what is planned.
"""

from __future__ import annotations

from datetime import datetime

DATES, HAND = "dates", "hand"


class PhaseTimes:
    """Mixed into what has these five facts."""

    activation: str
    starts_at: datetime
    ends_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None

    @property
    def is_by_hand(self) -> bool:
        return self.activation == HAND

    def runs_at(self, at: datetime) -> bool:
        """``PhaseQuerySet.active`` asks the same of the database."""
        if self.ended_at is not None and self.ended_at <= at:
            return False
        if self.is_by_hand:
            return self.begun_at is not None and self.begun_at <= at
        return self.starts_at <= at < self.ends_at

    def is_over_at(self, at: datetime) -> bool:
        if self.ended_at is not None:
            return self.ended_at <= at
        return not self.is_by_hand and self.ends_at <= at

    @property
    def begins(self) -> datetime:
        """When it began, or is planned to."""
        return self.begun_at if self.is_by_hand and self.begun_at else self.starts_at

    @property
    def ends(self) -> datetime:
        """When it ended, or is planned to; never before it began."""
        return max(self.begins, self.ended_at or self.ends_at)

    @property
    def until(self) -> datetime | None:
        """When it will end by itself; None where a person ends it."""
        return None if self.is_by_hand else self.ends
