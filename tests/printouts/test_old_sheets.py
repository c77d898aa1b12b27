"""B5: sheets that were printed once are read for ever.

``tests/vectors/sheet-1.pdf`` was drawn by the first release from ``sheet-1.layout.json``; both are golden. A later
release draws as it likes under another layout number, and reads these as it did.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from printouts import simulate
from printouts.geometry import Layout
from printouts.read.images import open_pages
from printouts.read.page import read_page
from printouts.sheetcode import decode
from tests.printouts.test_round_trip import _marked

VECTORS = Path(__file__).parents[1] / "vectors"
PRINTED = (VECTORS / "sheet-1.pdf").read_bytes()
CODE = decode("AEAAAAICAMCAKBQHAAAQCALTMVZGSYLMFUYDAMI")


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout.from_json((VECTORS / "sheet-1.layout.json").read_bytes())


def test_a_layout_of_the_first_release_is_read_whole(layout):
    text = layout.to_json()
    assert (text if isinstance(text, bytes) else text.encode()) == (VECTORS / "sheet-1.layout.json").read_bytes()


@pytest.mark.parametrize("chosen", [set(), {"p0"}, {"p2", "p7", "p9"}])
def test_a_sheet_of_the_first_release_is_read(layout, chosen):
    rng = np.random.default_rng(1)
    [image] = simulate.rasterise(PRINTED)
    simulate.mark(image, layout, 1, chosen, rng, style="cross")
    reading = read_page(simulate.distort(image, rng), lambda code: layout if code == CODE else None)
    assert _marked(reading) == chosen


def test_the_file_itself_given_back_is_a_blank_ballot(layout):
    assert [_marked(read_page(page, lambda code: layout)) for page in open_pages(PRINTED)] == [set()]
