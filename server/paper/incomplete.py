"""Sheets of which some pages were seen and others not: who looks for them must know which, and where (B9)."""

from __future__ import annotations

from dataclasses import dataclass

from server.meetings.models import Session

from .models import Reading, Sheet


@dataclass(frozen=True)
class IncompleteSheet:
    """missing: numbers of pages never seen, of ``pages`` in all. seen: one reading of each page that was, in order."""

    sheet: Sheet
    pages: int
    missing: tuple[int, ...]
    seen: tuple[Reading, ...]


def incomplete_sheets(session: Session) -> list[IncompleteSheet]:
    """Every sheet of a session with a page missing that nobody has decided about; two queries."""
    sheets = {sheet.pk: sheet for sheet in Sheet.objects.that_count().filter(run__session=session).incomplete()}
    pages: dict[int, dict[int, Reading]] = {pk: {} for pk in sheets}
    readings = Reading.objects.standing().filter(sheet__in=sheets).select_related("batch").order_by("pk")
    for reading in readings:
        pages[reading.sheet_id].setdefault(reading.sheet_page, reading)
    return [_incomplete(sheets[pk], seen) for pk, seen in sorted(pages.items()) if seen]


def _incomplete(sheet: Sheet, seen: dict[int, Reading]) -> IncompleteSheet:
    count = max(reading.sheet_pages for reading in seen.values())
    missing = tuple(number for number in range(1, count + 1) if number not in seen)
    return IncompleteSheet(sheet, count, missing, tuple(seen[number] for number in sorted(seen)))
