"""Charts as SVG of the server: ``{% load charts %}``. The numbers go in plain; nothing is counted here.

Bars are hidden from screen readers: the same numbers stand beside them in words, and in a table beneath.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from server.web import charts

from .parvis import money, number, percent

register = template.Library()


@register.inclusion_tag("parts/bar.html")
def bar(value: int, whole: int, fill: str = "all") -> dict[str, Any]:
    """One bar, ``value`` of ``whole``. ``fill``: a door, ``all`` (no door) or ``yes`` (what was decided for)."""
    return {"pieces": charts.bar(value, whole, fill)}


@register.inclusion_tag("parts/chart_table.html")
def numbers_table(rows: Sequence[tuple[Any, int]], what: str, counted: str, name: str = "") -> dict[str, Any]:
    """The table of bars that a page draws by itself, one for each (label, value). ``name``: see the part."""
    return {"what": what, "heads": [counted], "rows": [(label, [number(value)]) for label, value in rows], "name": name}


@register.inclusion_tag("parts/chart_bars.html")
def bars_chart(rows: Sequence[tuple[Any, int]], what: str, counted: str) -> dict[str, Any]:
    """Horizontal bars, one for each (label, value). ``what`` and ``counted`` head the columns of the table."""
    most = max((value for _label, value in rows), default=0)
    bars = [{"label": label, "value": value, "pieces": charts.bar(value, most)} for label, value in rows]
    return {"bars": bars, **numbers_table(rows, what, counted)}


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
    share, unused = charts.share(ballots, rights), max(0, rights - ballots)
    lines = [(_("Used in this vote"), ballots), (_("Not used"), unused)]
    return {
        "pieces": charts.bar(ballots, rights, "yes"),
        "ballots": ballots,
        "rights": rights,
        "share": share,
        "what": _("Rights to vote"),
        "heads": [_("Number"), _("Share")],
        "rows": [(label, _counted(count, rights)) for label, count in lines],
        "foot": (_("Total"), _counted(rights, rights)),
    }


def _counted(count: int, whole: int) -> list[str]:
    """A number, and its share of the whole where there is one."""
    share = charts.share(count, whole)
    return [number(count), "–" if share is None else percent(share)]


@register.inclusion_tag("parts/chart_budget.html")
def budget_chart(funded: Sequence[tuple[Any, int]], budget: int, currency: str) -> dict[str, Any]:
    """What each funded project takes of the budget. funded: (title, cents) in the order of the count; budget: cents."""
    costs = [cost for _title, cost in funded]
    left = budget - sum(costs)
    return {
        "pieces": charts.seats(costs, budget),
        "budget": budget,
        "spent": sum(costs),
        "left": left,
        "currency": currency,
        "what": _("Project"),
        "heads": [_("Cost")],
        "rows": [(title, [money(cost, currency)]) for title, cost in funded],
        "foot": (_("Left"), [money(left, currency)]),
    }
