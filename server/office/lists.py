"""Lists of the office: search, filters, order and pages, from the address of the page and nothing else.

What may be sorted by and filtered with are closed lists (X13); what is unknown or too long is passed over, never an
error. The order stands in the address as ``sort=cost`` or ``sort=-cost``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from server.processes.folding import fold

from .models import Act

PER_PAGE = 50
SHORT = 8
LONGEST_SEARCH = 100

if TYPE_CHECKING:
    Rows = QuerySet[Any] | Sequence[Any]
    Key = tuple[str, ...] | Callable[[Any], Any]


@dataclass(frozen=True)
class Filter:
    """One question with a closed list of answers ``(value, label)``. ``keep`` gives the rows of one answer."""

    name: str
    label: Any
    options: Sequence[tuple[str, Any]]
    keep: Callable[[Any, str], Rows]


def filter_by(name: str, label: Any, options: Sequence[tuple[Any, Any]], field: str = "") -> Filter:
    """Rows of a sequence whose ``field`` (``name`` without) is the answer."""
    told = [(str(value), words) for value, words in options]
    return Filter(
        name, label, told, lambda rows, value: [row for row in rows if str(getattr(row, field or name)) == value]
    )


@dataclass(frozen=True)
class Choice:
    """A filter as the page shows it."""

    name: str
    label: Any
    options: Sequence[tuple[str, Any]]
    value: str


@dataclass(frozen=True)
class Listing:
    """One page of a list, and what was asked for. ``count``: of the rows that match; ``total``: of all."""

    page: Page[Any]
    count: int
    total: int
    text: str
    can_search: bool
    choices: Sequence[Choice]
    order: str
    asked: QueryDict

    @property
    def is_long(self) -> bool:
        """Whether searching is quicker than looking. A short list is shown without tools."""
        return self.total > SHORT or self.is_narrowed

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text) or any(choice.value for choice in self.choices)

    def address(self, **changes: str) -> str:
        """The query of this list with some of it changed; another order or search begins at the first page."""
        query = self.asked.copy()
        query.pop("page", None)
        query.pop("done", None)
        for name, value in changes.items():
            query[name] = value
            if not value:
                del query[name]
        return "?" + query.urlencode()


def listing(
    request: HttpRequest,
    rows: Rows,
    *,
    sorts: Mapping[str, Key],
    first: str,
    words: Callable[[Any], str] | None = None,
    find: Callable[[Any, str], Rows] | None = None,
    filters: Sequence[Filter] = (),
    per_page: int = PER_PAGE,
    found: type[Paginator] = Paginator,
) -> Listing:
    """Narrow, order and cut ``rows``.

    sorts: name → fields of the database, or a function of a row where ``rows`` is a sequence; ``first`` is the order
    when none is asked for. words: the text of a row that is searched, accents and capitals aside; find: another way to
    search, for rows that are too many to look through here; found: cuts what was found so into pages.
    """
    asked = request.GET
    everything = rows
    choices = []
    for one in filters:
        value = asked.get(one.name, "")
        if value not in {option for option, _label in one.options}:
            value = ""
        rows = one.keep(rows, value) if value else rows
        choices.append(Choice(one.name, one.label, one.options, value))
    text = " ".join(asked.get("q", "")[:LONGEST_SEARCH].replace("\0", " ").split())
    if text and find:
        rows = find(rows, text)
    elif text and words:
        wanted = fold(text).split()
        rows = [row for row in rows if all(word in fold(words(row)) for word in wanted)]
    order = asked.get("sort", "")
    order = order if order.removeprefix("-") in sorts else first
    ordered = _sorted(rows, sorts[order.removeprefix("-")], is_down=order.startswith("-"))
    paginator = (found if text and find else Paginator)(ordered, per_page)
    page = paginator.get_page(asked.get("page"))
    can_search = bool(words or find)
    # Where nothing was left out, the page has counted them already.
    total = paginator.count if rows is everything else _count(everything)
    return Listing(page, paginator.count, total, text, can_search, choices, order, asked)


def _count(rows: Rows) -> int:
    return len(rows) if isinstance(rows, Sequence) else rows.count()


def _sorted(rows: Rows, key: Key, *, is_down: bool) -> Rows:
    if callable(key):
        return sorted(rows, key=key, reverse=is_down)
    if isinstance(rows, QuerySet):
        return rows.order_by(*(f"-{name}" if is_down else name for name in key), "pk")
    ordered = list(rows)
    for name in reversed(key):
        ordered.sort(key=lambda row: (getattr(row, name) is None, getattr(row, name)), reverse=is_down)
    return ordered


def redirect_with_undo(act: Act, name: str, *arguments: object) -> HttpResponse:
    """Lead to a page of the office that offers to take back what was just done."""
    return redirect(f"{reverse(name, args=arguments)}?done={act.pk}")


def picked(request: HttpRequest, most: int = 1000) -> list[int]:
    """The rows that were ticked: their numbers, each once. What is no number is passed over."""
    numbers = (value for value in request.POST.getlist("pick")[:most] if value.isascii() and value.isdigit())
    return list(dict.fromkeys(int(value) for value in numbers if len(value) < 19))
