"""The type we serve: small enough, and with every sign that French and English pages write."""

from __future__ import annotations

import re
import struct
import unicodedata
from pathlib import Path

import brotli
import pytest

from tools.messages import FRENCH, read_po

FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts"
FACES = ("besley", "atkinson-next")
# Names of tables by number, as far as ours: the WOFF2 format, section 4.1.
KNOWN = {0: "cmap", 10: "glyf", 11: "loca"}
# Arrows beside a sorted column, and the names of languages, come from the device.
OF_THE_DEVICE = set("▲▼")


def base_128(data: bytes, at: int) -> tuple[int, int]:
    """A number of the format, and where it ends."""
    value = 0
    while True:
        value, at = value << 7 | data[at] & 127, at + 1
        if not data[at - 1] & 128:
            return value, at


def character_map(path: Path) -> bytes:
    """The table ``cmap`` of a WOFF2 file."""
    data = path.read_bytes()
    assert data[:4] == b"wOF2"
    count, size, at = *struct.unpack(">H", data[12:14]), *struct.unpack(">I", data[20:24]), 48
    start, found = 0, (0, 0)
    for _table in range(count):
        number, version, at = data[at] & 63, data[at] >> 6, at + 1
        at += 4 if number == 63 else 0
        length, at = base_128(data, at)
        # Outlines are packed by default, other tables where they say so.
        if (version == 0) == (KNOWN.get(number) in ("glyf", "loca")):
            length, at = base_128(data, at)
        if KNOWN.get(number) == "cmap":
            found = (start, start + length)
        start += length
    return brotli.decompress(data[at : at + size])[slice(*found)]


def characters(path: Path) -> set[str]:
    """What a font can write, by its table of format 4 (the basic plane)."""
    table, found = character_map(path), set()
    for number in range(struct.unpack(">H", table[2:4])[0]):
        (at,) = struct.unpack(">I", table[8 + 8 * number : 12 + 8 * number])
        if struct.unpack(">H", table[at : at + 2])[0] != 4:
            continue
        size = struct.unpack(">H", table[at + 6 : at + 8])[0]
        ends = struct.unpack(f">{size // 2}H", table[at + 14 : at + 14 + size])
        starts = struct.unpack(f">{size // 2}H", table[at + 16 + size : at + 16 + 2 * size])
        found |= {chr(code) for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1)}
    return found - {"\uffff"}


def written() -> set[str]:
    """Every sign of our sentences, in both languages; spaces and marks that are not drawn left out."""
    text = "".join(e.parts["msgid"] + "".join(e.translations) for e in read_po(FRENCH))
    return {one for one in text if unicodedata.category(one)[0] not in "CZ"} - OF_THE_DEVICE


@pytest.mark.parametrize("face", FACES)
def test_our_type_has_every_sign_that_our_sentences_write(face):
    drawn = characters(FONTS / f"{face}-latin.woff2") | characters(FONTS / f"{face}-latin-ext.woff2")
    assert len(written()) > 80
    assert written() - drawn == set()
    assert set("çœŒÆŁłźęŠàéèùïô€«»’0123456789\u00a0\u2212") <= drawn


def test_type_that_comes_late_waits_for_the_next_page():
    """Nothing jumps under whoever reads already."""
    served = re.findall(r"@font-face \{[^}]*url\([^}]*\}", (FONTS.parent / "css" / "tokens.css").read_text())
    assert len(served) == 2 * len(FACES)
    assert [face for face in served if "font-display: optional" not in face] == []


def test_our_type_is_light():
    """What a first page of French asks for: both faces without the rare letters. Each has its licence beside it."""
    assert sum((FONTS / f"{face}-latin.woff2").stat().st_size for face in FACES) < 80_000
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) < 125_000
    assert len(list(FONTS.glob("OFL-*.txt"))) == len(FACES)
