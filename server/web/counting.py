"""Numbers that rooms ask for in the same way: of rows, and of what happened lately."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Aggregate, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def of_each(rows: QuerySet, by: str, number: Aggregate | None = None, *, of: str = "pk") -> Coalesce:
    """In a query over what the field ``by`` of ``rows`` points to: how many point to each, or another ``number``.

    of: the field that is pointed to.
    """
    number = number or Count("pk", distinct=True)
    found = rows.filter(**{by: OuterRef(of)}).order_by().values(by).annotate(of_each=number)
    return Coalesce(Subquery(found.values("of_each")), 0)


def count_once_more(key: str, window_s: int) -> int:
    """How often this happened since it was first counted, this time included; forgotten after ``window_s``."""
    cache.add(key, 0, window_s)
    try:
        return cache.incr(key)
    except ValueError:  # forgotten between the two lines
        return 1
