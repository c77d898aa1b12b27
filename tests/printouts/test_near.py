"""B7: marks that go around a box, through it, or lie between two, are for people; marks that only overshoot are not."""

from __future__ import annotations

import numpy as np
import pytest

from printouts import simulate, wear
from printouts.layout import Choice, Scale, lay_out
from printouts.read.interpret import Thresholds, interpret
from printouts.read.near import Near
from printouts.read.page import read_page
from tests.printouts.press import make_form, press

SCALE = 150 / 25.4
NOTHING = (0.0, 0.0, 0.0, 0.0)


def cells(*rows: str) -> np.ndarray:
    return np.array([[mark == "x" for mark in row] for row in rows], float)


CROSS = cells("x....x", ".x..x.", "..xx..", "..xx..", ".x..x.", "x....x")
TICK = cells("......", ".....x", "x....x", ".x..x.", ".x..x.", "..xx..")
LINE = cells("......", "xx....", ".xxx..", "...xxx", "......", "......")
SLASH = cells(".....x", "....x.", "...x..", "..x...", ".x....", "x.....")
HALF = cells("...x..", "....x.", ".....x", ".....x", "....x.", "...x..")
FULL = np.ones((6, 6))


@pytest.mark.parametrize(
    ("near", "inside"),
    [
        (Near((0.0, 0.9, 0.0, 0.0), (0.1, 0.2, 0.1, 0.2), (0.1, 0.1)), CROSS),
        (Near((1.0, 2.0, 0.0, 0.0), (0.1, 0.2, 0.0, 0.0), (0.1, 0.0)), CROSS),
        (Near(NOTHING, (0.1, 0.2, 0.0, 0.0), (0.25, 0.0)), TICK),
        (Near(NOTHING, (0.0, 0.0, 0.1, 0.1), (0.0, 0.1)), SLASH),
        (Near(NOTHING, (0.4, 0.4, 0.1, 0.1), (0.0, 0.0)), FULL),
        (Near(NOTHING, (0.1, 0.1, 0.0, 0.0), (0.0, 0.0)), LINE),
        (Near(NOTHING, (0.0, 0.3, 0.0, 0.0), (0.2, 0.0), (True, False)), HALF),
    ],
    ids=["cross", "wide cross", "tick", "slash", "filled over the line", "dash, or flat tick", "no box on that side"],
)
def test_marks_as_people_make_them_are_clear(near, inside):
    assert not near.is_unclear(inside)


@pytest.mark.parametrize(
    ("near", "inside"),
    [
        (Near((0.0, 3.0, 3.0, 0.0), NOTHING, (0.0, 0.0)), CROSS),
        (Near((0.0, 6.0, 0.0, 0.0), NOTHING, (0.0, 0.0)), CROSS),
        (Near((0.0, 1.4, 0.0, 0.0), NOTHING, (0.0, 0.0)), np.maximum(TICK, cells(*["......"] * 4, "xxxxxx", "......"))),
        (Near((0.5, 0.5, 0.0, 0.0), NOTHING, (0.0, 0.0)), LINE),
        (Near((0.0, 0.0, 0.5, 0.5), NOTHING, (0.0, 0.0)), LINE.T),
        (Near((0.5, 0.0, 0.0, 0.0), (0.1, 0.1, 0.0, 0.0), (0.0, 0.0)), LINE),
        (Near(NOTHING, (0.5, 0.0, 0.7, 0.0), (0.0, 0.0)), FULL),
        (Near(NOTHING, (0.0, 0.1, 0.0, 0.0), (0.35, 0.0)), CROSS),
        (Near(NOTHING, (0.0, 0.3, 0.0, 0.0), (0.2, 0.0), (True, True)), HALF),
    ],
    ids=[
        "circled", "struck far", "struck", "line", "upright line", "line half hidden", "scribbled", "far aside",
        "two arms of the next box's cross",
    ],
)  # fmt: skip
def test_what_goes_around_or_through_or_lies_aside_is_unclear_b7(near, inside):
    assert near.is_unclear(inside)


def said_of(image, layout):
    reading = read_page(image, lambda _code: layout)
    around = reading.around["budget"]
    return interpret(reading.scores["budget"], Thresholds(), min=0, max=40, around=around)


@pytest.fixture(scope="module")
def grid():
    """Nine rows of four boxes, and a blank sheet of it."""
    layout = lay_out(make_form(9, scale=Scale([1, 2, 3, 4], [], "Une croix = un point", "Projets")), number=1)
    [image] = simulate.rasterise(press(layout, [(b"sheet-0001", False)]))
    return layout, image


@pytest.mark.parametrize("seed", range(4))
def test_a_cross_between_two_boxes_of_a_grid_is_for_people(grid, seed):
    layout, blank = grid
    rng, image = np.random.default_rng(seed), blank.copy()
    boxes = layout.pages[0].marks
    simulate.mark_boxes(image, layout, [boxes[5 + 4 * seed + seed % 3]], rng, style="beside")
    assert said_of(simulate.distort(image, rng), layout).needs_person


@pytest.mark.parametrize("seed", range(2))
def test_a_strike_over_the_last_box_of_a_row_is_for_people(grid, seed):
    """It goes on where no row is."""
    layout, blank = grid
    rng, image = np.random.default_rng(seed), blank.copy()
    simulate.mark_boxes(image, layout, [layout.pages[0].marks[7]], rng, style="struck")
    assert said_of(simulate.distort(image, rng), layout).needs_person


@pytest.mark.parametrize("style", ["circled", "through", "scribbled"])
def test_print_near_a_box_of_a_bent_page_hides_no_correction(blank, layouts, style):
    for seed in range(4):
        rng, image = np.random.default_rng(seed), blank.copy()
        simulate.mark(image, layouts[1], 1, ["p4"], rng, style=style)
        assert said_of(wear.curled(image, SCALE, rng, 2.5), layouts[1]).needs_person, seed


@pytest.mark.parametrize("style", ["tick", "fill"])
def test_thin_ticks_and_boxes_filled_over_the_line_are_read(blank, layouts, style):
    for seed in range(6):
        rng, image = np.random.default_rng(seed), blank.copy()
        simulate.mark(image, layouts[1], 1, ["p2", "p7"], rng, style=style)
        said = said_of(simulate.distort(image, rng), layouts[1])
        assert set(said.choices) == {"p2", "p7"} and not said.needs_person, seed


@pytest.fixture(scope="module")
def question():
    """A question with boxes of 15 mm, and a blank sheet of it."""
    answers = [Choice("yes", "1", "Oui"), Choice("no", "2", "Non"), Choice("abstain", "3", "Abstention")]
    layout = lay_out(make_form(0, choices=answers, is_big=True), number=1)
    [image] = simulate.rasterise(press(layout, [(b"sheet-0001", False)]))
    return layout, image


@pytest.mark.parametrize("style", ["wide", "tick"])
def test_a_mark_that_overshoots_a_very_large_box_is_read(question, style):
    layout, blank = question
    for seed in range(4):
        rng, image = np.random.default_rng(seed), blank.copy()
        simulate.mark(image, layout, 1, ["no"], rng, style=style)
        said = said_of(simulate.distort(image, rng), layout)
        assert said.choices == ("no",) and not said.needs_person, seed


@pytest.mark.parametrize("seed", range(3))
def test_a_dot_in_a_very_large_box_is_for_people(question, seed):
    layout, blank = question
    rng, image = np.random.default_rng(seed), blank.copy()
    simulate.mark(image, layout, 1, ["no"], rng, style="dot")
    assert said_of(simulate.distort(image, rng, kind="photo"), layout).needs_person


@pytest.fixture(scope="module")
def blank(layouts):
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]))
    return image
