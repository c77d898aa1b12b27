"""B7: marks that go around a box, through it, or lie between two, are for people; marks that only overshoot are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from printouts import simulate, wear
from printouts.layout import Choice, Scale, lay_out
from printouts.read import marks
from printouts.read import near as nearby
from printouts.read.interpret import Thresholds, interpret
from printouts.read.near import believed
from printouts.read.page import read_page
from printouts.read.shapes import Near, Stroke
from tests.printouts.press import make_form, press

SCALE = 150 / 25.4
NOTHING = (0.0, 0.0, 0.0, 0.0)


def cells(*rows: str) -> np.ndarray:
    return np.array([[mark == "x" for mark in row] for row in rows], float)


CROSS = cells("x....x", ".x..x.", "..xx..", "..xx..", ".x..x.", "x....x")
BOLD = cells("xx..xx", "xxxxxx", ".xxxx.", ".xxxx.", "xxxxxx", "xx..xx")
TICK = cells("......", ".....x", "x....x", ".x..x.", ".x..x.", "..xx..")
LINE = cells("......", "xx....", ".xxx..", "...xxx", "......", "......")
THICK = cells("......", "xx.xxx", "xxxxxx", "xx...x", "......", "......")
SLASH = cells(".....x", "....x.", "...x..", "..x...", ".x....", "x.....")
HALF = cells("...x..", "....x.", ".....x", ".....x", "....x.", "...x..")
FULL = np.ones((6, 6))
USUAL = Stroke(width=1.1, height=1.1, level=45, spread=0.15)
LARGE = Stroke(width=1.4, height=1.3, level=45, spread=0.15)


# Of a tick that turns in its box, of a cross that crosses there, and of one line from corner to corner.
STANDS = Stroke(width=1.2, height=1.0, level=40, spread=0.15, foot=(-0.1, 0.35))
CROSSES = Stroke(width=1.2, height=1.1, level=45, spread=0.25, foot=(0.2, 0.4), forked=0.5)
PASSES = Stroke(width=1.5, height=1.7, level=52, spread=0.04, foot=(0.7, 0.8))


def near(beyond, bands, aside, others=(False, False), stroke=USUAL, corners=NOTHING) -> Near:
    return Near(beyond, bands, aside, stroke, others, corners)


@pytest.mark.parametrize(
    ("seen", "inside"),
    [
        (near((0.0, 0.9, 0.0, 0.0), (0.1, 0.2, 0.1, 0.2), (0.1, 0.1)), CROSS),
        (near((1.0, 2.0, 0.0, 0.0), (0.1, 0.2, 0.0, 0.0), (0.1, 0.0)), CROSS),
        (near(NOTHING, (0.1, 0.2, 0.0, 0.0), (0.25, 0.0)), TICK),
        (near(NOTHING, (0.0, 0.0, 0.1, 0.1), (0.0, 0.1)), SLASH),
        (near(NOTHING, (0.4, 0.4, 0.1, 0.1), (0.0, 0.0)), FULL),
        (near(NOTHING, (0.1, 0.1, 0.0, 0.0), (0.0, 0.0)), LINE),
        (near(NOTHING, (0.0, 0.3, 0.0, 0.0), (0.2, 0.0), (True, False)), HALF),
        (near(NOTHING, (0.9, 0.0, 0.3, 0.0), (-0.1, 0.1)), FULL),
        (near((0.0, 0.2, 0.0, 0.0), (0.1, 0.1, 0.0, 0.0), (0.0, 0.0), (True, True), LARGE), TICK),
        (near(NOTHING, (0.2, 0.2, 0.0, 0.0), (0.0, 0.0), stroke=Stroke(1.55, 0.9, 24, 0.12)), TICK),
        (near((0.0, 0.8, 0.0, 0.0), (0.0, 0.2, 0.0, 0.0), (0.25, 0.0), (True, True), STANDS), TICK),
        (near((0.0, 0.5, 0.0, 0.0), (0.0, 0.2, 0.0, 0.0), (0.1, 0.0), (True, True), CROSSES), BOLD),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.0), (0.2, 0.0), stroke=STANDS, corners=(0.0, 0.0, 0.8, 0.0)), TICK),
        (near(NOTHING, NOTHING, (0.0, 0.0), stroke=CROSSES, corners=(0.0, 0.0, 0.0, 0.7)), CROSS),
    ],
    ids=["cross", "wide cross", "tick", "slash", "filled over the line", "dash, or flat tick", "no box on that side",
         "filled beside its place", "large tick between boxes", "wide tick",
         "tick that turns in its box, its arm over the next", "cross that crosses in its box", "long arm of a tick",
         "ink of the row below"],
)  # fmt: skip
def test_marks_as_people_make_them_are_clear(seen, inside):
    assert not seen.is_unclear(inside)


@pytest.mark.parametrize(
    ("seen", "inside"),
    [
        (near((0.0, 3.0, 3.0, 0.0), NOTHING, (0.0, 0.0)), CROSS),
        (near((0.0, 6.0, 0.0, 0.0), NOTHING, (0.0, 0.0)), CROSS),
        (near((0.0, 1.4, 0.0, 0.0), NOTHING, (0.0, 0.0)), np.maximum(TICK, cells(*["......"] * 4, "xxxxxx", "......"))),
        (near((0.5, 0.5, 0.0, 0.0), NOTHING, (0.0, 0.0)), LINE),
        (near((0.0, 0.0, 0.5, 0.5), NOTHING, (0.0, 0.0)), LINE.T),
        (near((0.5, 0.0, 0.0, 0.0), (0.1, 0.1, 0.0, 0.0), (0.0, 0.0)), LINE),
        (near(NOTHING, (0.5, 0.0, 0.7, 0.0), (0.0, 0.0), stroke=LARGE), FULL),
        (near(NOTHING, (0.3, 0.0, 0.5, 0.1), (0.0, 0.0), stroke=LARGE), FULL),
        (near(NOTHING, (0.0, 0.1, 0.0, 0.0), (0.35, 0.0)), CROSS),
        (near(NOTHING, (0.0, 0.3, 0.0, 0.0), (0.2, 0.0), (True, True)), HALF),
        (near((0.0, 0.5, 0.0, 0.0), NOTHING, (0.1, 0.0), (True, True)), CROSS),
        (near(NOTHING, NOTHING, (0.22, 0.0), (True, True)), CROSS),
        (near((0.0, 0.0, 0.5, 0.5), NOTHING, (0.0, 0.0)), CROSS),
        (near(NOTHING, NOTHING, (0.0, 0.0), stroke=Stroke(1.35, 0.5, 20, 0.05)), LINE),
        (near(NOTHING, (0.1, 0.1, 0.0, 0.0), (0.0, 0.0), stroke=Stroke(1.6, 1.0, 34, 0.05)), SLASH),
        (near(NOTHING, (0.2, 0.2, 0.0, 0.0), (0.0, 0.0), stroke=Stroke(1.7, 0.3, 2, 0.05)), THICK),
        (near(NOTHING, NOTHING, (0.05, 0.0), stroke=PASSES, corners=(2.0, 0.1, 0.0, 0.0)), SLASH),
        (near(NOTHING, NOTHING, (0.0, 0.0), stroke=CROSSES, corners=(0.0, 0.0, 0.9, 0.5)), CROSS),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.0), (0.25, 0.0), (True, True), replace(STANDS, foot=(0.5, 0.35))), TICK),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.0), (0.25, 0.0), (True, True), replace(STANDS, forked=0.5)), HALF),
        (near((0.0, 0.5, 0.0, 0.0), NOTHING, (0.22, 0.1), (True, True), CROSSES), BOLD),
    ],
    ids=[
        "circled", "struck far", "struck", "line", "upright line", "line half hidden", "scribbled",
        "scribbled a little", "far aside",
        "two arms of the next box's cross", "goes on to the next box", "between two boxes", "circled in a grid",
        "line whose ends print hides", "steep line in a grid",
        "thick line", "line from corner to corner, one end under print", "line through a cross, corner to corner",
        "tick of the next box", "half of the next box's cross", "cross that leans on the next box",
    ],
)  # fmt: skip
def test_what_goes_around_or_through_or_lies_aside_is_unclear_b7(seen, inside):
    assert seen.is_unclear(inside)


@pytest.mark.parametrize(
    ("seen", "row", "score"),
    [
        (near(NOTHING, (0.0, 0.2, 0.0, 0.1), (0.35, 0.1)), 0.0, nearby.TICK),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.1), (0.15, 0.1), (True, True)), 0.0, nearby.TICK),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.1), (0.35, 0.1)), 0.05, 0.1),
        (near((0.0, 0.6, 0.0, 0.0), NOTHING, (0.35, 0.1)), 0.0, 0.1),
        (near(NOTHING, NOTHING, (0.1, 0.1), stroke=Stroke(0.4, 0.4, 45, 0.05)), 0.0, 0.1),
        (near(NOTHING, NOTHING, (0.1, 0.1), stroke=Stroke(1.4, 0.6, 10, 0.05)), 0.0, 0.1),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.1), (0.25, 0.0), (True, True)), 0.0, 0.1),
        (near(NOTHING, (0.0, 0.2, 0.0, 0.1), (0.1, 0.4)), 0.0, 0.1),
        (None, 0.0, 0.1),
    ],
    ids=[
        "tick that overshoots", "the same in a grid", "ink along its row", "goes on", "small", "level line",
        "leans on the next box", "of the row below", "not looked at",
    ],
)  # fmt: skip
def test_little_ink_in_a_box_is_a_mark_only_where_it_is_a_whole_mark_of_no_other(seen, row, score):
    assert believed([0.1], HALF[None], [seen], [row]) == [score]


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


@pytest.mark.parametrize("seed", [7, 8, 11])
def test_a_cross_between_two_boxes_of_a_grid_is_for_people(grid, seed):
    layout, blank = grid
    rng, image = np.random.default_rng(seed), blank.copy()
    boxes = layout.pages[0].marks
    simulate.mark_boxes(image, layout, [boxes[5 + 4 * (seed % 8) + seed % 3]], rng, style="beside")
    assert said_of(simulate.distort(image, rng), layout).needs_person


@pytest.mark.parametrize("seed", [2, 3])
def test_a_strike_over_the_last_box_of_a_row_is_for_people(grid, seed):
    """It goes on where no row is."""
    layout, blank = grid
    rng, image = np.random.default_rng(seed), blank.copy()
    simulate.mark_boxes(image, layout, [layout.pages[0].marks[7]], rng, style="struck")
    assert said_of(simulate.distort(image, rng), layout).needs_person


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_a_box_scribbled_over_on_a_bent_page_is_for_people(blank, layouts, seed):
    rng, image = np.random.default_rng(seed), blank.copy()
    simulate.mark(image, layouts[1], 1, ["p4"], rng, style="scribbled")
    assert said_of(wear.curled(image, SCALE, rng, 2.5), layouts[1]).needs_person


@pytest.mark.parametrize("seed", [18, 30])
def test_ticks_whose_corner_lies_outside_the_box_are_read(layouts, seed):
    """Both arms are in the box, and nothing between them."""
    [image] = simulate.rasterise(press(layouts[2], [(b"sheet-0001", False)]))
    rng, ticked = np.random.default_rng(seed), [f"p{number}" for number in range(0, 30, 3)]
    simulate.mark(image, layouts[2], 1, ticked, rng, style="tick")
    said = said_of(simulate.distort(image, rng), layouts[2])
    assert list(said.choices) == ticked and not said.needs_person


def test_a_thin_tick_in_few_cells_scores_as_a_mark():
    seen = marks._Seen.of(1)
    seen.cells[0] = seen.dark[0] = cells("......", "......", ".....x", "......", "x....x", "xx...x").ravel() * 0.95
    seen.darkest[0] = 1
    [score] = marks._score(seen, [0], marks._template("square", 6_500, 350), grain=0)
    assert Thresholds().clear_above <= score < 0.2


def test_boxes_filled_over_the_line_are_read(blank, layouts):
    for seed in range(6):
        rng, image = np.random.default_rng(seed), blank.copy()
        simulate.mark(image, layouts[1], 1, ["p2", "p7"], rng, style="fill")
        said = said_of(simulate.distort(image, rng), layouts[1])
        assert set(said.choices) == {"p2", "p7"} and not said.needs_person, seed


@pytest.fixture(scope="module")
def question():
    """A question with boxes of 15 mm, and a blank sheet of it."""
    answers = [Choice("yes", "1", "Oui"), Choice("no", "2", "Non"), Choice("abstain", "3", "Abstention")]
    layout = lay_out(make_form(0, choices=answers, is_big=True), number=1)
    [image] = simulate.rasterise(press(layout, [(b"sheet-0001", False)]))
    return layout, image


@pytest.mark.parametrize("seed", [6, 13])
def test_a_cross_that_overshoots_a_very_large_box_is_read(question, seed):
    layout, blank = question
    rng, image = np.random.default_rng(seed), blank.copy()
    simulate.mark(image, layout, 1, ["no"], rng, style="wide")
    said = said_of(simulate.distort(image, rng), layout)
    assert said.choices == ("no",) and not said.needs_person


def test_a_dot_in_a_very_large_box_is_for_people(question):
    layout, blank = question
    rng, image = np.random.default_rng(5), blank.copy()
    simulate.mark(image, layout, 1, ["no"], rng, style="dot")
    assert said_of(simulate.distort(image, rng, kind="photo"), layout).needs_person


@pytest.fixture(scope="module")
def blank(layouts):
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]))
    return image
