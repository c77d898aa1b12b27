"""Charts as SVG of the server: ``{% load charts %}``. The numbers go in plain; nothing is counted here.

Bars are hidden from screen readers: the same numbers stand beside them in words, and in a table beneath.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template

from server.web import charts

register = template.Library()


@register.inclusion_tag("parts/bar.html")
def bar(value: int, whole: int, fill: str = "all") -> dict[str, Any]:
    """One bar, ``value`` of ``whole``. ``fill``: a door, ``all`` (no door) or ``yes`` (what was decided for)."""
    return {"pieces": charts.bar(value, whole, fill)}


@register.inclusion_tag("parts/chart_bars.html")
def bars_chart(rows: Sequence[tuple[Any, int]], what: str, counted: str) -> dict[str, Any]:
    """Horizontal bars, one for each (label, value). ``what`` and ``counted`` head the columns of the table."""
    most = max((value for _label, value in rows), default=0)
    drawn = [{"label": label, "value": value, "pieces": charts.bar(value, most)} for label, value in rows]
    return {"rows": drawn, "what": what, "counted": counted}


@register.inclusion_tag("parts/chart_doors.html")
def doors_chart(counts: Mapping[str, int] | Iterable[tuple[str, int]]) -> dict[str, Any]:
    """One bar in parts, a pattern for each door, with its key. The page brings the table.

    Doors told together (``kiosk+paper``) share a part, and the filling that is no door's.
    """
    pairs = list(counts.items() if isinstance(counts, Mapping) else counts)
    parts = [("all" if "+" in name else name, name.split("+"), count) for name, count in pairs]
    return {"pieces": charts.stacked((fill, count) for fill, _doors, count in parts), "counts": parts}


@register.inclusion_tag("parts/chart_turnout.html")
def turnout_chart(ballots: int, rights: int) -> dict[str, Any]:
    """How many of those who may vote did."""
    pieces = charts.bar(ballots, rights, "yes")
    return {"pieces": pieces, "ballots": ballots, "rights": rights, "share": charts.share(ballots, rights)}


@register.inclusion_tag("parts/chart_budget.html")
def budget_chart(funded: Sequence[tuple[Any, int]], budget: int, currency: str) -> dict[str, Any]:
    """What each funded project takes of the budget. funded: (title, cents) in the order of the count; budget: cents."""
    costs = [cost for _title, cost in funded]
    pieces = charts.seats(costs, budget)
    facts = {"budget": budget, "spent": sum(costs), "left": budget - sum(costs), "currency": currency}
    return {"pieces": pieces, "funded": funded, **facts}
