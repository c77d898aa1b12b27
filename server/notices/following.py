"""Writes: somebody follows something, or does not any more; and what they were told is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from .models import Follow, Notice, Wishes
from .refusals import FollowsTooMuch

if TYPE_CHECKING:
    from server.accounts.models import User

    from .things import Place

MOST = 2000


def follows(user: User, place: Place) -> bool:
    return Follow.objects.filter(user=user, kind=place[0], ref=place[1], is_on=True).exists()


@transaction.atomic
def follow(*, user: User, place: Place) -> None:
    """Again changes nothing. Raises FollowsTooMuch."""
    if Follow.objects.filter(user=user, is_on=True)[:MOST].count() >= MOST:
        raise FollowsTooMuch(details={"most": MOST})
    row, is_new = Follow.objects.get_or_create(user=user, kind=place[0], ref=place[1])
    if not is_new and not row.is_on:
        Follow.objects.filter(pk=row.pk).update(is_on=True, at=timezone.now())


@transaction.atomic
def unfollow(*, user: User, place: Place) -> None:
    """From now on also what they write or endorse there does not begin it again: only they themselves do."""
    Follow.objects.update_or_create(user=user, kind=place[0], ref=place[1], defaults={"is_on": False})


def follow_by_itself(asked: Iterable[tuple[int, Place, str]]) -> None:
    """``(account, thing, name of the wish)``, where the wishes of the account say so and nothing was said before."""
    told = list(asked)
    if not told:
        return
    wishes = Wishes.objects.in_bulk({user for user, _place, _wish in told})
    rows = [
        Follow(user_id=user, kind=place[0], ref=place[1])
        for user, place, wish in told
        if user not in wishes or getattr(wishes[user], wish)
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def hand_on(users: Iterable[int], places: Sequence[Place]) -> None:
    """Whoever followed what became these follows these."""
    rows = [Follow(user_id=user, kind=place[0], ref=place[1]) for user in users for place in places]
    if rows:
        Follow.objects.bulk_create(rows, ignore_conflicts=True)


def mark_read(*, user: User, place: Place | None = None) -> int:
    """All that is new to somebody, or what is new about one thing. Returns how many there were."""
    rows = Notice.objects.filter(user=user, read_at=None)
    rows = rows.filter(kind=place[0], ref=place[1]) if place else rows
    return rows.update(read_at=timezone.now())
