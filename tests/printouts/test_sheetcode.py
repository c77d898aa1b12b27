"""The code on a sheet: one spelling, and every other text refused."""

import base64
import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printouts import sheetcode
from printouts.sheetcode import NotASheetCode, SheetCode, decode, encode

CODES = st.integers(1, 255).flatmap(
    lambda pages: st.builds(
        SheetCode,
        definition=st.binary(min_size=8, max_size=8),
        layout=st.integers(0, 0xFFFF),
        page=st.integers(1, pages),
        pages=st.just(pages),
        serial=st.binary(min_size=10, max_size=10),
        is_test=st.booleans(),
        is_large_print=st.booleans(),
        is_card=st.booleans(),
    )
)


@given(CODES)
def test_a_code_written_is_the_code_read(code):
    assert decode(encode(code)) == code
    assert len(encode(code)) == 39


def test_the_worked_examples_of_the_module_are_true():
    first = SheetCode(bytes.fromhex("abcdef0123456789"), 1, 1, 1, bytes(range(10)))
    second = SheetCode(b"\xff" * 8, 258, 2, 3, b"\xff" * 10, is_test=True, is_large_print=True)
    third = SheetCode(bytes.fromhex("abcdef0123456789"), 1, 1, 1, bytes(range(10)), is_card=True)
    printed = re.findall(r"^ {4}([A-Z2-7]{39})$", sheetcode.__doc__, re.MULTILINE)
    assert printed == [encode(first), encode(second), encode(third)]


def test_every_flipped_bit_is_refused_or_names_another_sheet():
    """B3: a damaged or forged code never passes for the sheet it was."""
    code = SheetCode(b"definite", 1, 1, 2, b"serial-001")
    text = encode(code)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for place, letter in enumerate(text):
        for bit in range(5):
            other = text[:place] + alphabet[alphabet.index(letter) ^ (1 << bit)] + text[place + 1 :]
            with contextlib.suppress(NotASheetCode):
                assert decode(other) != code


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    """B3: what is read from a stranger's QR code raises nothing but our refusal."""
    try:
        assert encode(decode(text)) == text
    except NotASheetCode as refusal:
        assert refusal.code


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [(0, 2, "unknown_version"), (1, 8, "unknown_flags"), (12, 0, "impossible_page"), (12, 9, "impossible_page")],
)
def test_impossible_fields_are_named(place, value, why):
    raw = bytearray(base64.b32decode(encode(SheetCode(b"definite", 1, 1, 2, b"serial-001")) + "="))
    raw[place] = value
    with pytest.raises(NotASheetCode) as refusal:
        decode(base64.b32encode(bytes(raw)).decode().rstrip("="))
    assert refusal.value.code == why


def test_a_code_out_of_range_cannot_be_made():
    with pytest.raises(ValueError):
        SheetCode(b"definite", 1, 3, 2, b"serial-001")
    with pytest.raises(ValueError):
        SheetCode(b"short", 1, 1, 1, b"serial-001")


def test_the_protocol_tells_the_same_example():
    told = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
    [text] = re.findall(r"^    (AE[A-Z2-7]{37})$", told, re.MULTILINE)
    code = decode(text)
    assert (code.page, code.pages, code.layout, code.is_test, code.is_large_print) == (2, 3, 258, True, True)
    assert encode(code) == text
