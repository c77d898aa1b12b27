"""Tables that people bring: CSV and XLSX to rows of text, with everything wrong named by line.

CSV: UTF-8 (with or without byte order mark) or Windows-1252; cells divided by ``;``, ``,``, tab or ``|``, whichever
the first line holds most of. XLSX: the first sheet, values only (``workbooks.py``). The first row names the columns;
names are compared without accents, capitals and blanks (``Date de naissance`` is ``date_de_naissance``). Formula guards
are taken away (X6). A row that is short is filled up, as Excel leaves out empty cells at the end; a last line that is
short and does not end was cut.

Codes: ``empty``, ``too_big``, ``not_a_table``, ``old_excel``, ``not_xlsx``, ``broken_xlsx``, ``zip_bomb``, ``macros``,
``embedded``, ``utf16``, ``bad_encoding``, ``truncated``, ``control_character``, ``bad_quotes``, ``no_header``,
``no_rows``, ``repeated_column``, ``row_width``, ``too_many_rows``, ``too_many_columns``, ``too_many_errors``.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.opendata.cells import plain_cell

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 64
MAX_FAULTS = 100
CELLS_OF_A_SMALL_TABLE = 100_000
CELLS_PER_ROW = 20  # of a workbook, empty ones counted
OTHER_FILES: tuple[bytes, ...] = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\0",
    b"MM\0*",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
OTHER_FILES += (b"\x7fELF", b"MZ\x90", b"\0\0")
PAGES = (b"<!doctype", b"<html", b"<?xml", b"<svg")  # a log-in page that was saved under the name of a table
PB = re.compile(rb"(\xef\xbb\xbf)?\s*META\s*[\r\n]", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Marks that turn the direction of what follows, or cannot be seen: they make a name read as another (X22).
HIDDEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
UTF8_PAIR = re.compile(rb"[\xc3\xc5][\x80-\xbf]|\xe2\x80[\x90-\xbf]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: ``line`` counts from 1 (0: the file as a whole); ``detail`` quotes a little of the file."""

    line: int
    code: str
    detail: str = ""


class BadTable(ValueError):
    """``faults`` has at least one entry, in the order of lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"line {fault.line}: {fault.code} {fault.detail}".strip() for fault in faults[:5]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` are (line, {column: text}); every row has every column that was wanted."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def column_name(text: str) -> str:
    """``Prénom(s)`` → ``prenom_s``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def read_table(
    content: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    wanted: Collection[str] | None = None,
) -> Table:
    """Raises BadTable with every fault found. Cells of columns that are not ``wanted`` are not kept."""
    table = open_table(content, max_bytes=max_bytes, max_rows=max_rows, wanted=wanted)
    return Table(table.columns, tuple(table))


def open_table(
    content: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    wanted: Collection[str] | None = None,
) -> OpenTable:
    """The same, row by row: for tables that are too long to be held at once. Raises BadTable."""
    if len(content) > max_bytes:
        raise BadTable([Fault(0, "too_big")])
    if not content.strip():
        raise BadTable([Fault(0, "empty")])
    _require_table(content)
    if content.startswith(b"PK"):
        return OpenTable(_xlsx_rows(content, max_rows), max_rows, wanted)
    text = decode(content)
    return OpenTable(_csv_rows(text), max_rows, wanted, has_end=text.endswith(("\n", "\r")))


def read_columns(content: bytes) -> tuple[str, ...]:
    """The columns that the first row names. Raises BadTable where there is no such row."""
    _require_table(content)
    rows = _xlsx_rows(content, MAX_ROWS) if content.startswith(b"PK") else _csv_rows(decode(content))
    for line, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            return _header(line, cells)
    raise BadTable([Fault(0, "empty")])


def _require_table(content: bytes) -> None:
    """Raise BadTable for what is plainly another kind of file: told by its first bytes, never by its name."""
    start = content[:64]
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadTable([Fault(0, "old_excel")])
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (start[:1] == b"\0") != (start[1:2] == b"\0"):
        raise BadTable([Fault(0, "utf16")])  # with its mark or without: every second byte of plain letters is nought
    if start.startswith(OTHER_FILES) or start.lstrip().lower().startswith(PAGES) or PB.match(start):
        raise BadTable([Fault(0, "not_a_table")])


class OpenTable:
    """A table of which the columns are known; its rows are walked through once.

    What is wrong with rows is raised as BadTable at the end, when all of it is known: nothing that came before may be
    kept.
    """

    def __init__(
        self,
        lines: Iterable[tuple[int, list[str]]],
        max_rows: int,
        wanted: Collection[str] | None,
        *,
        has_end: bool = True,
    ) -> None:
        self.lines, self.max_rows, self.has_end = iter(lines), max_rows, has_end
        self.columns: tuple[str, ...] = ()
        self.last = (0, 0)
        for line, cells in self._filled():
            self.columns = _header(line, cells)
            break
        else:
            raise BadTable([Fault(0, "empty")])
        self.kept = [(place, name) for place, name in enumerate(self.columns) if wanted is None or name in wanted]

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        """Lines in which something stands, without empty cells beyond the columns."""
        for line, cells in self.lines:
            while cells and not cells[-1] and len(cells) > len(self.columns):
                cells.pop()
            if any(cells):
                self.last = (line, len(cells))
                yield line, cells

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        faults: list[Fault] = []
        count = 0
        for line, cells in self._filled():
            width = len(cells)
            if width > len(self.columns):
                faults.append(Fault(line, "row_width", f"{width} / {len(self.columns)}"))
            else:
                count += 1
                if count > self.max_rows:
                    raise BadTable([Fault(line, "too_many_rows", str(self.max_rows))])
                yield line, {name: cells[place] if place < width else "" for place, name in self.kept}
            if len(faults) >= MAX_FAULTS:
                raise BadTable([*faults, Fault(line, "too_many_errors")])
        if not self.has_end and self.last[1] < len(self.columns):
            faults.append(Fault(self.last[0], "truncated"))
        if faults:
            raise BadTable(faults)
        if not count:
            raise BadTable([Fault(0, "no_rows")])


def _header(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise BadTable([Fault(line, "too_many_columns", str(MAX_COLUMNS))])
    columns = tuple(column_name(cell) or f"column_{place}" for place, cell in enumerate(cells, start=1))
    if repeated := sorted({name for name in columns if columns.count(name) > 1}):
        raise BadTable([Fault(line, "repeated_column", name) for name in repeated])
    return columns


def decode(content: bytes) -> str:
    """Text of a CSV file; raises BadTable when no encoding fits."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":
            raise BadTable([Fault(line, "truncated")]) from error
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise BadTable([Fault(line, "bad_encoding")]) from error
        if UTF8_PAIR.search(content):  # UTF-8 in some lines and not in others: two files pasted together
            raise BadTable([Fault(line, "bad_encoding")]) from error
    if control := CONTROLS.search(text):
        raise BadTable([Fault(text.count("\n", 0, control.start()) + 1, "control_character")])
    return text


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(";,\t|", key=outside.count)


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    line = 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise BadTable([Fault(line, "bad_quotes")]) from error
        if cells is None:
            return
        yield line, [plain_cell(cell.strip()) for cell in cells]
        line = rows.line_num + 1


def _xlsx_rows(content: bytes, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    # Its library comes with all of numpy: a fifth of what each of our processes would take to begin.
    from .workbooks import BadWorkbook, read_workbook

    last_line = max_rows + 1000  # a cell far below would otherwise make a million empty rows
    max_cells = max(CELLS_OF_A_SMALL_TABLE, CELLS_PER_ROW * max_rows)
    try:
        for line, cells in read_workbook(content, max_columns=MAX_COLUMNS + 1, max_cells=max_cells):
            if line > last_line:
                raise BadTable([Fault(line, "too_many_rows", str(max_rows))])
            yield line, [plain_cell(cell) for cell in cells]
    except BadWorkbook as bad:
        raise BadTable([Fault(0, bad.code)]) from bad
