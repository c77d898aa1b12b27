"""B7, B11, B13: corrections, lines on their way elsewhere, and paper that is not flat."""

from __future__ import annotations

import numpy as np
import pytest

from printouts import simulate, wear
from printouts.pens import MARKS, MEANT
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import read_page
from tests.printouts.press import press

SCALE = 150 / 25.4


def _said(image, lookup):
    reading = read_page(image, lookup)
    return reading, interpret(reading.scores["budget"], Thresholds(), min=0, max=40, around=reading.around["budget"])


@pytest.fixture(scope="module")
def blank(layouts):
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]))
    return image


@pytest.mark.parametrize("style", ["scribbled", "struck", "circled", "through", "dot"])
def test_what_may_have_been_taken_back_is_for_people_b7(blank, layouts, lookup, style):
    """A cross that was scribbled over, struck out with its row or circled; a line through a box; a pen that rested."""
    rng = np.random.default_rng(3)
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p1"], rng, style="cross")
    simulate.mark(image, layouts[1], 1, ["p6"], rng, style=style)
    _reading, said = _said(simulate.distort(image, rng), lookup)
    assert said.needs_person
    assert "p1" in said.choices and "p6" not in said.choices


@pytest.mark.parametrize("style", MARKS)
def test_marks_that_overshoot_are_marks_all_the_same(blank, layouts, lookup, style):
    """Or the limits for corrections would send every second ballot to people."""
    rng = np.random.default_rng(4)
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p1", "p6"], rng, style=style)
    _reading, said = _said(simulate.distort(image, rng), lookup)
    assert not said.needs_person and set(said.choices) == {"p1", "p6"}
    assert MEANT[style]


def test_a_bent_page_is_read_where_its_boxes_are_b11(blank, layouts, lookup):
    """Its middle lies two millimetres from where a flat page would have it; the corners do not say so."""
    rng = np.random.default_rng(5)
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p2", "p8"], rng, style="cross")
    seen = []
    for _bend in range(4):
        reading, said = _said(wear.curled(image, SCALE, rng, 2.5), lookup)
        assert not said.needs_person and set(said.choices) == {"p2", "p8"}
        seen.append(reading.projection.bend is not None)
    assert any(seen)


def test_what_was_seen_beside_the_boxes_can_be_shown(blank, layouts, lookup):
    shown = {}
    read_page(blank, lookup, watch=lambda name, picture: shown.setdefault(name, picture))
    picture = shown["ink beside"]
    assert picture.shape[2] == 3 and (picture[..., 0] == 255).any()
    assert not ((picture[..., 2] == 255) & (picture[..., 0] == 0)).any()  # red: ink, of which a blank sheet has none
