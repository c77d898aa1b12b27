"""One thing lies before one person at a time (B17): the mechanism behind the leases of sheets and of cards.

A hold lasts ``LEASE`` and is renewed by an open page. It keeps others from being *given* the thing; what is said after
it ran out still counts, unless somebody else holds the thing by then. Whoever calls has locked the thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from server.web.refusals import Refusal

if TYPE_CHECKING:
    from server.accounts.models import User

LEASE = timedelta(minutes=5)  # without JavaScript nothing renews it: long enough to look and to say what one sees
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Holding:
    """leases: the model, with one row for each thing: ``holder``, ``until``, and the thing itself as ``of``.
    by_another: what somebody is refused with who comes second."""

    leases: Any
    of: str
    by_another: type[Refusal]

    def require_free(self, thing: Any, by: User) -> None:
        """Raises ``by_another``."""
        if self.leases.objects.standing().filter(**{self.of: thing}).exclude(holder=by).exists():
            raise self.by_another

    def begin(self, thing: Any, by: User, *, beside: QuerySet[Any]) -> None:
        """Hold it, and let go of the one among ``beside`` (leases) that this person held before."""
        self.require_free(thing, by)
        beside.filter(holder=by).exclude(**{self.of: thing}).delete()
        facts = {"holder": by, "until": timezone.now() + LEASE}
        self.leases.objects.update_or_create(**{self.of: thing}, defaults=facts)

    def renew(self, thing: Any, by: User) -> bool:
        """False where this person holds it no more."""
        mine = self.leases.objects.standing().filter(**{self.of: thing}, holder=by)
        return bool(mine.update(until=timezone.now() + LEASE))

    def let_go(self, thing: Any, by: User) -> bool:
        """Whether this person held it."""
        return bool(self.leases.objects.filter(**{self.of: thing}, holder=by).delete()[0])

    def end(self, thing: Any) -> None:
        """What was to be said is said."""
        self.leases.objects.filter(**{self.of: thing}).delete()


def first_that_is_free(
    rows: Callable[[set[int]], QuerySet[Any]],
    take: Callable[[Any], Thing],
    *,
    key: str,
    after: int,
    late: tuple[type[Refusal], ...],
) -> Thing | None:
    """Take the first row behind ``after``, or the first of all; None where there is none.

    rows: those that are offered, in their order, without the things of these keys. key: the name of a row's thing.
    late: what ``take`` raises where somebody was quicker: of several who ask at one instant each gets their own.
    """
    tried: set[int] = set()
    while True:
        offered = rows(tried)
        row = offered.filter(pk__gt=after).first() or offered.first()
        if row is None:
            return None
        try:
            return take(row)
        except late:
            tried.add(getattr(row, key))
