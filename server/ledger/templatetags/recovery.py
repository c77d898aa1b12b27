"""On every page, as long as it lasts: that a backup was restored and is being put in order."""

from __future__ import annotations

from typing import Any

from django import template

from server.ledger import recovery as under_way

register = template.Library()


@register.inclusion_tag("ledger/_recovery.html")
def recovery(reader: str = "") -> dict[str, Any]:
    """reader: "office" for those who work here; they are shown where it is ended."""
    return {"recovery": under_way.current(), "reader": reader}
