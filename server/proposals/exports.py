"""All proposals of a component as a file, streamed: what everyone may read anyway, with the door of each.

The columns of the CSV are those that an import takes, and what came to them here. JSON: one object with ``proposals``,
a list of objects with the same names. Comments and endorsements are numbers, in all and by door; who gave them is
nobody's business.

Amendments stand apart, in a list or a file of their own, each with what it would change, why, and what became of it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Count

from server.discussion.models import Comment
from server.opendata.cells import safe_cell
from server.processes.models import Component, Door

from .endorsing import by_door
from .models import Endorsement, Proposal, Version

AT_ONCE = 500
COUNTS = tuple(
    name for thing in ("comments", "endorsements") for name in (thing, *(f"{thing}_{door}" for door in Door.values))
)
COLUMNS = (
    "number", "identifier", "title", "body", "language", "author", "author_kind", "door", "category", "area", "place",
    "published", "state", "answer", "cost_cents", "became", "withdrawn", *COUNTS, "fingerprint", "section",
)  # fmt: skip
AMENDMENT_COLUMNS = (
    "number", "identifier", "amends", "amends_identifier", "against_version", "title", "body", "reason", "language",
    "author", "author_kind", "door", "published", "withdrawn", "outcome", "decision", "decided", "decided_by",
    "made_version", "became", *COUNTS, "fingerprint",
)  # fmt: skip


def rows_of(component: Component) -> Iterator[dict[str, Any]]:
    """A row for each that was published and is not hidden, by number; some hundred at a time are held."""
    rows = component.proposals.published().exclude(part=Proposal.Part.AMENDMENT)
    yield from _rows(rows.select_related("category", "area", "state", "became", "section"), _row)


def amendments_of(component: Component) -> Iterator[dict[str, Any]]:
    """The same for amendments, but of what was hidden: they repeat its words."""
    rows = component.proposals.published().amendments().filter(amendment__amends__hidden_at__isnull=True)
    rows = rows.select_related("amendment__became")
    yield from _rows(rows, _amendment_row)


def _rows(rows: Any, tell: Callable[[Proposal, dict[str, int], str], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    told = rows.order_by("number").iterator(chunk_size=AT_ONCE)
    while some := list(islice(told, AT_ONCE)):
        keys = [one.pk for one in some]
        wholes = _wholes(keys)
        doors = _by_door(keys) | {one.pk: by_door(one) for one in some if one.pk in wholes}
        said = Comment.objects.by_door_of_each("proposal", [one.ref for one in some])
        prints = _fingerprints(keys)
        for one in some:
            counts = _counts("comments", one.comment_count, said.get(one.ref, {}))
            counts |= _counts("endorsements", one.endorsement_count, doors.get(one.pk, {}))
            yield tell(one, counts, prints.get(one.pk, ""))


def _counts(thing: str, count: int, doors: dict[str, int]) -> dict[str, int]:
    return {thing: count, **{f"{thing}_{door}": doors.get(door, 0) for door in Door.values}}


def _by_door(keys: list[int]) -> dict[int, dict[str, int]]:
    counted = Endorsement.objects.filter(proposal__in=keys, counts=True).values_list("proposal", "door")
    found: dict[int, dict[str, int]] = {}
    for proposal, door, count in counted.annotate(n=Count("pk")).values_list("proposal", "door", "n"):
        found.setdefault(proposal, {})[door] = count
    return found


def _wholes(keys: list[int]) -> set[int]:
    """Those that others became part of, whose endorsements count for them."""
    found = Proposal.objects.filter(became__in=keys).values_list("became_id", flat=True)
    return {key for key in found if key is not None}


def _fingerprints(keys: list[int]) -> dict[int, str]:
    rows = Version.objects.filter(proposal__in=keys).order_by("number")
    return dict(rows.values_list("proposal", "fingerprint"))


def _row(one: Proposal, counts: dict[str, int], fingerprint: str) -> dict[str, Any]:
    return {
        "number": one.number,
        "identifier": one.ref,
        "title": one.title,
        "body": one.body,
        "language": one.language,
        "author": one.author_name,
        "author_kind": one.author_kind,
        "door": one.door,
        "category": str(one.category or ""),
        "area": str(one.area or ""),
        "place": one.place_name,
        "published": one.published_at.isoformat() if one.published_at else "",
        "state": str(one.state or ""),
        "answer": str(one.answer),
        "cost_cents": one.answer_cost_cents,
        "became": one.became.number if one.became else None,
        "withdrawn": one.withdrawn_at.isoformat() if one.withdrawn_at else "",
        **counts,
        "fingerprint": fingerprint,
        "section": (one.section.label or "-") if one.is_section else "",
    }


def _amendment_row(one: Proposal, counts: dict[str, int], fingerprint: str) -> dict[str, Any]:
    row, decision = _row(one, counts, fingerprint), one.amendment
    row |= {
        "amends": decision.amends.number,
        "amends_identifier": decision.amends.ref,
        "against_version": decision.against,
        "reason": decision.reason,
        "outcome": decision.outcome,
        "decision": decision.words,
        "decided": decision.decided_at.isoformat() if decision.decided_at else "",
        "decided_by": ("town" if decision.by_town else "author") if decision.decided_at else "",
        "made_version": decision.made,
        "became": decision.became.number if decision.became else None,
    }
    return {name: row[name] for name in AMENDMENT_COLUMNS}


def as_csv(component: Component) -> Iterator[bytes]:
    return _csv(COLUMNS, rows_of(component))


def amendments_as_csv(component: Component) -> Iterator[bytes]:
    return _csv(AMENDMENT_COLUMNS, amendments_of(component))


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """UTF-8 with byte order mark, cells divided by commas; no cell is a formula (X6)."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(columns)
    yield b"\xef\xbb\xbf"
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(row[name]) if isinstance(row[name], str) else row[name] for name in columns])
        if count % AT_ONCE == 0:
            yield _taken(line)
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode()


def as_json(component: Component) -> Iterator[bytes]:
    yield b'{"proposals": [\n'
    yield from _objects(rows_of(component))
    yield b'\n], "amendments": [\n'
    yield from _objects(amendments_of(component))
    yield b"\n]}\n"


def _objects(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for count, row in enumerate(rows):
        yield (b",\n" if count else b"") + json.dumps(row, ensure_ascii=False).encode()
