"""B8: a ring of coffee over boxes is no mark; whatever may be one under it, or looks like one, is for people."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from printouts import simulate
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import read_page
from tests.printouts.press import press

DPI = 200
SCALE = DPI / 25.4


@pytest.fixture(scope="module")
def blank(layouts):
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]), dpi=DPI)
    return image


def middle(layout, key: str) -> tuple[float, float]:
    box = next(box for box in layout.pages[0].marks if box.key == key)
    return (box.x + box.size / 2) / 1000, (box.y + box.size / 2) / 1000


def shaded(image, draw, darkness: float):
    """Lay soft shade over the image; draw: into a layer of its size, white."""
    layer = np.zeros(image.shape, np.float32)
    draw(layer)
    soft = cv2.GaussianBlur(layer, (0, 0), 0.5 * SCALE) * darkness
    return cv2.subtract(image, soft, dtype=cv2.CV_8U)


def ring(x: float, y: float, *, lean: float, darkness: float = 42.0):
    """A ring of 35 mm that passes over this place, its middle in that direction (radians)."""
    at = round((x + 35 * np.cos(lean)) * SCALE), round((y + 35 * np.sin(lean)) * SCALE)
    return lambda image: shaded(
        image, lambda layer: cv2.circle(layer, at, round(35 * SCALE), 1, round(1.6 * SCALE)), darkness
    )


def said_of(image, layout, seed=1):
    seen = simulate.distort(image, np.random.default_rng(seed))
    reading = read_page(seen, lambda _code: layout)
    return interpret(reading.scores["budget"], Thresholds(), min=0, max=9, around=reading.around["budget"])


@pytest.mark.parametrize("lean", [0.0, 0.5, 2.8, -0.6, np.pi])
def test_a_ring_of_coffee_through_an_empty_box_is_no_mark(layouts, blank, lean):
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p8"], np.random.default_rng(2), style="cross")
    said = said_of(ring(*middle(layouts[1], "p4"), lean=lean)(image), layouts[1])
    assert said.choices == ("p8",) and not said.needs_person


@pytest.mark.parametrize("style", ["faint", "erased", "dot"])
def test_a_mark_under_a_ring_of_coffee_is_for_people(layouts, blank, style):
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p4"], np.random.default_rng(3), style=style)
    assert said_of(ring(*middle(layouts[1], "p4"), lean=0.3)(image), layouts[1]).needs_person


def test_a_cross_under_a_ring_of_coffee_is_a_mark(layouts, blank):
    image = blank.copy()
    simulate.mark(image, layouts[1], 1, ["p4"], np.random.default_rng(3), style="cross")
    said = said_of(ring(*middle(layouts[1], "p4"), lean=0.3)(image), layouts[1])
    assert said.choices == ("p4",) and not said.needs_person


def test_a_drop_that_ends_in_its_box_is_for_people(layouts, blank):
    x, y = (round(place * SCALE) for place in middle(layouts[1], "p4"))
    image = shaded(blank, lambda layer: cv2.circle(layer, (x, y), round(2 * SCALE), 1, -1), 45)
    assert said_of(image, layouts[1]).needs_person


@pytest.mark.parametrize("seed", range(6))
def test_a_box_under_a_highlighter_is_for_people(layouts, blank, seed):
    image, rng = blank.copy(), np.random.default_rng(seed)
    simulate.mark(image, layouts[1], 1, [f"p{seed + 2}"], rng, style="highlighter")
    assert said_of(image, layouts[1], seed).needs_person


@pytest.mark.parametrize("wide", [2.5, 4.0])
def test_a_row_under_a_highlighter_is_for_people(layouts, blank, wide):
    """It is pale and wide and goes on, and may well be a vote."""
    x, y = middle(layouts[1], "p4")
    ends = [(round((x + away) * SCALE), round(y * SCALE)) for away in (-12, 60)]
    image = shaded(blank, lambda layer: cv2.line(layer, *ends, 1, round(wide * SCALE)), 50)
    assert said_of(image, layouts[1]).needs_person
