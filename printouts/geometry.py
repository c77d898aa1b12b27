"""A layout: the geometry of a form as data.

All lengths and sizes of type are whole micrometres, measured from the top left
of the trimmed page, x to the right and y downwards: integers, so that the same
form gives the same bytes on every machine. As JSON a layout is one object with
sorted keys, no spaces and no floats (``Layout.to_json``); its SHA-256 is its
identity. The keys are the names of the fields below, with two more at the top:
``"format": "parvis-layout/1"`` and ``"unit": "um"``. A field with a default (``MarkBox.value``, ``Text.direction``) is
written only where it says something else: layouts made before there was such a field
keep their bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

FORMAT = "parvis-layout/1"
UNIT = "um"

# width and height in micrometres
PAPERS = {
    "A4": (210_000, 297_000),
    "A3": (297_000, 420_000),
    "A5": (148_000, 210_000),
    "Letter": (215_900, 279_400),
    # A sheet of A4 cut in two, lying, and in four.
    "A4/2": (210_000, 148_500),
    "A4/4": (105_000, 148_500),
}

# Corner markers: ids of OpenCV's DICT_4X4_50, clockwise from the top left. Of
# all sets of four these differ most (6 of 16 cells) from each other and from
# each other's mirror images, so a mirrored page cannot be taken for a turned one.
MARKER_IDS = (7, 23, 26, 40)
MARKER_SIZE = 9_000
MARKER_MARGIN = 8_000


def mm(length: float) -> int:
    """Millimetres as micrometres."""
    return round(length * 1000)


def pt(size: float) -> int:
    """Typographic points (1/72 inch) as micrometres."""
    return round(size * 25_400 / 72)


class BadLayout(ValueError):
    """The bytes are not a layout of the format we know; ``code`` is ``bad_layout``."""

    code = "bad_layout"


@dataclass(frozen=True)
class Marker:
    """One square corner marker; x, y: its top left."""

    id: int
    x: int
    y: int
    size: int


@dataclass(frozen=True)
class Square:
    """A square place; for the QR code the white of four modules is inside it."""

    x: int
    y: int
    size: int


@dataclass(frozen=True)
class Text:
    """One line of text. x: its left, centre or right as ``align`` says (start, middle, end); y: its baseline.

    direction: ``rtl`` where the line is read from right to left; empty otherwise.
    """

    x: int
    y: int
    size: int
    face: str
    align: str
    text: str
    direction: str = ""


@dataclass(frozen=True)
class Rule:
    """A black rectangle; x, y: its top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A small drawing: an example box (``cross``, ``tick``, ``fill``, ``dot``), ``paper`` (the door of paper), an arrow
    to the next page (``next``, ``next-rtl``), or a step of the easy-to-read form (``read``, ``pen``, ``urn``).
    """

    kind: str
    shape: str
    x: int
    y: int
    size: int


@dataclass(frozen=True)
class MarkBox:
    """Where a mark is expected. x, y: top left of the outline; line: its thickness, all inside.

    shape: ``square`` or ``round`` (the circle that touches the square's sides).
    value: None where the box itself says its choice; in a grid the column's number:
    the rank 1..M, the score 0..points, the dots 1..per_choice.
    """

    contest: str
    choice: str
    shape: str
    x: int
    y: int
    size: int
    line: int
    value: int | None = None

    @property
    def key(self) -> str:
        """What the box is called among the scores of its contest: ``choice``, in a grid ``choice:value``."""
        return self.choice if self.value is None else f"{self.choice}:{self.value}"


@dataclass(frozen=True)
class Page:
    """One page. caption: the first line under the QR code, centred; specimen: on test sheets only."""

    number: int
    markers: tuple[Marker, ...]
    qr: Square
    caption: Text
    specimen: Text
    texts: tuple[Text, ...]
    rules: tuple[Rule, ...]
    pictures: tuple[Picture, ...]
    marks: tuple[MarkBox, ...]


@dataclass(frozen=True)
class Layout:
    """A form's geometry: number (0..65535, what the QR code names), paper and pages.

    is_shortened: a title ends with "…" or the notes were left out, for want of room;
    who prints it should be told.
    """

    number: int
    paper: str
    width: int
    height: int
    language: str
    title: str
    is_large_print: bool
    is_shortened: bool
    pages: tuple[Page, ...]

    def to_json(self) -> bytes:
        """Return the layout's canonical bytes (UTF-8)."""
        fields = {**_plain(self), "format": FORMAT, "unit": UNIT}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(raw: bytes) -> Layout:
        """Return the layout that the bytes hold; unknown or missing keys are refused. Raises BadLayout."""
        try:
            fields = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise BadLayout("not JSON") from error
        if not isinstance(fields, dict) or (fields.pop("format", 0), fields.pop("unit", 0)) != (FORMAT, UNIT):
            raise BadLayout("another format")
        layout: Layout = _build(Layout, fields)
        if [page.number for page in layout.pages] != list(range(1, len(layout.pages) + 1)):
            raise BadLayout("pages out of order")
        return layout

    @cached_property
    def sha256(self) -> bytes:
        """32 bytes: the identity of the layout."""
        return hashlib.sha256(self.to_json()).digest()

    def page(self, number: int) -> Page:
        """Return the page, counted from 1. Raises LookupError."""
        if not 1 <= number <= len(self.pages):
            raise LookupError(f"no page {number}")
        return self.pages[number - 1]


def corner_markers(width: int, height: int) -> tuple[Marker, ...]:
    """Return the four markers of a page, clockwise from the top left."""
    near, right, foot = MARKER_MARGIN, width - MARKER_MARGIN - MARKER_SIZE, height - MARKER_MARGIN - MARKER_SIZE
    places = ((near, near), (right, near), (right, foot), (near, foot))
    return tuple(Marker(id, x, y, MARKER_SIZE) for id, (x, y) in zip(MARKER_IDS, places, strict=True))


def _plain(value: Any) -> Any:
    """Return a dataclass as dictionaries and lists, without the fields that hold their default."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
    return {field.name: _plain(held) for field, held in fields if held != field.default}


def _build(kind: Any, value: Any) -> Any:
    """Return the JSON value as a dataclass, tuple, int, bool or str; anything else is refused."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _build_fields(kind, value)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise BadLayout("a list is missing")
        return tuple(_build(get_args(kind)[0], item) for item in value)
    kinds = get_args(kind) or (kind,)  # ``int | None`` is an int where it is written: None is not written at all
    if type(value) is not kinds[0]:
        raise BadLayout(f"{value!r} is no {kinds[0].__name__}")
    return value


def _build_fields(kind: Any, value: Any) -> Any:
    hints = get_type_hints(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    needed = {name for name, default in defaults.items() if default is dataclasses.MISSING}
    if not isinstance(value, dict) or not needed <= set(value) <= set(defaults):
        raise BadLayout(f"fields of {kind.__name__}")
    built = {name: _build(hints[name], held) for name, held in value.items()}
    if any(held == defaults[name] for name, held in built.items()):
        raise BadLayout("a default was written: a layout has one spelling")
    return kind(**built)
