"""News become notices: in the background, some hundred people at a time, each told once of each.

A step is one transaction with a fixed number of queries, however many follow. Where it was interrupted, the next one
goes on (``News.after``); a step done twice changes nothing, because of one piece of news a person has one notice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from server.accounts.models import User

from .following import follow_by_itself, hand_on
from .kinds import KINDS, Telling, Wait
from .models import Follow, News, Notice, Reason, Way, Wishes
from .things import Place, find_all, readers_of
from .wishing import ONLY_GATHERED, way_of

log = logging.getLogger(__name__)
AT_ONCE = 500
ATTEMPTS = 3


def waits() -> bool:
    """Whether there is something to tell."""
    return _untold().exists()


def _untold():
    return News.objects.filter(told_at__isnull=True, attempts__lt=ATTEMPTS)


def tell_all() -> int:
    """Everything that waits; returns in how many steps. Two at once take turns."""
    count = 0
    while tell_next():
        count += 1
    return count


def tell_next() -> bool:
    """One step. What cannot be told stops no other, and is tried again twice."""
    try:
        with transaction.atomic():
            news = _untold().select_for_update(skip_locked=True).order_by("attempts", "pk").first()
            if news is None:
                return False
            _step(news)
            return True
    except Exception:
        # The first of them is the one that failed, unless another worker took it meanwhile.
        log.exception("news could not be told")
        failed = _untold().order_by("attempts", "pk").values_list("pk", flat=True)[:1]
        for pk in list(failed):
            News.objects.filter(pk=pk).update(attempts=_next_attempt(pk))
        return True


def _next_attempt(pk: int) -> int:
    return News.objects.values_list("attempts", flat=True).get(pk=pk) + 1


def _step(news: News) -> None:
    told = KINDS[news.type].tell(news) if news.type in KINDS else None
    if isinstance(told, Wait):
        news.waits_for = f"{told.until_shown[0]}:{told.until_shown[1]}"
        told = None
    if told is None:
        news.told_at = timezone.now()
        news.save(update_fields=["told_at", "waits_for"])
        return
    if not news.after:
        news.part_kind, news.part_ref = told.part or ("", "")
        follow_by_itself(told.follows)
        _write(news, told, dict(told.people))
    batch, last = _followers(news, told)
    hand_on(batch, told.hands_on)
    _write(news, told, {user: reason for user, reason in batch.items() if user not in told.people})
    news.after = last
    news.told_at = None if last else timezone.now()
    news.save(update_fields=["after", "told_at", "part_kind", "part_ref"])


def _followers(news: News, told: Telling) -> tuple[dict[int, Reason], int]:
    """Those of the next batch with the nearest of their reasons, and the last of them; 0 when these are all."""
    reasons: Mapping[Place, Reason] = dict(reversed(told.followers))
    if not reasons:
        return {}, 0
    places = reduce(or_, (Q(kind=kind, ref=ref) for kind, ref in reasons))
    rows = Follow.objects.filter(places, is_on=True, user_id__gt=news.after).order_by("user_id")
    found = list(rows.values_list("user_id", "kind", "ref")[:AT_ONCE])
    order = list(Reason)
    batch: dict[int, Reason] = {}
    for user, kind, ref in found:
        reason = reasons[kind, ref]
        batch[user] = min(batch.get(user, reason), reason, key=order.index)
    return batch, found[-1][0] if len(found) == AT_ONCE else 0


def _write(news: News, told: Telling, people: Mapping[int, Reason]) -> None:
    """Of these, whoever is there, may read it, did not do it, and wishes to be told."""
    wanted = {user: reason for user, reason in people.items() if user != told.by and user not in told.besides}
    if not wanted:
        return
    readers = _readers(told, wanted) - _told_before(told, wanted)
    wishes = Wishes.objects.in_bulk(readers)
    rows = [
        _notice(news, told, user, wanted[user], way)
        for user in sorted(readers)
        if (way := way_of(wishes.get(user), wanted[user])) != Way.NONE
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _readers(told: Telling, users: Collection[int]) -> set[int]:
    thing = find_all([told.about]).get(told.about)
    if thing is None:
        return set()
    active = User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)
    return readers_of(thing.space, set(active))


def _told_before(told: Telling, users: Collection[int]) -> set[int]:
    if not told.once_a_part or told.part is None:
        return set()
    rows = Notice.objects.filter(user__in=users, news__part_kind=told.part[0], news__part_ref=told.part[1])
    return set(rows.values_list("user_id", flat=True))


def _notice(news: News, told: Telling, user: int, reason: Reason, way: Way) -> Notice:
    return Notice(
        user_id=user,
        news=news,
        kind=told.about[0],
        ref=told.about[1],
        reason=reason,
        is_here=reason not in ONLY_GATHERED,
        letter=way if way in (Way.DIGEST, Way.ONCE) else "",
        at=news.at,
    )
