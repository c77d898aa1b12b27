"""Codes: every slip of one or two characters is seen (docs/protocol.md §2; row P6)."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ledger.codes import ALPHABET, EXP, SYMBOLS, Code, NotACode, multiply, new_code, parse_code, syndromes

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "codes.json").read_text())
CODE = Code(bytes(range(10)))


def test_alpha_generates_the_whole_field():
    assert sorted(EXP) == list(range(1, 32))
    assert multiply(2, 16) == 0b00101  # x⁵ = x² + 1


def test_every_error_in_one_or_two_characters_is_seen():
    """The code is linear, so an error is seen exactly when its own syndromes are not both zero: try all of them."""
    for place in range(SYMBOLS):
        for wrong in range(1, 32):
            assert syndromes([wrong if i == place else 0 for i in range(SYMBOLS)]) != (0, 0)
    columns = [syndromes([1 if i == place else 0 for i in range(SYMBOLS)]) for place in range(SYMBOLS)]
    for one, two in itertools.combinations(columns, 2):
        for a, b in itertools.product(range(1, 32), repeat=2):
            both = tuple(multiply(a, x) ^ multiply(b, y) for x, y in zip(one, two, strict=True))
            assert both != (0, 0)


def test_syndromes_are_linear():
    draw = random.Random(1)
    for _ in range(200):
        a, b = ([draw.randrange(32) for _ in range(SYMBOLS)] for _ in range(2))
        summed = [x ^ y for x, y in zip(a, b, strict=True)]
        assert syndromes(summed) == tuple(x ^ y for x, y in zip(syndromes(a), syndromes(b), strict=True))


def test_a_real_code_with_two_typing_errors_is_refused():
    draw = random.Random(2)
    for _ in range(2000):
        characters = list(new_code().text)
        for place in draw.sample(range(SYMBOLS), draw.choice([1, 2])):
            characters[place] = draw.choice(ALPHABET.replace(characters[place], ""))
        with pytest.raises(NotACode) as refusal:
            parse_code("".join(characters))
        assert refusal.value.code == "code_check"


def test_every_exchange_of_two_different_characters_is_refused():
    for raw in (bytes(range(10)), bytes(range(100, 110)), b"\xff\x00" * 5):
        text = Code(raw).text
        for i, j in itertools.combinations(range(SYMBOLS), 2):
            characters = list(text)
            characters[i], characters[j] = characters[j], characters[i]
            if "".join(characters) != text:
                with pytest.raises(NotACode):
                    parse_code("".join(characters))


@given(st.binary(min_size=10, max_size=10))
def test_a_code_reads_back_however_it_is_written(raw: bytes):
    code = Code(raw)
    assert len(code.text) == SYMBOLS
    for text in (
        code.text,
        code.grouped,
        code.grouped.lower(),
        code.text.replace("0", "O").replace("1", "l"),
        f" {code.text}\n",
    ):
        assert parse_code(text) == code


@given(st.text())
def test_no_text_does_more_than_be_refused(text: str):
    try:
        parse_code(text)
    except NotACode as refusal:
        assert refusal.code in {"code_character", "code_length", "code_check"}


def test_letters_of_other_alphabets_are_not_read_as_ours():
    for foreign in ("ı", "Ι", "О", "１"):
        with pytest.raises(NotACode, match="code_character"):
            parse_code(foreign + CODE.text[1:])


def test_a_code_does_not_show_itself():
    assert CODE.text not in repr(CODE) and CODE.raw.hex() not in repr(CODE)


@pytest.mark.parametrize("case", VECTORS["codes"], ids=lambda case: case["grouped"])
def test_codes_of_the_vectors(case: dict):
    code, k = Code(bytes.fromhex(case["raw"])), bytes.fromhex(case["k"])
    assert (code.text, code.grouped) == (case["text"], case["grouped"])
    keyed = {"check": code.check(k).hex(), "use": code.use(k).hex(), "voice": code.voice(k).hex()}
    assert keyed == {name: case[name] for name in keyed}


@pytest.mark.parametrize("case", VECTORS["readings"], ids=lambda case: repr(case["typed"]))
def test_readings_of_the_vectors(case: dict):
    try:
        assert parse_code(case["typed"]).raw.hex() == case["raw"]
    except NotACode as refusal:
        assert refusal.code == case["refused"]
