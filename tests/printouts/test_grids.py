"""Ranked, score and dots grids: drawn, marked, scanned and read; what comes out is what was marked."""

import numpy as np
import pytest

from printouts import simulate
from printouts.layout import Choice, Scale, TooManyColumns, lay_out
from printouts.read.interpret import Thresholds, interpret_grid
from printouts.read.page import read_page
from tests.printouts.press import make_form, press

RANKS = Scale([1, 2, 3, 4], ["1er", "2e", "3e", "4e"], "Votre ordre", "Projets")
POINTS = Scale(range(11), [str(n) for n in range(11)], "Votre note", "Projets")
DOTS = Scale([1, 2, 3, 4], [], "Une croix = un point", "Projets")


def answer(layout, marked, method, seed=1, **rules):
    """Mark these (choice, value), scan, read and interpret."""
    rng = np.random.default_rng(seed)
    [image] = simulate.rasterise(press(layout, [(b"serial-000", False)]))
    pen = simulate.Pen(image.shape[1] / (layout.width / 1000), rng, "cross")
    for box in layout.pages[0].marks:
        if (box.choice, box.value) in marked:
            pen.mark(image, box)
    reading = read_page(simulate.distort(image, rng), lambda code: layout)
    rules = {"min": 0, "max": 99} | rules
    scores, around = reading.scores["budget"], reading.around["budget"]
    return interpret_grid(scores, Thresholds(), method=method, around=around, **rules)


@pytest.mark.parametrize("seed", range(3))
def test_a_ranking_is_read_in_its_order(seed):
    layout = lay_out(make_form(8, scale=RANKS, shape="round"))
    said = answer(layout, {("p5", 1), ("p0", 2), ("p7", 3)}, "ranked", seed)
    assert (said.kind, said.answer) == ("clear", ["p5", "p0", "p7"])


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_read_and_a_zero_is_one(seed):
    layout = lay_out(make_form(6, scale=POINTS, shape="round"))
    said = answer(layout, {("p1", 10), ("p2", 0), ("p5", 7)}, "score", seed)
    assert (said.kind, said.answer) == ("clear", {"p1": 10, "p2": 0, "p5": 7})


def test_dots_are_counted_whichever_boxes_of_the_row_were_used():
    layout = lay_out(make_form(10, scale=DOTS))
    said = answer(layout, {("p1", 4), ("p1", 2), ("p9", 1)}, "dots", points=6)
    assert (said.kind, said.answer) == ("clear", {"p1": 2, "p9": 1})


def test_a_blank_grid_is_blank():
    layout = lay_out(make_form(10, scale=POINTS, shape="round"))
    assert answer(layout, set(), "score").kind == "blank"


def test_the_captions_stand_over_their_columns_on_every_page():
    layout = lay_out(make_form(60, scale=POINTS, shape="round"))
    assert len(layout.pages) > 1
    for page in layout.pages:
        over = {text.text: text.x for text in page.texts if text.face == "semi" and text.text.isdecimal()}
        assert {str(box.value): box.x + box.size // 2 for box in page.marks} == over


def test_prices_do_not_stand_among_the_boxes():
    layout = lay_out(make_form(8, scale=RANKS, shape="round"))
    texts = [text for text in layout.pages[0].texts if "€" in text.text and "000" in text.text]
    left = min(box.x for box in layout.pages[0].marks)
    assert len(texts) == 9 and all(text.x < left for text in texts)


def test_columns_for_which_no_paper_is_wide_enough_are_refused():
    with pytest.raises(TooManyColumns) as refusal:
        lay_out(make_form(20, scale=Scale(range(1, 21), [str(n) for n in range(1, 21)])))
    assert (refusal.value.code, refusal.value.count) == ("too_many_columns", 20)
    with pytest.raises(ValueError):
        lay_out(make_form(3, scale=Scale([1, 1])))


def test_yes_no_and_abstain_are_three_big_boxes_without_numbers():
    choices = [Choice("yes", "", "Oui"), Choice("no", "", "Non"), Choice("abstain", "", "Abstention")]
    [page] = lay_out(make_form(choices=choices, shape="round", is_big=True)).pages
    assert [box.choice for box in page.marks] == ["yes", "no", "abstain"]
    assert all(box.size >= 12_000 for box in page.marks)
    assert all(text.text for text in page.texts)
