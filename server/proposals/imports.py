"""Proposals from a file: CSV, XLSX or JSON, one row (or one object of a list) a proposal. Pure: nothing is written.

Columns (French names stand beside the English ones), and the names of a JSON object:

    title        titre                        needed, at most 150 characters
    body         text, texte, description     needed, at most 5,000 characters
    identifier   id, identifiant, ref         optional: brought again, it is the same proposal
    author       auteur                       optional: as the page shall name it
    author_kind  type_d_auteur                optional: person, group, official, meeting, table, card
    door         channel, canal, porte        optional: web, kiosk, paper, desk; web without
    category     categorie, theme             optional: one of the space
    area         quartier, secteur            optional: one of the space
    published    date, publie                 optional: 2026-05-31 or a full ISO 8601 moment
    language     langue                       optional: two letters

Codes of faults: those of ``processes.tables``, and ``missing_column``, ``missing_value``, ``too_long``, ``hidden``,
``not_one_of``, ``bad_date``, ``repeated_identifier``, ``bad_json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.processes.tables import HIDDEN, MAX_FAULTS, BadTable, Fault, column_name, read_table

from .rules import LONGEST_BODY, LONGEST_TITLE

MAX_ROWS = 50_000
MAX_BYTES = 16 * 1024 * 1024
NAMES = {
    "title": ("title", "titre"),
    "body": ("body", "text", "texte", "description"),
    "identifier": ("identifier", "id", "identifiant", "ref"),
    "author": ("author", "auteur"),
    "author_kind": ("author_kind", "type_d_auteur"),
    "door": ("door", "channel", "canal", "porte"),
    "category": ("category", "categorie", "theme"),
    "area": ("area", "quartier", "secteur"),
    "published": ("published", "date", "publie"),
    "language": ("language", "langue"),
}
NEEDED = ("title", "body")
LONGEST = {"title": LONGEST_TITLE, "body": LONGEST_BODY, "identifier": 100, "author": 120}
DOORS = ("web", "kiosk", "paper", "desk")
KINDS = ("person", "group", "official", "meeting", "table", "card")


@dataclass(frozen=True)
class Row:
    """One proposal of a file; ``category`` and ``area`` as they are called there."""

    line: int
    title: str
    body: str
    identifier: str = ""
    author: str = ""
    author_kind: str = "person"
    door: str = "web"
    category: str = ""
    area: str = ""
    published: datetime | None = None
    language: str = ""

    def ref(self, component: int) -> str:
        """The same for the same identifier in the same component; "" where it has none."""
        return hashlib.sha256(f"{component}\n{self.identifier}".encode()).hexdigest()[:24] if self.identifier else ""


def read_proposals(content: bytes) -> list[Row]:
    """Raises BadTable with every fault found."""
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        cells = list(_from_json(content))
    else:
        table = read_table(content, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
        cells = [(line, _named(row)) for line, row in table.rows]
        if missing := [name for name in NEEDED if not set(NAMES[name]) & set(table.columns)]:
            raise BadTable([Fault(1, "missing_column", name) for name in missing])
    if not cells:
        raise BadTable([Fault(0, "no_rows")])
    faults: list[Fault] = []
    rows = [_row(line, told, faults) for line, told in cells]
    faults += _repeated(rows)
    if faults:
        raise BadTable(sorted(faults, key=lambda fault: fault.line)[:MAX_FAULTS])
    return rows


def _from_json(content: bytes) -> Iterable[tuple[int, dict[str, str]]]:
    """Objects of a list, or of the list ``proposals`` of an object; lines count them from 1."""
    if len(content) > MAX_BYTES:
        raise BadTable([Fault(0, "too_big")])
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadTable([Fault(0, "bad_json")]) from error
    rows = told.get("proposals") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise BadTable([Fault(0, "bad_json")])
    if len(rows) > MAX_ROWS:
        raise BadTable([Fault(0, "too_many_rows", str(MAX_ROWS))])
    for line, one in enumerate(rows, start=1):
        yield line, _named({column_name(str(name)): _plain(value) for name, value in one.items()})


def _plain(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(cells: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, others in NAMES.items():
        found[name] = next((cells[other].strip() for other in others if cells.get(other, "").strip()), "")
    return found


def _row(line: int, told: Mapping[str, str], faults: list[Fault]) -> Row:
    faults += [Fault(line, "missing_value", name) for name in NEEDED if not told[name]]
    faults += [Fault(line, "too_long", name) for name, most in LONGEST.items() if len(told[name]) > most]
    faults += [Fault(line, "hidden", name) for name, text in told.items() if HIDDEN.search(text)]
    door, kind = told["door"].casefold() or "web", told["author_kind"].casefold() or "person"
    faults += [Fault(line, "not_one_of", f"door: {told['door'][:30]}")] if door not in DOORS else []
    faults += [Fault(line, "not_one_of", f"author_kind: {told['author_kind'][:30]}")] if kind not in KINDS else []
    return Row(
        line=line,
        title=" ".join(told["title"].split()),
        body=told["body"].replace("\r\n", "\n"),
        identifier=told["identifier"],
        author=told["author"],
        author_kind=kind,
        door=door,
        category=told["category"],
        area=told["area"],
        published=_moment(line, told["published"], faults),
        language=told["language"][:2].casefold(),
    )


def _moment(line: int, text: str, faults: list[Fault]) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        faults.append(Fault(line, "bad_date", text[:30]))
        return None


def _repeated(rows: Iterable[Row]) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for row in rows:
        if row.identifier and row.identifier in seen:
            faults.append(Fault(row.line, "repeated_identifier", row.identifier[:30]))
        seen.add(row.identifier)
    return faults
