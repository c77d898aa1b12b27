"""Tags of lists: a heading that sorts, the strip that searches and filters, pages, and what can be undone."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from server.office.lists import Listing
from server.office.models import Act

register = template.Library()


@register.inclusion_tag("office/_sort.html")
def sort_by(listing: Listing, name: str, label: str, extra: str = "") -> dict[str, Any]:
    """A column's heading. Pressed, the list is put in its order; pressed again, the other way round."""
    is_here = listing.order.removeprefix("-") == name
    is_down = is_here and listing.order.startswith("-")
    order = f"-{name}" if is_here and not is_down else name
    return {
        "label": label,
        "extra": extra,
        "address": listing.address(sort=order),
        "direction": ("descending" if is_down else "ascending") if is_here else "",
    }


@register.inclusion_tag("office/_tools.html")
def list_tools(listing: Listing, hint: str = "") -> dict[str, Any]:
    return {"listing": listing, "hint": hint}


@register.inclusion_tag("office/_pages.html")
def list_pages(listing: Listing) -> dict[str, Any]:
    page = listing.page
    return {
        "page": page,
        "before": listing.address(page=str(page.previous_page_number())) if page.has_previous() else "",
        "after": listing.address(page=str(page.next_page_number())) if page.has_next() else "",
    }


@register.inclusion_tag("office/_undo.html", takes_context=True)
def undo_offer(context: dict[str, Any]) -> dict[str, Any]:
    """The deed that this person has just done (``?done=12``), with the way to take it back."""
    request: HttpRequest = context["request"]
    number, act = request.GET.get("done", ""), None
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = Act.objects.filter(pk=int(number), by_id=request.user.pk).select_related("undone_by", "space").first()
        act = found if found and found.can_be_undone else None
    return {"act": act, "csrf_token": context.get("csrf_token"), "back": request.path}
