"""A ballot of many choices goes on on further pages; each page says what it is (B9)."""

import io
import itertools

import numpy as np
import pypdfium2 as pdfium
import pytest

from printouts import simulate
from printouts.layout import Choice, Scale, lay_out
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import read_page
from printouts.typefaces import width
from tests.printouts.press import make_form, press

LONG = "Nowe książki dla nowych bibliotek: zakup nowości wydawniczych dla śródmiejskich filii Gdańska i Odyseja"


def all_forms():
    """Forms of several pages: (name, form, paper)."""
    grid = {"shape": "round", "scale": Scale(range(6), "012345", "Note", "Projets")}
    return [
        ("list", make_form(200), "A4"),
        ("forty long titles", make_form(choices=[Choice(f"p{i}", str(i + 1), f"{i} {LONG}") for i in range(40)]), "A4"),
        ("grid", make_form(60, **grid), "A4"),
        ("large", make_form(40, is_large_print=True), "A4"),
        ("small paper", make_form(30), "A5"),
        ("letter", make_form(90), "Letter"),
    ]


@pytest.mark.parametrize(("name", "form", "paper"), all_forms(), ids=[form[0] for form in all_forms()])
def test_every_choice_stands_once_in_order_and_nothing_is_cut(name, form, paper):
    layout = lay_out(form, paper=paper)
    assert len(layout.pages) > 1
    boxes = [box for page in layout.pages for box in page.marks]
    columns = len(form.scale.values) if form.scale else 1
    assert [box.choice for box in boxes] == [choice.id for choice in form.choices for _ in range(columns)]
    assert all(page.marks for page in layout.pages)
    assert not layout.is_shortened
    assert not any(text.text.endswith("…") for page in layout.pages for text in page.texts)


@pytest.mark.parametrize(("name", "form", "paper"), all_forms(), ids=[form[0] for form in all_forms()])
def test_boxes_and_texts_of_all_pages_keep_clear_of_each_other(name, form, paper):
    layout = lay_out(form, paper=paper)
    for page in layout.pages:
        for one, other in itertools.combinations(page.marks, 2):
            assert max(abs(one.x - other.x), abs(one.y - other.y)) - one.size >= 2_500, (one, other)
        for text in page.texts:
            wide = width(text.text, text.face, text.size)
            start = text.x - {"start": 0, "middle": wide // 2, "end": wide}[text.align]
            assert start >= 13_900 and start + wide <= layout.width - 13_900, text
            assert text.y <= layout.height - 19_900
            for box in page.marks:
                beside = start + wide <= box.x - 1_700 or start >= box.x + box.size + 1_700
                assert beside or text.y <= box.y - 1_000 or text.y - text.size >= box.y + box.size, (text, box)
        for rule in page.rules:
            for box in page.marks:
                above_or_under = rule.y + rule.height <= box.y - 1_300 or rule.y >= box.y + box.size + 1_300
                beside = rule.x + rule.width <= box.x - 1_300 or rule.x >= box.x + box.size + 1_300
                assert above_or_under or beside, (rule, box)


def test_each_page_says_which_it_is_and_where_the_next_one_stands():
    pages = lay_out(make_form(100)).pages
    said = [" ".join(text.text for text in page.texts) for page in pages]
    for number, words in enumerate(said, start=1):
        assert f"Page {number} sur {len(pages)}" in words
        assert ("Suite page" in words) == (number < len(pages))
        assert ("Pliez la feuille" in words) == (number == len(pages))


def test_pages_are_filled_alike():
    counts = [len(page.marks) for page in lay_out(make_form(60)).pages]
    assert max(counts[1:]) - min(counts[1:]) <= 6


def test_a_sheet_of_several_pages_has_whole_leaves():
    """Printed on both sides, no sheet begins on the back of another."""
    layout = lay_out(make_form(14), paper="A5")
    assert len(layout.pages) == 3
    document = pdfium.PdfDocument(press(layout, [(bytes(10), False), (bytes(range(10)), False)]))
    assert len(document) == 8
    assert [len(document[number].get_textpage().get_text_range()) == 0 for number in range(8)] == [False] * 3 + [
        True
    ] + [False] * 3 + [True]


def test_the_pages_of_one_sheet_are_read_each_by_its_own_code():
    """B9: the same serial, page n of N."""
    layout, rng = lay_out(make_form(60)), np.random.default_rng(9)
    count = len(layout.pages)
    images = list(simulate.rasterise(press(layout, [(b"serial-060", False)])))
    marked = {}
    for number in range(1, count + 1):
        marked[number] = layout.pages[number - 1].marks[number].choice
        simulate.mark(images[number - 1], layout, number, [marked[number]], rng, style="cross")
    for image in rng.permutation(np.array(images[:count])):
        reading = read_page(simulate.distort(image, rng), lambda code: layout)
        assert (reading.code.serial, reading.code.pages) == (b"serial-060", count)
        said = interpret(reading.scores["budget"], Thresholds(), min=0, max=60, around=reading.around["budget"])
        assert said.choices == (marked[reading.code.page],)


def test_the_layout_of_many_pages_is_found_again_in_its_bytes():
    layout = lay_out(make_form(100), number=7)
    assert type(layout).from_json(layout.to_json()) == layout
    assert io.BytesIO(layout.to_json()).getvalue().count(b'"number":') == len(layout.pages) + 1
