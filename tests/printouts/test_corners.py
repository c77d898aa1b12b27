"""Corner markers that are missing: three are enough, fewer are refused by name (B10)."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from printouts import simulate
from printouts.read.corners import find_corners
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.test_round_trip import _marked

CORNER = 108  # pixels, at 150 dpi: a marker and the white beside it; the code lies nearby


def _without(sheet: np.ndarray, *corners: tuple[bool, bool]) -> np.ndarray:
    """Fold corners in. corners: (is below, is right) of each."""
    seen = sheet.copy()
    for is_below, is_right in corners:
        rows, columns = (slice(-CORNER, None) if far else slice(0, CORNER) for far in (is_below, is_right))
        seen[rows, columns] = 245
    return seen


@pytest.mark.parametrize("corner", [(False, False), (False, True), (True, True), (True, False)])
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_sheet_without_one_corner_is_read_like_any_other(sheet, lookup, corner, turns):
    seen = simulate.distort(_without(sheet, corner), np.random.default_rng(turns))
    reading = read_page(np.ascontiguousarray(np.rot90(seen, turns)), lookup)
    assert _marked(reading) == {"p0", "p3"}
    assert reading.quality.turn == (360 - 90 * turns) % 360


def test_a_feeder_that_cuts_off_a_marker_leaves_a_sheet_that_is_read(sheet, lookup):
    rows, columns = sheet.shape
    turned = cv2.getRotationMatrix2D((columns / 2, rows / 2), 1.5, 1)
    cut = cv2.warpAffine(sheet, turned, (columns, rows), borderValue=255)[:, 45:]
    reading = read_page(np.ascontiguousarray(cut), lookup)
    assert _marked(reading) == {"p0", "p3"}
    assert not find_corners(np.ascontiguousarray(cut)).are_all


@pytest.mark.parametrize("kind", ["scanner", "photo"])
def test_two_missing_corners_are_refused_and_named_by_where_they_are(sheet, lookup, kind):
    def why(image: np.ndarray) -> str:
        with pytest.raises(ReadingRefused) as refusal:
            read_page(np.ascontiguousarray(image), lookup)
        assert refusal.value.sheet  # people can lay the image beside its sheet
        return refusal.value.code

    folded = simulate.distort(_without(sheet, (True, False), (True, True)), np.random.default_rng(4), kind=kind)
    assert why(folded) == "no_corners"
    seen = simulate.distort(sheet, np.random.default_rng(4), kind=kind)
    assert why(seen[: -seen.shape[0] // 4]) == "too_cropped"


def test_a_box_that_lies_under_the_missing_corner_is_seen_by_nobody(sheet, lookup, layouts):
    """What three corners promise is held against every box."""
    last = layouts[1].pages[0].marks[-1]
    x, y = (round(place / 25_400 * 150) for place in (last.x, last.y))
    folded = sheet.copy()
    folded[y - 20 :, : x + 60] = 245
    with pytest.raises(ReadingRefused) as refusal:
        read_page(folded, lookup)
    assert refusal.value.code == "box_unseen"


def test_another_sheet_over_the_missing_corner_is_two_sheets(sheet, lookup, layouts):
    from tests.printouts.press import press

    [other] = simulate.rasterise(press(layouts[1], [(b"sheet-0002", False)]))
    qr = layouts[1].pages[0].qr
    left, top, side = (round(length / 25_400 * 150) for length in (qr.x, qr.y, qr.size))
    seen = _without(sheet, (True, False))
    seen[-side - 10 : -10, 10 : side + 10] = other[top : top + side, left : left + side]
    with pytest.raises(ReadingRefused) as refusal:
        read_page(seen, lookup)
    assert refusal.value.code == "two_sheets"
