"""The first sheet of an XLSX workbook as rows of text, read as a stream.

A workbook is an archive of XML from a stranger (X1). It is read in one pass, with a bound on everything that could
grow: members, unpacked bytes, elements, cells, texts. Nothing is written to disk; macros, embedded files, document
types (from which entities grow) and names that lead out of the archive are refused. ``zipfile`` never gives more than
the size that a member declares, so a false declaration gains nothing.

Why not by the library alone: it holds a whole row of the file before it looks at it, and a minute of work fits into a
few megabytes. It is asked for what it knows best: number formats and calendars.

Texts come as people see them, or nearly: 1980-05-31 for every date, numbers without thousands, of a formula the value
last computed. Office Open XML is ECMA-376, part 1: §18.3.1.4 (cell), §18.4.8 (shared text), §18.8.30 (formats).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

MAX_MEMBERS = 1000
MAX_UNPACKED = 128 * 1024 * 1024
SUSPICIOUS_RATIO = 200  # of members above SUSPICIOUS_SIZE; sheets of plain rows stay below 40
SUSPICIOUS_SIZE = 4 * 1024 * 1024
MAX_CELLS_IN_ROW = 16_384  # Excel has no more
LONGEST_TEXT = 32_767  # characters of one cell; Excel takes no longer
MAX_CHARACTERS = 32_000_000  # of all shared texts
MAX_SMALL_ELEMENTS = 200_000  # of a part that is no table: relations, styles
CHUNK = 64 * 1024
LETTERS = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
WHOLE = re.compile(r"-?[0-9]{1,18}")
# RuntimeError: an encrypted member; NotImplementedError (one of them): a compression nobody uses.
BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, TypeError, OSError, EOFError, IndexError,
    RuntimeError,
)  # fmt: skip


class BadWorkbook(Exception):
    """``code``: not_xlsx, broken_xlsx, zip_bomb, macros, embedded."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_workbook(content: bytes, *, max_columns: int, max_cells: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of the first sheet that is not hidden; lines count from 1. Raises BadWorkbook.

    A row ends with its last cell that holds something; what stands beyond ``max_columns`` is not looked at.
    ``max_cells`` bounds the cells of the sheet, empty or not, and the shared texts.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive)
            sheet = _Sheet(_book(archive, max_cells), max_columns, max_cells)
            for _chunk in _parsed(archive, sheet.book.sheet, sheet):
                yield from sheet.rows
                sheet.rows.clear()
    except BROKEN as error:
        raise BadWorkbook("broken_xlsx") from error


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise BadWorkbook("zip_bomb")
    for member in members:
        if member.file_size > SUSPICIOUS_SIZE and member.file_size > SUSPICIOUS_RATIO * max(1, member.compress_size):
            raise BadWorkbook("zip_bomb")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadWorkbook("macros")
    if any("embeddings/" in name or name.endswith((".zip", ".exe", ".xlsx", ".docx", ".bin.gz")) for name in names):
        raise BadWorkbook("embedded")
    if len(set(names)) < len(names) or any(".." in name or name.startswith(("/", "\\")) for name in names):
        raise BadWorkbook("not_xlsx")
    if not {"[content_types].xml", "xl/workbook.xml"} <= set(names):
        raise BadWorkbook("not_xlsx")


class _Elements:
    """What a pass over a part meets."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


def _parsed(archive: zipfile.ZipFile, name: str, to: _Elements) -> Iterator[None]:
    """Lead ``to`` through one part, stopping after each piece of it."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_anything: object) -> None:
        raise BadWorkbook("not_xlsx")

    def root(tag: str, attributes: dict[str, str]) -> None:
        """Most writers use no prefix. Where the root has one (``x:worksheet``), prefixes are taken off throughout."""
        parser.StartElementHandler, parser.EndElementHandler = to.start, to.end
        if ":" in tag:
            parser.StartElementHandler = lambda tag, attributes: to.start(_local(tag), attributes)
            parser.EndElementHandler = lambda tag: to.end(_local(tag))
        parser.StartElementHandler(tag, attributes)

    parser.StartElementHandler = root
    parser.CharacterDataHandler = to.text
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Starts(_Elements):
    """Hands on the beginnings of elements: all that small parts have to say."""

    def __init__(self, see: Callable[[str, dict[str, str]], None]) -> None:
        self.see = see
        self.left = MAX_SMALL_ELEMENTS

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise BadWorkbook("zip_bomb")
        self.see(tag, {_local(name): value for name, value in attributes.items()})


@dataclass
class _Book:
    """What must be known before the rows. ``dates``: the styles, by place, that show a number as a date."""

    sheet: str = ""
    texts: list[str] = field(default_factory=list)
    dates: set[int] = field(default_factory=set)
    epoch: datetime = CALENDAR_WINDOWS_1900


def _book(archive: zipfile.ZipFile, max_texts: int) -> _Book:
    names = {name.lower(): name for name in archive.namelist()}
    book = _Book()
    targets: dict[str, str] = {}
    sheets: dict[bool, list[str]] = {True: [], False: []}  # whether they can be seen

    def relation(tag: str, facts: dict[str, str]) -> None:
        if tag == "Relationship" and facts.get("Type", "").endswith(("/worksheet", "/sharedStrings", "/styles")):
            path = posixpath.normpath(posixpath.join("/xl", facts.get("Target", "")))[1:]
            targets[facts.get("Id", "")] = targets[facts["Type"].rpartition("/")[2]] = path.lower()

    def part(tag: str, facts: dict[str, str]) -> None:
        if tag == "workbookPr" and facts.get("date1904") in ("1", "true"):
            book.epoch = CALENDAR_MAC_1904
        elif tag == "sheet" and facts.get("id", "") in targets:
            sheets[facts.get("state", "visible") == "visible"].append(targets[facts["id"]])

    _run(archive, names["xl/_rels/workbook.xml.rels"], _Starts(relation))
    _run(archive, names["xl/workbook.xml"], _Starts(part))
    book.sheet = names[[*sheets[True], *sheets[False]][0]]
    if styles := names.get(targets.get("styles", "")):
        _run(archive, styles, _Styles(book))
    if shared := names.get(targets.get("sharedStrings", "")):
        _run(archive, shared, _Texts(book, max_texts))
    return book


def _run(archive: zipfile.ZipFile, name: str, to: _Elements) -> None:
    for _chunk in _parsed(archive, name, to):
        pass


class _Styles(_Starts):
    """Fills ``book.dates``."""

    def __init__(self, book: _Book) -> None:
        super().__init__(self.look)
        self.book = book
        self.formats: dict[str, bool] = {}
        self.place = -1  # of the style in the list that cells speak of; -1 outside of that list

    def look(self, tag: str, facts: dict[str, str]) -> None:
        if tag == "numFmt":
            self.formats[facts.get("numFmtId", "")] = is_date_format(facts.get("formatCode", "")[:200])
        elif tag == "cellXfs":
            self.place = 0
        elif tag == "xf" and self.place >= 0:
            if self.is_date(facts.get("numFmtId", "0")):
                self.book.dates.add(self.place)
            self.place += 1

    def is_date(self, number: str) -> bool:
        if number not in self.formats:
            self.formats[number] = is_date_format(BUILTIN_FORMATS.get(int(number), "General"))
        return self.formats[number]

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.place = -1


class _Reader(_Elements):
    """Collects text inside of ``t`` and ``v``, and not the reading aids beside it (``rPh``)."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.is_text = self.is_aid = False

    def text(self, text: str) -> None:
        if self.is_text:
            self.parts.append(text)
            self.length += len(text)
            if self.length > LONGEST_TEXT:
                raise BadWorkbook("zip_bomb")

    def taken(self) -> str:
        """The text so far, which begins anew."""
        text = "".join(self.parts)
        self.parts.clear()
        self.length = 0
        return ESCAPED.sub(_unescaped, text).strip() if "_x" in text else text.strip()


def _unescaped(match: re.Match[str]) -> str:
    """``_x000D_``, as Excel writes it for what XML cannot hold, is nothing to read."""
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\n\t" else ""


class _Texts(_Reader):
    """Fills ``book.texts``."""

    def __init__(self, book: _Book, max_texts: int) -> None:
        super().__init__()
        self.texts = book.texts
        self.max_texts = max_texts
        self.characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self.is_aid = True
        elif tag == "t":
            self.is_text = not self.is_aid

    def end(self, tag: str) -> None:
        if tag == "t":
            self.is_text = False
        elif tag == "rPh":
            self.is_aid = False
        elif tag == "si":
            text = self.taken()
            self.texts.append(text)
            self.characters += len(text)
            if self.characters > MAX_CHARACTERS or len(self.texts) > self.max_texts:
                raise BadWorkbook("zip_bomb")


class _Sheet(_Reader):
    """Fills ``rows``, which the reader empties from time to time."""

    def __init__(self, book: _Book, max_columns: int, max_cells: int) -> None:
        super().__init__()
        self.book = book
        self.max_columns, self.cells_left = max_columns, max_cells
        self.rows: list[tuple[int, list[str]]] = []
        self.line = self.column = self.count = 0
        self.cells: list[str] = []
        self.kind, self.style = "n", ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.begin_cell(attributes)
        elif tag == "v":
            self.is_text = True
        elif tag == "t":
            self.is_text = not self.is_aid
        elif tag == "rPh":
            self.is_aid = True
        elif tag == "row":
            self.line = int(attributes.get("r", self.line + 1))
            self.cells, self.column, self.count = [], 0, 0

    def begin_cell(self, attributes: dict[str, str]) -> None:
        place = LETTERS.fullmatch(attributes.get("r", ""))
        self.column = _number(place[1]) if place else self.column + 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.count += 1
        self.cells_left -= 1
        if self.count > MAX_CELLS_IN_ROW or self.cells_left < 0:
            raise BadWorkbook("zip_bomb")

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.is_text = False
        elif tag == "rPh":
            self.is_aid = False
        elif tag == "c":
            text = self.taken()
            if text and self.column <= self.max_columns and (text := self.shown(text)):
                self.cells += [""] * (self.column - len(self.cells))
                self.cells[self.column - 1] = text
        elif tag == "row":
            self.rows.append((self.line, self.cells))

    def shown(self, text: str) -> str:
        if self.kind == "s":
            if not text.isdecimal():
                raise BadWorkbook("broken_xlsx")
            return self.book.texts[int(text)]
        if self.kind == "d":
            return text[:10]
        if self.kind != "n":
            return text
        return _number_text(text, int(self.style or 0) in self.book.dates, self.book.epoch)


def _number_text(text: str, is_date: bool, epoch: datetime) -> str:
    if is_date:
        try:
            moment = from_excel(float(text), epoch)
        except (ValueError, OverflowError):
            return text  # no day that there is: whoever asks for a date will say so, with the line
        if isinstance(moment, datetime):
            return moment.date().isoformat()
        return moment.isoformat() if isinstance(moment, date) else str(moment)
    if WHOLE.fullmatch(text):
        return str(int(text))
    shown = f"{float(text):.10f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def _number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
