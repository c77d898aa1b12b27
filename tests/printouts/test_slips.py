"""Passes and letters: what is typed is what the QR code says."""

import io

import numpy as np
import pytest
import zxingcpp

from printouts import simulate
from printouts.slips import Letter, Pass, draw_letters, draw_passes, grouped
from printouts.typefaces import UnprintableText

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _codes(count):
    rng = np.random.default_rng(9)
    return ["".join(rng.choice(list(ALPHABET), 18)) for _ in range(count)]


def test_every_pass_is_readable_on_its_sheet_of_ten():
    codes = _codes(23)
    out = io.BytesIO()
    told = []
    count = draw_passes(
        [Pass(code, ["Réunion du 12 octobre", "Salle des fêtes"]) for code in codes],
        out,
        heading="Laissez-passer pour un vote",
        instruction="Montrez le carré de points à la borne, ou tapez ce code.",
        on_progress=told.append,
    )
    pages = list(simulate.rasterise(out.getvalue()))
    read = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    assert (count, len(pages), told) == (23, 3, [10, 20, 23])
    assert sorted(read) == sorted(codes)


def test_a_letter_carries_its_code_and_accents():
    [code] = _codes(1)
    out = io.BytesIO()
    letter = Letter(["Mme Žofia ŁĄCKA", "12 rue des Œillets"], "Madame,", code, "vote.example", ["Bonjour."])
    assert draw_letters([letter], out, heading="À vous de voter", authority="Ville") == 1
    [page] = simulate.rasterise(out.getvalue())
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [code]


def test_a_letter_longer_than_its_page_is_refused():
    letter = Letter([], "", _codes(1)[0], "vote.example", ["mot " * 200] * 20)
    with pytest.raises(ValueError):
        draw_letters([letter], io.BytesIO(), heading="À vous de voter")


def test_a_name_that_cannot_be_printed_is_refused():
    with pytest.raises(UnprintableText):
        draw_letters([Letter(["王小明"], "", _codes(1)[0], "vote.example", [])], io.BytesIO(), heading="Vote")


def test_codes_are_grouped_by_four():
    assert grouped("ABCDEFGHJKMNPQRSTV") == "ABCD-EFGH-JKMN-PQRS-TV"
