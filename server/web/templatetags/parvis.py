"""Tags of every template: door signs, icons, money, dates. Loaded everywhere without ``{% load %}``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from server.processes.models import Door
from server.web.qr import qr_svg

from .icons import DOORS, ICONS

register = template.Library()

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "CHF": "CHF"}
THIN, FIXED = "\u202f", "\u00a0"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the set, always beside a word: it is hidden from screen readers."""
    return format_html(
        '<svg class="i {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(ICONS[name]),  # noqa: S308 (our own constants)
    )


@register.simple_tag
def door_sign(name: str) -> SafeString:
    """The silhouette of a door, without its word."""
    return format_html('<svg viewBox="0 0 20 24" aria-hidden="true" focusable="false">{}</svg>', mark_safe(DOORS[name]))


@register.simple_tag
def door(name: str, is_open: bool = True) -> SafeString:
    """A door's sign with its word. A door that is shut is struck through, never removed."""
    state = "" if is_open else " off"
    return format_html('<span class="door{}">{}{}</span>', state, door_sign(name), Door(name).label)


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code; ``label`` says what it leads to."""
    return qr_svg(text, label)


@register.inclusion_tag("parts/strokes.html")
def strokes(count: int) -> dict[str, list[bool]]:
    """The first ``count`` of the four strokes of the tally; what has not happened is dotted."""
    return {"drawn": [number < count for number in range(4)]}


@register.filter
def money(cents: Any, currency: str = "EUR") -> str:
    """An amount in the reader's form: ``200 000 €`` in French, ``€200,000`` in English. Cents where there are any."""
    if cents in (None, ""):
        return ""
    whole, rest = divmod(abs(int(cents)), 100)
    is_french = (get_language() or "fr").startswith("fr")
    digits = f"{whole:,}".replace(",", THIN if is_french else ",")
    if rest:
        digits += f"{',' if is_french else '.'}{rest:02d}"
    sign = "−" if int(cents) < 0 else ""
    symbol = SYMBOLS.get(currency, currency)
    if is_french or len(symbol) > 1:
        return f"{sign}{digits}{FIXED}{symbol}"
    return f"{sign}{symbol}{digits}"


@register.filter
def number(value: Any) -> str:
    """A whole number in the reader's form."""
    is_french = (get_language() or "fr").startswith("fr")
    return f"{int(value):,}".replace(",", THIN if is_french else ",")


@register.filter
def long_date(value: date | datetime) -> str:
    """Weekday, day, month and, when it is not this year, the year."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    is_french = (get_language() or "fr").startswith("fr")
    return formats.date_format(local, "l j F Y" if is_french else "l, j F Y")


@register.filter
def date_and_hour(value: datetime) -> str:
    """``lundi 12 octobre 2026 à 18 h 30`` or ``Monday, 12 October 2026, 18:30``."""
    local = timezone.localtime(value)
    if (get_language() or "fr").startswith("fr"):
        minutes = f"{FIXED}{local:%M}" if local.minute else ""
        return f"{long_date(value)} à {local.hour}{FIXED}h{minutes}"
    return f"{long_date(value)}, {local:%H:%M}"


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A form field with its label, help and errors, joined for screen readers. ``extra`` reaches the template."""
    return {"field": bound, **extra}
