"""One page read: corners → code → straighten → score."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from printouts.geometry import Layout, Page
from printouts.read.bend import bent
from printouts.read.beside import ink_beside
from printouts.read.code import only_sheet, read_code, texts_on_page
from printouts.read.corners import Corners, Watch, find_corners
from printouts.read.images import Grey, PageImage
from printouts.read.marks import Scores, print_level, score_marks
from printouts.read.near import believed, look_near
from printouts.read.refusals import ReadingRefused
from printouts.read.stains import without_stains
from printouts.read.straighten import Projection, straighten, upright
from printouts.read.tones import has_two_tones, is_burnt
from printouts.sheetcode import SheetCode

LEAST_ACROSS = 400  # pixels: A4 at 50 dpi
MOST_SHIFT = 0.45  # mm that a box of a flat page may lie beside its place
BLANK_DEVIATION = 6.0  # grey levels: a page on which nothing is printed


@dataclass(frozen=True)
class Quality:
    """How well a page was seen.

    pixels_per_mm: of the image. scale: printed size to true size, None if the file
    claims no resolution. turn: degrees clockwise. residual_mm: worst corner.
    outline: darkness of the faintest box outline, 0..1.
    """

    pixels_per_mm: float
    scale: float | None
    turn: int
    residual_mm: float
    outline: float


@dataclass(frozen=True)
class Fingerprint:
    """To tell a second scan of a sheet from a photocopy with other marks.

    exact: SHA-256 (hex) of the samples of all mark boxes: equal only for the same
    image. marks: one byte per cell of each box, 0 (paper) to 15 (ink); compare
    with ``unlikeness``.
    """

    exact: str
    marks: bytes

    def unlikeness(self, other: Fingerprint) -> float:
        """Return the largest difference of one box, 0 (alike) to 1. Raises ValueError for another layout."""
        if len(self.marks) != len(other.marks):
            raise ValueError("fingerprints of different layouts")
        mine = np.frombuffer(self.marks, np.uint8).reshape(-1, 36).astype(int)
        theirs = np.frombuffer(other.marks, np.uint8).reshape(-1, 36).astype(int)
        return float(np.abs(mine - theirs).mean(1).max() / 15)


@dataclass(frozen=True)
class PageReading:
    """What was seen on one page; nothing here says what it means.

    scores, around: {contest id: {key of the box: 0..1}} in the layout's order; the key is
    ``MarkBox.key``: the choice's id, in a grid ``choice:value``. outline:
    the page's four corners in image pixels, clockwise from its top left.
    """

    code: SheetCode
    layout: Layout
    scores: dict[str, dict[str, float]]
    around: dict[str, dict[str, float]]
    outline: list[tuple[float, float]]
    quality: Quality
    fingerprint: Fingerprint
    projection: Projection

    @property
    def page(self) -> Page:
        """The layout's page that was read."""
        return self.layout.page(self.code.page)


def read_page(
    image: PageImage | Grey,
    layouts: Callable[[SheetCode], Layout | None],
    *,
    watch: Watch | None = None,
) -> PageReading:
    """Return the reading of one page. Raises ReadingRefused with a code of ``refusals``.

    layouts: gives the layout of a sheet's code, None if its definition or layout
    is not ours. A test sheet is read like any other; its code says so.
    """
    grey = image.grey if isinstance(image, PageImage) else image
    if min(grey.shape) < LEAST_ACROSS:
        raise ReadingRefused("too_few_pixels", across=min(grey.shape))
    corners = _corners(grey, watch)
    code = read_code(grey, corners, watch=watch)
    if not corners.are_all:
        only_sheet(texts_on_page(grey))  # where a corner is hidden something may lie on it
    try:
        return _read(grey, corners, code, layouts(code), image, watch)
    except ReadingRefused as refusal:
        refusal.sheet = code
        raise


def _corners(grey: Grey, watch: Watch | None) -> Corners:
    """Find the corners; where they are missing say what the page is, if it can be told."""
    try:
        return find_corners(grey, watch=watch)
    except ReadingRefused as refusal:
        try:
            refusal.sheet = only_sheet(texts_on_page(grey))
        except ReadingRefused as other:
            if other.code == "two_sheets" or (refusal.code == "no_corners" and not refusal.facts["found"]):
                blank = other.code == "no_code" and float(grey[::8, ::8].std()) < BLANK_DEVIATION
                raise ReadingRefused("blank_page") if blank else other from refusal
        raise


def _read(
    grey: Grey,
    corners: Corners,
    code: SheetCode,
    layout: Layout | None,
    image: PageImage | Grey,
    watch: Watch | None,
) -> PageReading:
    if layout is None:
        raise ReadingRefused("unknown_definition", layout=code.layout)
    if code.pages != len(layout.pages):
        raise ReadingRefused("wrong_page", pages=code.pages, layout_pages=len(layout.pages))
    page = layout.page(code.page)
    projection = straighten(corners, page.markers)
    if watch:
        watch("straight", upright(grey, projection, (0, 0, layout.width / 1000, layout.height / 1000)))
    if not page.marks:
        return _unmarked(code, layout, projection, image)
    black = print_level(grey, projection, page.markers)
    if has_two_tones(grey):
        raise ReadingRefused("two_tones")
    if is_burnt(grey, black):
        raise ReadingRefused("too_faint", black=round(black))
    scores, projection = _scores(grey, projection, corners, page, black, watch)
    beside = ink_beside(grey, projection, layout, page, black=black, watch=watch)
    near = look_near(grey, projection, layout, page, scores, black=black)
    inside, around = without_stains(grey, projection, layout, page, scores, black=black)
    return PageReading(
        code=code,
        layout=layout,
        scores=_by_contest(page, believed(inside, scores.cells, near, beside.rows)),
        around=_by_contest(page, list(map(max, around, beside.numbers, beside.rows))),
        outline=_outline(projection, layout),
        quality=_quality(projection, image, min(scores.outline)),
        fingerprint=_fingerprint(scores),
        projection=projection,
    )


def _unmarked(code: SheetCode, layout: Layout, projection: Projection, image: PageImage | Grey) -> PageReading:
    """A card that people write on: laid straight for people to look at, and nothing more is read of it."""
    nothing: dict[str, dict[str, float]] = {}
    outline, quality = _outline(projection, layout), _quality(projection, image, 1.0)
    return PageReading(code, layout, nothing, nothing, outline, quality, Fingerprint("", b""), projection)


def _quality(projection: Projection, image: PageImage | Grey, outline: float) -> Quality:
    dpi = image.dpi if isinstance(image, PageImage) else None
    return Quality(
        pixels_per_mm=projection.pixels_per_mm,
        scale=projection.pixels_per_mm * 25.4 / dpi if dpi else None,
        turn=projection.turn,
        residual_mm=projection.residual_mm,
        outline=outline,
    )


def _scores(
    grey: Grey, projection: Projection, corners: Corners, page: Page, black: float, watch: Watch | None
) -> tuple[Scores, Projection]:
    """Score the marks; where boxes lie beside their places, see first how the page bends. Raises ReadingRefused."""
    why: ReadingRefused | None = None
    try:
        scores = score_marks(grey, projection, page.marks, black=black, watch=watch)
        if scores.shift_mm <= MOST_SHIFT:
            return scores, projection
    except ReadingRefused as refusal:
        if refusal.code != "box_unseen":
            raise
        why = refusal
    curved = bent(grey, projection, corners, page.markers, page.marks)
    if curved is not None:
        return score_marks(grey, curved, page.marks, black=black, watch=watch), curved
    if why:
        raise why
    return scores, projection


def _by_contest(page: Page, values: list[float]) -> dict[str, dict[str, float]]:
    result: dict[str, dict[str, float]] = {}
    for box, value in zip(page.marks, values, strict=True):
        result.setdefault(box.contest, {})[box.key] = value
    return result


def _outline(projection: Projection, layout: Layout) -> list[tuple[float, float]]:
    width, height = layout.width / 1000, layout.height / 1000
    places = projection.project(np.array([[0, 0], [width, 0], [width, height], [0, height]]))
    return [(float(x), float(y)) for x, y in places]


def _fingerprint(scores: Scores) -> Fingerprint:
    marks = (scores.cells * 15).round().astype(np.uint8).tobytes()
    return Fingerprint(hashlib.sha256(scores.samples).hexdigest(), marks)


def cut_out(image: PageImage | Grey, reading: PageReading, choice: str, *, dpi: int = 150) -> bytes:
    """Return the row of a choice as PNG: its box and what is printed beside it, straight and upright.

    choice: its id, or the key of one of its boxes; of a grid's row the first box. For the
    person who adjudicates. Raises LookupError for a choice not on the page.
    """
    box = next((box for box in reading.page.marks if choice in (box.choice, box.key)), None)
    if box is None:
        raise LookupError(choice)
    grey = image.grey if isinstance(image, PageImage) else image
    left, size = max(0.0, box.x / 1000 - 14), box.size / 1000
    others = [other.x for other in reading.page.marks if other.x > box.x + box.size and other.choice != box.choice]
    right = min([layout_x / 1000 - 14 for layout_x in others] + [reading.layout.width / 1000])
    return _png(upright(grey, reading.projection, (left, box.y / 1000 - 4, right - left, size + 8), dpi=dpi))


def whole_page(image: PageImage | Grey, reading: PageReading, *, dpi: int = 110) -> bytes:
    """Return the whole page as PNG, straight and upright."""
    grey = image.grey if isinstance(image, PageImage) else image
    box = (0.0, 0.0, reading.layout.width / 1000, reading.layout.height / 1000)
    return _png(upright(grey, reading.projection, box, dpi=dpi))


def _png(picture: Grey) -> bytes:
    ok, raw = cv2.imencode(".png", picture)
    if not ok:
        raise RuntimeError("OpenCV could not write a PNG")
    return raw.tobytes()
