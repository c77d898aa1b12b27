"""Layouts, a lookup and one marked sheet, shared by the tests of paper."""

from collections.abc import Callable

import numpy as np
import pytest

from printouts import simulate
from printouts.geometry import Layout
from printouts.layout import lay_out
from tests.printouts.press import DEFINITION, make_form, press


@pytest.fixture(scope="session")
def layouts() -> dict[int, Layout]:
    """Layout 1: ten choices; 2: thirty; 3: six, round boxes."""
    return {
        1: lay_out(make_form(), number=1),
        2: lay_out(make_form(30), number=2),
        3: lay_out(make_form(6, shape="round"), number=3),
    }


@pytest.fixture(scope="session")
def lookup(layouts) -> Callable:
    """Find a layout as the server would: by definition and number."""
    return lambda code: layouts.get(code.layout) if code.definition == DEFINITION[:8] else None


@pytest.fixture(scope="session")
def sheet(layouts) -> np.ndarray:
    """One sheet of layout 1 at 150 dpi with the first and the fourth choice crossed."""
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]))
    simulate.mark(image, layouts[1], 1, ["p0", "p3"], np.random.default_rng(7), style="cross")
    return image
