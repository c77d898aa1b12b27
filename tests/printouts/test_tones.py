"""B11: where pale ink may have become paper no machine says that a box is empty."""

from __future__ import annotations

import pytest

from printouts.layout import lay_out
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.press import make_form
from tests.table import View, marked_sheet, seen

STRONG = View(per_mm=4.5, size=(1920, 1440))


def read(view: View):
    return read_page(seen(marked_sheet(), view), lambda _code: lay_out(make_form(), number=1))


@pytest.mark.parametrize("light", [{"light": 0.6, "haze": 160}, {"light": 0.5, "haze": 180}])
def test_an_image_burnt_by_light_is_refused_as_too_pale(light):
    with pytest.raises(ReadingRefused, match="too_faint") as refused:
        read(STRONG.but(**light))
    assert refused.value.sheet.serial == b"sheet-0001", "people are told which sheet it is"


@pytest.mark.parametrize("light", [{"light": 0.9, "haze": 8}, {"light": 0.4, "haze": 120}, {"light": 1.2, "haze": 40}])
def test_bright_paper_with_dark_print_and_pale_print_on_grey_paper_are_read(light):
    [scores] = read(STRONG.but(**light)).scores.values()
    assert {choice for choice, score in scores.items() if score > 0.3} == {"p0", "p3"}
