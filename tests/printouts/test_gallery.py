"""The gallery shows every form, is drawn by one command, and stays small."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from printouts import gallery_words as words
from printouts import simulate
from printouts.gallery import FOLDER, Picture, ballots, hall, ideas, pixels, readme, slips
from printouts.geometry import Layout
from printouts.layout import lay_out
from printouts.read.page import read_page
from printouts.typefaces import as_drawn, printable, width
from tests.printouts.press import press

ALL = [*ballots(), *slips(), *hall(), *ideas()]
RIGHT_TO_LEFT = {"arabic": words.arabic, "hebrew": words.hebrew, "two-languages": words.two_languages}


def test_every_picture_is_there_listed_and_small():
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == readme(ALL)
    assert {path.stem for path in FOLDER.glob("*.png")} == {picture.name for picture in ALL}
    assert all((FOLDER / f"{picture.name}.png").stat().st_size < 150_000 for picture in ALL)


@pytest.mark.parametrize("picture", ALL, ids=lambda picture: picture.name)
def test_the_picture_that_is_there_is_what_is_printed(picture: Picture):
    """A form that was changed and not drawn again would be shown as it never comes from the press."""
    held = cv2.imread(str(FOLDER / f"{picture.name}.png"), cv2.IMREAD_GRAYSCALE)
    drawn = pixels(picture)
    assert held is not None and held.shape == drawn.shape
    assert float(np.abs(held.astype(int) - drawn.astype(int)).mean()) < 1.0


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_a_sheet_that_is_read_from_right_to_left_is_read_by_the_machine(name):
    layout, rng = lay_out(RIGHT_TO_LEFT[name]()), np.random.default_rng(4)
    assert Layout.from_json(layout.to_json()) == layout
    [image] = simulate.rasterise(press(layout, [(b"serial-rtl", False)]))
    box = layout.pages[0].marks[4]
    simulate.Pen(image.shape[1] / (layout.width / 1000), rng, "cross").mark(image, box)
    reading = read_page(simulate.distort(image, rng), lambda code: layout)
    scores = reading.scores["q1"]
    assert [key for key, score in scores.items() if score > 0.17] == [box.key]


def test_a_form_read_from_right_to_left_is_mirrored_but_for_its_corners():
    layout = lay_out(words.arabic())
    [page] = layout.pages
    latin = lay_out(words.french()).pages[0]
    assert page.markers == latin.markers
    assert page.qr.x + page.qr.size < layout.width // 2 < latin.qr.x
    assert all(text.direction == "rtl" for text in page.texts)
    numbers = [text for text in page.texts if text.text.isdecimal()]
    assert all(text.x > box.x + box.size for text, box in zip(numbers, page.marks, strict=True))


def test_arabic_letters_are_joined_and_numbers_keep_their_order():
    drawn = as_drawn("سنة 2026", "rtl")
    assert drawn.startswith("2026 ") and all(ord(letter) >= 0xFE70 for letter in drawn[5:])
    assert as_drawn("Rue 12") == "Rue 12"
    assert printable("ميزانية") == "ميزانية" and width("ميزانية", "bold", 5000) > 0
