"""The codes of a print run are those of ``qrcode``, module for module."""

from __future__ import annotations

import random

import pytest
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from printouts.draw import MASK, qr_modules
from printouts.sheet_qr import Runs, sheet_runs

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.mark.parametrize(
    ("version", "level", "length"),
    [
        (3, ERROR_CORRECT_Q, 39),  # a sheet
        (1, ERROR_CORRECT_M, 12),
        (1, ERROR_CORRECT_L, 25),  # no room for the end mark
        (2, ERROR_CORRECT_H, 2),
        (5, ERROR_CORRECT_Q, 80),  # blocks of two sizes
    ],
)
def test_a_code_is_drawn_as_qrcode_draws_it(version, level, length):
    dice = random.Random(version * length)
    texts = [":" * length, *("".join(dice.choices(ALPHABET, k=length - 1)) + "A" for _text in range(15))]
    for text in texts:  # digits alone would be written in another way
        drawn = sheet_runs(text, version=version, level=level, mask=MASK)
        assert drawn == Runs.of(qr_modules(text, version=version, level=level)), text


@pytest.mark.parametrize("text", ["a" * 39, "é" * 39, "A" * 60])
def test_a_text_that_such_a_code_cannot_carry_is_refused(text):
    with pytest.raises(ValueError):
        sheet_runs(text, version=3, level=ERROR_CORRECT_Q, mask=MASK)
