"""Passes as cards: what is typed is what the QR code says, in two languages, and tests cannot be overlooked."""

from __future__ import annotations

import io

import numpy as np
import zxingcpp

from printouts import simulate
from printouts.cards import COLUMNS, HEIGHT, LEFT, PAPER, ROWS, TOP, WIDTH, CardWords, draw_cards
from printouts.geometry import mm
from printouts.slips import Pass, grouped
from tests.server.pdf import pdf_codes, pdf_text

WORDS = CardWords(
    "Ville de Saint-Exemple",
    ["Passe pour voter", "Pass to vote"],
    ["Un bulletin : à une borne.", "One ballot: at a kiosk."],
)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def cards(count: int, words: CardWords = WORDS, told=None) -> tuple[list[str], bytes]:
    rng = np.random.default_rng(5)
    codes = ["".join(rng.choice(list(ALPHABET), 18)) for _ in range(count)]
    out = io.BytesIO()
    lines = ["Réunion du 12 octobre", "Salle des fêtes"]
    assert draw_cards([Pass(code, lines) for code in codes], out, words=words, on_progress=told) == count
    return codes, out.getvalue()


def test_every_card_is_readable_on_its_sheet_of_ten_and_typed_beside():
    told: list[int] = []
    codes, data = cards(13, told=told.append)
    assert sorted(pdf_codes(data)) == sorted(codes) and told == [10, 13]
    text = pdf_text(data)
    assert all(grouped(code) in text for code in codes)
    assert "Passe pour voter" in text and "Pass to vote" in text and "Salle des fêtes" in text


def test_ten_cards_of_85_by_54_mm_stand_whole_on_a_sheet():
    assert (mm(85), mm(54)) == (WIDTH, HEIGHT)
    assert mm(10) < LEFT and PAPER[0] - mm(10) > LEFT + COLUMNS * WIDTH
    assert mm(10) < TOP and PAPER[1] - mm(10) > TOP + ROWS * HEIGHT


def test_nothing_is_printed_where_the_knife_goes():
    """A millimetre on both sides of every edge between two cards is white."""
    [page] = simulate.rasterise(cards(10)[1])
    per_mm = page.shape[0] / 297
    for column in range(COLUMNS + 1):
        x = round((LEFT + column * WIDTH) / 1000 * per_mm)
        strip = page[round((TOP + mm(1)) / 1000 * per_mm) : round((PAPER[1] - TOP - mm(1)) / 1000 * per_mm)]
        assert strip[:, x - round(per_mm) : x + round(per_mm)].min() > 250
    for row in range(ROWS + 1):
        y = round((TOP + row * HEIGHT) / 1000 * per_mm)
        strip = page[y - round(per_mm) : y + round(per_mm)]
        assert (
            strip[:, round((LEFT + mm(1)) / 1000 * per_mm) : round((PAPER[0] - LEFT - mm(1)) / 1000 * per_mm)].min()
            > 250
        )


def test_a_card_for_tests_says_so_in_a_black_band_and_still_reads():
    words = CardWords(
        WORDS.authority, WORDS.headings, WORDS.instructions, "Spécimen : ne compte jamais · Specimen: never counts"
    )
    codes, data = cards(10, words)
    assert pdf_text(data).count("Specimen: never counts") == 10
    [page] = simulate.rasterise(data)
    assert sorted(code.text for code in zxingcpp.read_barcodes(page)) == sorted(codes)
    per_mm = page.shape[0] / 297
    band = page[round((TOP + mm(0.5)) / 1000 * per_mm) : round((TOP + mm(1.5)) / 1000 * per_mm)]
    assert band[:, round((LEFT + mm(1)) / 1000 * per_mm) : round((LEFT + mm(20)) / 1000 * per_mm)].max() < 60
