"""The bell in the head of pages, and the button that follows something."""

from __future__ import annotations

from typing import Any

from django import template

from server.notices.following import follows
from server.notices.models import Notice

register = template.Library()
MOST = 99


@register.inclusion_tag("notices/_bell.html")
def bell(user: Any, here: str = "") -> dict[str, Any]:
    """How many notices somebody has not read: one query, for whoever is logged in. here: the path of the page."""
    rows = Notice.objects.filter(user=user, read_at__isnull=True, is_here=True).order_by()
    count = rows.values("pk")[: MOST + 1].count()
    return {"count": count, "shown": f"{MOST}+" if count > MOST else str(count), "here": here}


@register.inclusion_tag("notices/_follow.html", takes_context=True)
def follow_button(context: dict[str, Any], kind: str, ref: Any) -> dict[str, Any]:
    """One query, for whoever is logged in."""
    user = context["user"]
    is_on = user.is_authenticated and follows(user, (kind, str(ref)))
    return {"kind": kind, "ref": ref, "is_on": is_on, "user": user, "request": context["request"]} | {
        "csrf_token": context.get("csrf_token")
    }
