"""How fast one account marks people: a look at the rhythm of a desk, never a block (P12).

The moments of the last minute are kept in the cache, which forgets them, and nowhere else: the register holds no hour,
because the order in which people came would tell too much. What stays is a number: the most within one minute.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone

from .models import Burst

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.meetings.models import Session

log = logging.getLogger(__name__)
# When each person of the last minute was served, and when there were too many for the last time.
Minute = tuple[dict[str, float], float]
WINDOW_S = 60
# A person is found, looked at, marked and given a pass: six seconds, if nobody asks anything.
MOST_IN_A_MINUTE = 10


def note_pace(session: Session, by: User, what: object) -> None:
    """One more person was served by this account. what: tells persons apart, so that one counts once.

    The session is held, so nobody else writes the same key meanwhile.
    """
    key, now = f"pace:{session.pk}:{by.pk}", timezone.now().timestamp()
    seen, burst_at = _remembered(key)
    seen = {one: at for one, at in seen.items() if at > now - WINDOW_S} | {str(what): now}
    if len(seen) > MOST_IN_A_MINUTE:
        _keep(session, by, len(seen), is_new=burst_at <= now - WINDOW_S)
        burst_at = now
    _remember(key, (seen, burst_at))


def _remembered(key: str) -> Minute:
    try:
        return cache.get(key, ({}, 0.0))
    except Exception:
        # A look at the rhythm is no reason to turn people away; what a broken cache raises is its own business.
        log.warning("the rhythm of a desk is not looked at")
        return {}, 0.0


def _remember(key: str, minute: Minute) -> None:
    try:
        cache.set(key, minute, 2 * WINDOW_S)
    except Exception:
        log.warning("the rhythm of a desk is not looked at")


def _keep(session: Session, by: User, count: int, *, is_new: bool) -> None:
    burst, was_made = Burst.objects.get_or_create(session=session, by=by, defaults={"most": count})
    if was_made:
        return
    burst.most, burst.times = max(burst.most, count), burst.times + is_new
    burst.save(update_fields=["most", "times"])
