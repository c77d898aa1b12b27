"""Projects from a file: CSV or XLSX with one row a project, or ``.pb``. Pure: nothing is written here.

Columns of a table (French names stand beside the English ones; texts may have a column for each language):

    identifier   id, project_id, code, identifiant           optional: p1, p2, … from the number
    number       no, numero                                  optional: the next free one
    title        name, nom, titre; title_fr, title_en, …     needed in one language of the pages
    cost         amount, cout, montant                       needed; 12500, 12 500,50, 12500 €
    description  description_fr, description_en, …           optional
    category     categorie, theme; category_fr, …            optional

A text in a language beyond those of the pages stands beside one in a language of the pages, never alone.
A row whose identifier exists changes that project; others are new; projects that the file does not name stay.
Codes of faults: those of ``processes.tables`` and ``pabulib``, and ``missing_column``, ``missing_value``, ``too_long``,
``hidden``, ``zero_cost``, ``bad_identifier``, ``duplicate_project``, ``duplicate_number``, ``number_taken``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from server.opendata.cells import safe_cell
from server.opendata.published import PLAIN_ID
from server.processes.tables import HIDDEN, MAX_FAULTS, BadTable, Fault, read_table

from .pabulib import BadPb, amount, read_amount, read_pb

MAX_BYTES = 4 * 1024 * 1024
MAX_PB_BYTES = 4 * MAX_BYTES  # a .pb may bring its votes along; they are not read here
MAX_PROJECTS = 500
MAX_NUMBER = 999
OTHER_NAMES = {
    "code": ("identifier", "id", "project_id", "code", "identifiant"),
    "number": ("number", "no", "numero", "n"),
    "cost": ("cost", "amount", "cout", "montant"),
    "title": ("title", "name", "nom", "titre", "intitule"),
    "description": ("description",),
    "category": ("category", "categorie", "theme"),
}
LONGEST = {"title": 200, "description": 20_000, "category": 200}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project of a file. ``number`` is 0 where the file gives none; texts are {language: text}."""

    line: int
    code: str
    number: int
    cost_cents: int
    title: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    category: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """``amount_cents`` only where the file names the budget (``.pb``)."""

    rows: tuple[ProjectRow, ...]
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What the import would do with a row: ``deed`` is new, changed or same. ``row`` has code and number filled in."""

    row: ProjectRow
    deed: str


def read_projects(
    content: bytes, *, languages: Sequence[str], language: str, further: Sequence[str] = ()
) -> ProjectFile:
    """Raises BadTable with every fault. ``language`` takes the texts of columns that name none.

    languages: of the pages; further: those in which the town writes besides.
    """
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:4].upper() == b"META":
        return _from_pb(content, language)
    table = read_table(content, max_bytes=MAX_BYTES, max_rows=MAX_PROJECTS)
    columns = _columns(table.columns, [*languages, *further], language)
    missing = [name for name, is_there in _needed(columns).items() if not is_there]
    if missing:
        raise BadTable([Fault(1, "missing_column", name) for name in missing])
    faults: list[Fault] = []
    rows = [_row(line, cells, columns, faults) for line, cells in table.rows]
    for row in rows:
        _check_languages(row, languages, language, faults)
    _check_repeated(rows, faults)
    if faults:
        raise BadTable(sorted(faults, key=lambda fault: fault.line)[:MAX_FAULTS])
    return ProjectFile(tuple(rows))


def _columns(names: Collection[str], languages: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """{column of the file: (field, language or "")} of the columns that mean something to us."""
    found = {}
    for target, others in OTHER_NAMES.items():
        for other in others:
            if other in names:
                found[other] = (target, language if target in LONGEST else "")
            for one in languages:
                if target in LONGEST and f"{other}_{one}" in names:
                    found[f"{other}_{one}"] = (target, one)
    return found


def _needed(columns: Mapping[str, tuple[str, str]]) -> dict[str, bool]:
    targets = {target for target, _language in columns.values()}
    return {"title": "title" in targets, "cost": "cost" in targets}


def _row(
    line: int, cells: Mapping[str, str], columns: Mapping[str, tuple[str, str]], faults: list[Fault]
) -> ProjectRow:
    plain = {"code": "", "number": "", "cost": ""}
    texts: dict[str, dict[str, str]] = {name: {} for name in LONGEST}
    for column, (target, language) in columns.items():
        text = cells[column]
        if target in plain:
            plain[target] = plain[target] or text
        elif text:
            texts[target].setdefault(language, text)
            if len(text) > LONGEST[target]:
                faults.append(Fault(line, "too_long", column))
            if HIDDEN.search(text):
                faults.append(Fault(line, "hidden", column))
    if plain["code"] and (not PLAIN_ID.fullmatch(plain["code"]) or plain["code"] == "status"):
        faults.append(Fault(line, "bad_identifier", plain["code"][:60]))
    return ProjectRow(
        line, plain["code"], _number(line, plain["number"], faults), _cost(line, plain["cost"], faults), **texts
    )


def _check_languages(row: ProjectRow, languages: Sequence[str], language: str, faults: list[Fault]) -> None:
    if not row.title:
        faults.append(Fault(row.line, "missing_value", "title"))
    for name in LONGEST:
        text = getattr(row, name)
        if text and not any(text.get(one) for one in languages):
            faults.append(Fault(row.line, "missing_value", f"{name}_{language}"))


def _number(line: int, text: str, faults: list[Fault]) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_NUMBER:
        faults.append(Fault(line, "bad_number", text[:60]))
        return 0
    return int(text)


def _cost(line: int, text: str, faults: list[Fault]) -> int:
    if not text:
        faults.append(Fault(line, "missing_value", "cost"))
        return 0
    try:
        cents = read_amount(re.sub(r"(?i)€|eur(os?)?", "", text))
    except ValueError as error:
        faults.append(Fault(line, str(error), text[:60]))
        return 0
    if cents == 0:
        faults.append(Fault(line, "zero_cost", text[:60]))
    return cents


def _check_repeated(rows: Sequence[ProjectRow], faults: list[Fault]) -> None:
    codes: set[str] = set()
    numbers: set[int] = set()
    for row in rows:
        if row.code and row.code in codes:
            faults.append(Fault(row.line, "duplicate_project", row.code))
        if row.number and row.number in numbers:
            faults.append(Fault(row.line, "duplicate_number", str(row.number)))
        codes.add(row.code)
        numbers.add(row.number)


def _from_pb(content: bytes, language: str) -> ProjectFile:
    if len(content) > MAX_PB_BYTES:
        raise BadTable([Fault(0, "too_big")])
    try:
        instance = read_pb(content, needs_votes=False)
    except BadPb as bad:
        raise BadTable([Fault(error.line, error.code, error.detail) for error in bad.errors]) from bad
    faults: list[Fault] = []
    if len(instance.projects) > MAX_PROJECTS:
        faults.append(Fault(0, "too_many_rows", str(MAX_PROJECTS)))
    rows = []
    for place, project in enumerate(instance.projects, start=1):
        if not PLAIN_ID.fullmatch(project.id) or project.id == "status":
            faults.append(Fault(0, "bad_identifier", project.id[:60]))
        if project.cost == 0:
            faults.append(Fault(0, "zero_cost", project.id[:60]))
        category = project.extra.get("category", "")[: LONGEST["category"]]
        title = {language: (project.name or project.id)[: LONGEST["title"]]}
        rows.append(ProjectRow(place, project.id, 0, project.cost, title, {}, {language: category} if category else {}))
    if faults:
        raise BadTable(faults[:MAX_FAULTS])
    return ProjectFile(tuple(rows), instance.budget)


def plan_projects(rows: Sequence[ProjectRow], existing: Mapping[str, ProjectRow]) -> list[Planned]:
    """What the rows would do to the projects that are there; raises BadTable when numbers collide.

    A row without a number keeps the one its project has, or takes the next that is free.
    """
    named = {row.code for row in rows if row.code}
    taken = {project.number: code for code, project in existing.items() if code not in named}
    faults = [Fault(row.line, "number_taken", str(row.number)) for row in rows if row.number in taken]
    if faults:
        raise BadTable(faults)
    used = {*taken, *(row.number for row in rows if row.number)}
    kept = {row.code: existing[row.code].number for row in rows if not row.number and row.code in existing}
    kept = {code: number for code, number in kept.items() if number not in used}
    used.update(kept.values())
    planned = []
    for row in rows:
        number = row.number or kept.get(row.code) or next(free for free in range(1, len(used) + 2) if free not in used)
        used.add(number)
        code = row.code or _free_code(number, {*named, *existing})
        named.add(code)
        planned.append(_planned(replace(row, code=code, number=number), existing.get(row.code)))
    return planned


def _planned(row: ProjectRow, before: ProjectRow | None) -> Planned:
    """What the file leaves empty stays as it is."""
    if before is None:
        return Planned(row, "new")
    texts: dict[str, Any] = {name: {**getattr(before, name), **getattr(row, name)} for name in LONGEST}
    full = replace(row, **texts)
    return Planned(full, "same" if replace(before, line=row.line) == full else "changed")


def _free_code(number: int, taken: Collection[str]) -> str:
    code, turn = f"p{number}", 1
    while code in taken:
        code, turn = f"p{number}-{turn}", turn + 1
    return code


def template(languages: Sequence[str], examples: Sequence[ProjectRow] = ()) -> str:
    """A CSV to fill in, for Excel and LibreOffice (``;`` and a byte order mark), with ``examples`` filled in."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";").writerow
    texts = [(name, language) for name in ("title", "category", "description") for language in languages]
    write(["identifier", "number", "cost", *(f"{name}_{language}" for name, language in texts)])
    for row in examples:
        cells = [safe_cell(getattr(row, name).get(language, "")) for name, language in texts]
        write([row.code, row.number, amount(row.cost_cents), *cells])
    return "\ufeff" + out.getvalue()
