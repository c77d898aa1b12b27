"""The public list of a component's proposals: all that it shows comes from the address of the page.

The order is by lot when none is asked for: no proposal stands first because it was first. The lot is drawn once a
visit and stands in the address, so that the second page follows the first.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext_lazy as _

from server.office.lists import Filter, Listing, listing
from server.processes.models import Component, Door, Taxon

from .models import SHUFFLE, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

PER_PAGE = 24
LONGEST_NUMBER = 6  # of a page
ORDERS = [
    ("lot", _("Drawn by lot")),
    ("-recent", _("Newest first")),
    ("-endorsed", _("Most endorsed")),
    ("-commented", _("Most discussed")),
]
SORTS = {
    "lot": ("by_lot",),
    "recent": ("published_at",),
    "endorsed": ("endorsement_count",),
    "commented": ("comment_count",),
}


class Found(Paginator):
    """Keys of what was found: the search is made once, and says with its page how many there are."""

    object_list: QuerySet[Any]

    def get_page(self, number: Any) -> Page[Any]:
        text = str(number or "")
        place = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 1
        first = (place - 1) * self.per_page
        counted = self.object_list.annotate(of_all=Window(Count("pk"))).values_list("pk", "of_all")
        rows = list(counted[first : first + self.per_page])
        if not rows:  # beyond the last page, or nothing at all
            return super().get_page(number)
        self.count = rows[0][1]
        return Page([key for key, _of_all in rows], place, self)


def list_proposals(request: HttpRequest, component: Component, *, per_page: int = PER_PAGE) -> Listing:
    """One page of the proposals that stand; ``page.object_list`` holds them with what a line shows."""
    seed = _seed(request)
    rows, taxons = component.proposals.standing().with_lot(seed), taxons_of(component)
    shown = listing(
        request,
        rows.values_list("pk", flat=True),
        sorts=SORTS,
        first="lot",
        find=lambda found, text: found.matching(text),
        filters=filters_of(component, taxons),
        per_page=per_page,
        found=Found,
    )
    shown.page.object_list = in_order(list(shown.page.object_list), component, taxons)
    if shown.order.removeprefix("-") == "lot":
        asked = shown.asked.copy()
        asked["lot"] = str(seed)
        shown = replace(shown, asked=asked)
    return shown


def in_order(keys: list[int], component: Component, taxons: Mapping[int, Taxon]) -> list[Proposal]:
    """These proposals of a component, as asked, with what a line of a list says.

    The component and the words of its space are at hand: joined, a page of fifty rows was mostly made of what is the
    same in all of them.
    """
    rows = Proposal.objects.select_related("state").in_bulk(keys)
    for row in rows.values():
        row.component = component
        row.category, row.area = taxons.get(row.category_id or 0), taxons.get(row.area_id or 0)
    return [rows[key] for key in keys if key in rows]


def taxons_of(component: Component) -> dict[int, Taxon]:
    """The words by which proposals of its space are put in order, in their order, by their keys."""
    return {one.pk: one for one in Taxon.objects.filter(space=component.space_id)}


def _seed(request: HttpRequest) -> int:
    given = request.GET.get("lot", "")
    if given.isascii() and given.isdigit() and len(given) <= 10 and 0 < int(given) < SHUFFLE:
        return int(given)
    return secrets.randbelow(SHUFFLE - 1) + 1


def filters_of(component: Component, taxons: Mapping[int, Taxon]) -> list[Filter]:
    """By category, area, state and door; a question with one answer is not asked."""
    of_kind = {kind: [one for one in taxons.values() if one.kind == kind] for kind in Taxon.Kind}
    asked = [
        _by_taxon("category", _("Category"), of_kind[Taxon.Kind.CATEGORY]),
        _by_taxon("area", _("Area"), of_kind[Taxon.Kind.AREA]),
        Filter(
            "state",
            _("State"),
            [("none", _("Not answered yet"))] + [(str(one.pk), str(one)) for one in component.proposal_states.all()],
            lambda rows, value: rows.filter(state__isnull=True) if value == "none" else rows.filter(state=int(value)),
        ),
        Filter("door", _("Came in"), list(Door.choices), lambda rows, value: rows.filter(door=value)),
    ]
    return [one for one in asked if len(one.options) > 1]


def _by_taxon(name: str, label: Any, taxons: list[Taxon]) -> Filter:
    """A word stands for those below it too."""
    below: dict[int, set[int]] = {one.pk: {one.pk} for one in taxons}
    for _level in range(2):
        for one in taxons:
            if one.parent_id in below:
                below[one.parent_id] |= below[one.pk]
    return Filter(
        name,
        label,
        [(str(one.pk), str(one)) for one in taxons],
        lambda rows, value: rows.filter(**{f"{name}__in": below[int(value)]}),
    )


def orders(shown: Listing) -> list[dict[str, Any]]:
    """The ways to put the list in order, as links; the lot is drawn anew."""
    return [
        {"label": label, "address": shown.address(sort=name, lot=""), "is_here": shown.order == name}
        for name, label in ORDERS
    ]
