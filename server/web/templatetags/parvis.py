"""Tags of every template: door signs, icons, texts, money, dates. Loaded everywhere without ``{% load %}``."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from server.processes.alphabets import disguised_words, mixed_words
from server.processes.localized import Localized, direction, readers_language
from server.processes.models import Door
from server.web.qr import qr_svg

from .icons import DOORS, ICONS

register = template.Library()

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "PLN": "zł", "CHF": "CHF"}
THIN, FIXED = "\u202f", "\u00a0"


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the set, always beside a word: it is hidden from screen readers."""
    return format_html(
        '<svg class="i {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(ICONS[name]),  # noqa: S308 (our own constants)
    )


@register.simple_tag
@cache
def door_sign(name: str) -> SafeString:
    """The silhouette of a door, without its word."""
    return format_html('<svg viewBox="0 0 20 24" aria-hidden="true" focusable="false">{}</svg>', mark_safe(DOORS[name]))


@register.simple_tag
def door(name: str, is_open: bool = True) -> SafeString:
    """A door's sign with its word. A door that is shut is struck through, never removed."""
    return _door(name, bool(is_open), get_language())


@cache
def _door(name: str, is_open: bool, _language: str | None) -> SafeString:
    state = "" if is_open else " off"
    return format_html('<span class="door{}">{}{}</span>', state, door_sign(name), Door(name).label)


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code; ``label`` says what it leads to."""
    return qr_svg(text, label)


@register.inclusion_tag("office/_alphabets.html")
def alphabets(*texts: Any) -> dict[str, list[str]]:
    """For those who prepare a vote: words of these texts whose letters look like those of another alphabet (X22).

    A text in several languages is looked at language by language; plain texts are what one thing is called, together.
    Nothing is a disguise in a language beyond those of the pages: it may be written in that very alphabet.
    """
    parts = [("", "\n".join(str(text or "") for text in texts if not isinstance(text, dict)))]
    parts += [part for text in texts if isinstance(text, dict) for part in text.items()]
    ours = {"", *dict(settings.LANGUAGES)}
    mixed = dict.fromkeys(word for _language, part in parts for word in mixed_words(part))
    disguised = dict.fromkeys(word for language, part in parts if language in ours for word in disguised_words(part))
    return {"mixed": list(mixed), "disguised": list(disguised)}


@register.inclusion_tag("parts/strokes.html")
def strokes(count: int) -> dict[str, list[bool]]:
    """The first ``count`` of the four strokes of the tally; what has not happened is dotted."""
    return {"drawn": [number < count for number in range(4)]}


def _shown(text: Any) -> tuple[str, str]:
    """A text as its reader gets it, and its language where that is not the page's; else ""."""
    code, words = text.shown() if isinstance(text, Localized) else ("", str(text or ""))
    return words, "" if code == readers_language() else code


def _way(code: str) -> str:
    """``auto``, or the way of a language that runs against the page's: then a name in our letters must not turn it."""
    way = direction(code)
    return "auto" if way == direction(readers_language()) else way


@register.filter
def localized(text: Any) -> Any:
    """A text of the content in the reader's language; in another one it says so, to voices and to browsers."""
    words, code = _shown(text)
    if not code:
        return words
    way = _way(code)
    return format_html('<bdi lang="{}"{}>{}</bdi>', code, "" if way == "auto" else format_html(' dir="{}"', way), words)


@register.filter
def paragraphs(text: Any) -> SafeString:
    """The same for a text of several lines."""
    words, code = _shown(text)
    lines = mark_safe(linebreaks(words, autoescape=True))  # noqa: S308 (escaped by linebreaks)
    if code:
        return format_html('<div class="flow" lang="{}" dir="{}">{}</div>', code, _way(code), lines)
    return lines


def _is_french() -> bool:
    return readers_language() == "fr"


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", THIN if _is_french() else ",")


@register.filter
def money(cents: Any, currency: str = "EUR") -> str:
    """An amount in the reader's form: ``200 000 €`` in French, ``€200,000`` in English. Cents where there are any."""
    if cents in (None, ""):
        return ""
    whole, rest = divmod(abs(int(cents)), 100)
    digits = _grouped(whole)
    if rest:
        digits += f"{',' if _is_french() else '.'}{rest:02d}"
    sign = "−" if int(cents) < 0 else ""
    symbol = SYMBOLS.get(currency, currency)
    if _is_french() or len(symbol) > 1:
        return f"{sign}{digits}{FIXED}{symbol}"
    return f"{sign}{symbol}{digits}"


@register.filter
def number(value: Any) -> str:
    """A whole number in the reader's form."""
    return _grouped(int(value))


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """``41,5 %`` in French, ``41.5%`` in English: one decimal unless told, for a share that is already per cent."""
    digits = f"{float(value):.{decimals}f}"
    return digits.replace(".", ",") + f"{FIXED}%" if _is_french() else f"{digits}%"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.filter
def day_and_month(value: date | datetime) -> str:
    """``1er octobre`` or ``1 October``."""
    is_first = _is_french() and _local(value).day == 1
    return f"1er {formats.date_format(_local(value), 'F')}" if is_first else formats.date_format(_local(value), "j F")


@register.filter
def day(value: date | datetime | None) -> str:
    """``1er octobre 2026`` or ``1 October 2026``; nothing for a day that nobody told, as Django's own filter."""
    return _day(_date_of(value), get_language()) if value else ""


def _date_of(value: date | datetime) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


@lru_cache(maxsize=4096)
def _day(value: date, _language: str | None) -> str:
    """Of the same few days a page of a thread speaks forty times."""
    return f"{day_and_month(value)} {value.year}"


@register.filter
def long_date(value: date | datetime) -> str:
    """``lundi 12 octobre 2026`` or ``Monday, 12 October 2026``."""
    weekday = formats.date_format(_local(value), "l")
    return f"{weekday} {day(value)}" if _is_french() else f"{weekday}, {day(value)}"


@register.filter
def hour(value: datetime) -> str:
    """``18 h 30`` or ``18:30``."""
    local = timezone.localtime(value)
    if not _is_french():
        return f"{local:%H:%M}"
    return f"{local.hour}{FIXED}h" + (f"{FIXED}{local:%M}" if local.minute else "")


@register.filter
def date_and_hour(value: datetime) -> str:
    """``lundi 12 octobre 2026 à 18 h 30`` or ``Monday, 12 October 2026, 18:30``."""
    return f"{long_date(value)}{' à ' if _is_french() else ', '}{hour(value)}"


@register.filter
def day_and_hour(value: datetime) -> str:
    """``12 octobre 2026 à 18 h 30`` or ``12 October 2026, 18:30``."""
    return f"{day(value)}{' à ' if _is_french() else ', '}{hour(value)}"


@register.filter
def span_of_days(start: datetime, end: datetime) -> str:
    """From a day to another; a year that both have in common is said once: ``3 mars – 9 avril 2027``."""
    first, last = _local(start), _local(end)
    if first.year != last.year:
        return f"{day(start)} – {day(end)}"
    return f"{day_and_month(start)} – {day(end)}"


@register.inclusion_tag("parts/crumbs.html")
def trail(*steps: Any) -> dict[str, Any]:
    """The way here, home first: address, title, address, title…"""
    return {"steps": [{"address": a, "title": t} for a, t in zip(steps[::2], steps[1::2], strict=True)]}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A form field with its label, help and errors, joined for screen readers. ``extra`` reaches the template."""
    return {"field": bound, **extra}
