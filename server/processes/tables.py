"""Tables that people bring: CSV and XLSX to rows of text, with everything wrong named by line.

CSV: UTF-8 (with or without byte order mark) or Windows-1252; cells divided by ``;``, ``,``, tab or ``|``, whichever
the first line holds most of. XLSX: the first sheet, values only. The first row names the columns; names are compared
without accents, capitals and blanks (``Date de naissance`` is ``date_de_naissance``). Formula guards are taken away
(X6). A row that is short is filled up, as Excel leaves out empty cells at the end; a last line that is short and does
not end was cut.

A workbook is an archive from a stranger (X1): number, size and ratio of its members are checked before anything is
unpacked, nothing is written to disk, macros, embedded files and document types are refused. ``zipfile`` never gives
more than the size that a member declares, so a false declaration gains nothing.

Codes: ``empty``, ``too_big``, ``not_a_table``, ``old_excel``, ``not_xlsx``, ``broken_xlsx``, ``zip_bomb``, ``macros``,
``embedded``, ``utf16``, ``bad_encoding``, ``truncated``, ``control_character``, ``bad_quotes``, ``no_header``,
``no_rows``, ``repeated_column``, ``row_width``, ``too_many_rows``, ``too_many_columns``, ``too_many_errors``.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from xml.etree.ElementTree import ParseError

import openpyxl

from server.opendata.cells import plain_cell

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 64
MAX_FAULTS = 100
MAX_MEMBERS = 1000
MAX_UNPACKED = 256 * 1024 * 1024
SUSPICIOUS_RATIO = 200  # of members above SUSPICIOUS_SIZE; sheets of plain rows stay below 40
SUSPICIOUS_SIZE = 4 * 1024 * 1024
CHUNK = 1024 * 1024
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UTF8_PAIR = re.compile(rb"[\xc3\xc5][\x80-\xbf]|\xe2\x80[\x90-\xbf]")
# RuntimeError: an encrypted member; NotImplementedError (one of them): a compression nobody uses.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    EOFError,
    IndexError,
    RuntimeError,
)


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
    """``rows`` are (line, {column: text}); every row has every column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def column_name(text: str) -> str:
    """``Prénom(s)`` → ``prenom_s``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def read_table(content: bytes, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Table:
    """Raises BadTable with every fault found."""
    if len(content) > max_bytes:
        raise BadTable([Fault(0, "too_big")])
    if not content.strip():
        raise BadTable([Fault(0, "empty")])
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadTable([Fault(0, "old_excel")])
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise BadTable([Fault(0, "not_a_table")])
    if content.startswith(b"PK"):
        return _table(_xlsx_rows(content, max_rows), max_rows)
    text = decode(content)
    return _table(_csv_rows(text), max_rows, has_end=text.endswith(("\n", "\r")))


def _table(lines: Iterable[tuple[int, list[str]]], max_rows: int, *, has_end: bool = True) -> Table:
    faults: list[Fault] = []
    last = (0, 0)
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, Mapping[str, str]]] = []
    for line, cells in lines:
        while cells and not cells[-1] and len(cells) > len(columns):
            cells.pop()
        if not any(cells):
            continue
        last = (line, len(cells))
        if not columns:
            columns = _header(line, cells)
        elif len(cells) > len(columns):
            faults.append(Fault(line, "row_width", f"{len(cells)} / {len(columns)}"))
        else:
            rows.append((line, dict(zip_longest(columns, cells, fillvalue=""))))
        if len(rows) > max_rows:
            raise BadTable([Fault(line, "too_many_rows", str(max_rows))])
        if len(faults) >= MAX_FAULTS:
            raise BadTable([*faults, Fault(line, "too_many_errors")])
    if not has_end and last[1] < len(columns):
        faults.append(Fault(last[0], "truncated"))
    if faults:
        raise BadTable(faults)
    if not rows:
        raise BadTable([Fault(0, "no_rows")])
    return Table(columns, tuple(rows))


def _header(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise BadTable([Fault(line, "too_many_columns", str(MAX_COLUMNS))])
    columns = tuple(column_name(cell) or f"column_{place}" for place, cell in enumerate(cells, start=1))
    if repeated := sorted({name for name in columns if columns.count(name) > 1}):
        raise BadTable([Fault(line, "repeated_column", name) for name in repeated])
    return columns


def decode(content: bytes) -> str:
    """Text of a CSV file; raises BadTable when no encoding fits."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadTable([Fault(0, "utf16")])
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
    check_workbook(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if line > max_rows + 1000:  # a cell in the last row of the sheet would otherwise make a million empty rows
                raise BadTable([Fault(line, "too_many_rows", str(max_rows))])
            yield line, [_cell_text(cell) for cell in cells]
    except BadTable:
        raise
    except BROKEN as error:
        raise BadTable([Fault(0, "broken_xlsx")]) from error


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.10f}".rstrip("0").rstrip(".")
    return plain_cell(str(cell).strip())


def check_workbook(content: bytes) -> None:
    """Raise BadTable unless this is a plain workbook of reasonable size (X1)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in _checked_members(archive):
                if member.filename.endswith((".xml", ".rels")):
                    _refuse_document_type(archive, member)
    except BROKEN as error:
        if isinstance(error, BadTable):
            raise
        raise BadTable([Fault(0, "broken_xlsx")]) from error


def _checked_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise BadTable([Fault(0, "zip_bomb")])
    for member in members:
        if member.file_size > SUSPICIOUS_SIZE and member.file_size > SUSPICIOUS_RATIO * max(1, member.compress_size):
            raise BadTable([Fault(0, "zip_bomb")])
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadTable([Fault(0, "macros")])
    if any("embeddings/" in name or name.endswith((".zip", ".exe", ".xlsx", ".docx", ".bin.gz")) for name in names):
        raise BadTable([Fault(0, "embedded")])
    if len(set(names)) < len(names) or any(".." in name or name.startswith(("/", "\\")) for name in names):
        raise BadTable([Fault(0, "not_xlsx")])
    if not {"[content_types].xml", "xl/workbook.xml"} <= set(names):
        raise BadTable([Fault(0, "not_xlsx")])
    return members


def _refuse_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Workbooks have none; with one come entities that grow without end. UTF-16 would hide it from this search."""
    with archive.open(member) as stream:
        before = b""
        while chunk := stream.read(CHUNK):
            if not before and chunk.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
                raise BadTable([Fault(0, "not_xlsx")])
            if b"<!" in (window := before + chunk) and re.search(rb"<!(DOCTYPE|ENTITY)", window):
                raise BadTable([Fault(0, "not_xlsx")])
            before = chunk[-16:]
