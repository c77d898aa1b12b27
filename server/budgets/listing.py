"""The public list of a space's projects: search, category, cost, order and pages, all from the address of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from server.office.lists import Filter, Listing, listing
from server.processes.localized import Localized
from server.web.templatetags.parvis import money

from .models import Project

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 24
MOST_BANDS = 5
SORTS = {
    "number": ("budget__component__position", "budget_id", "number"),
    "cost": ("cost_cents",),
}
ORDERS = [("number", _("As on the ballot")), ("cost", _("Cheapest first")), ("-cost", _("Dearest first"))]


def list_projects(request: HttpRequest, projects: QuerySet[Project]) -> Listing:
    facts = list(projects.order_by().values_list("pk", "category", "cost_cents", "budget__currency"))
    categories: dict[str, list[int]] = {}
    names: dict[str, Localized] = {}
    for pk, category, _cost, _currency in facts:
        if key := category.in_language(settings.LANGUAGE_CODE):
            names[key] = category
            categories.setdefault(key, []).append(pk)
    currency = facts[0][3] if facts else ""
    bands = bands_of([cost for _pk, _category, cost, _currency in facts])
    filters = [
        Filter(
            "category",
            _("Category"),
            sorted(((key, str(names[key])) for key in categories), key=lambda option: option[1]),
            lambda rows, value: rows.filter(pk__in=categories[value]),
        ),
        Filter(
            "cost",
            _("Cost at most"),
            [(str(cents // 100), money(cents, currency)) for cents in bands],
            lambda rows, value: rows.filter(cost_cents__lte=int(value) * 100),
        ),
    ]
    return listing(
        request,
        projects,
        sorts=SORTS,
        first="number",
        find=lambda rows, text: rows.matching(text),
        filters=[one for one in filters if len(one.options) > 1],
        per_page=PER_PAGE,
    )


def bands_of(costs: list[int]) -> list[int]:
    """Round amounts in cents that part the costs: 1, 2 and 5 times a power of ten, the highest few of them."""
    if not costs:
        return []
    steps = [step * 10**power for power in range(2, 16) for step in (1, 2, 5)]
    return [step for step in steps if min(costs) <= step < max(costs)][-MOST_BANDS:]


def orders(shown: Listing) -> list[dict[str, Any]]:
    """The ways to put the list in order, as links."""
    return [
        {"label": label, "address": shown.address(sort=name), "is_here": shown.order == name} for name, label in ORDERS
    ]
