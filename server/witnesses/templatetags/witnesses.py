"""Witnesses on public pages: a part for the page of the list, one for a receipt, and a filter for their own words."""

from __future__ import annotations

import json
from typing import Any

from django import template

from server.witnesses.told import cosigned_by, witnesses_of_today

register = template.Library()


@register.inclusion_tag("witnesses/_today.html")
def witnesses_of_list() -> dict[str, Any]:
    """Who co-signs the list today, and every alarm with its answer."""
    return {"witnesses": witnesses_of_today()}


@register.inclusion_tag("witnesses/_cosigned.html")
def cosigned(index: int) -> dict[str, Any]:
    """Who co-signed a state that holds the record at this place."""
    return {"statements": cosigned_by(index)}


@register.filter
def as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
