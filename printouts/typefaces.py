"""The typefaces that are printed, and how wide a text is in them.

Four faces are named by their part on the page: ``text`` and ``bold`` (Atkinson
Hyperlegible Next), ``semi`` and ``display`` (Besley). A letter that a face
lacks is taken from DejaVu Sans. Lengths are whole micrometres.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"

FACES = {
    "text": ("AtkinsonNext-400", "DejaVuSans"),
    "bold": ("AtkinsonNext-700", "DejaVuSans-Bold"),
    "semi": ("Besley-650", "DejaVuSans-Bold"),
    "display": ("Besley-750", "DejaVuSans-Bold"),
}

# Height of a capital letter as a share of the size: what the eye centres on.
CAP_HEIGHT = {"text": 0.668, "bold": 0.668, "semi": 0.75, "display": 0.75}

_SPELT_OTHERWISE = str.maketrans("\t\n\r", "   ")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_shaper = ArabicReshaper({"delete_harakat": False})
_NEVER_FIRST = frozenset("-–—/|:;!?»+=&")  # alone between spaces, it ends a line and begins none


class UnprintableText(ValueError):
    """A text has a letter or digit that no face has; ``code`` is ``unprintable_text``.

    Refused rather than replaced: a ballot must not show another word than its
    definition. ``characters`` lists them.
    """

    code = "unprintable_text"

    def __init__(self, characters: str) -> None:
        super().__init__(f"no typeface has {characters!r}")
        self.characters = characters


def printable(text: str) -> str:
    """Return the text as it will be printed: composed, one line, single spaces.

    Emoji, controls and direction overrides are left out. Raises UnprintableText.
    """
    text = unicodedata.normalize("NFC", text).translate(_SPELT_OTHERWISE)
    kept, missing = [], []
    for character in text:
        if ord(character) in _glyphs("DejaVuSans"):
            if unicodedata.category(character) not in ("Cf", "Cc"):
                kept.append(character)
        elif unicodedata.category(character)[0] in "LN":
            missing.append(character)
    if missing:
        raise UnprintableText("".join(dict.fromkeys(missing)))
    return " ".join(word for word in "".join(kept).split(" ") if word)


def substituted(text: str) -> str:
    """Return the text with ``?`` for each letter or digit that no face has.

    For documents that must come out whatever a name holds; never for a ballot.
    """
    return "".join(
        "?" if unicodedata.category(one)[0] in "LN" and ord(one) not in _glyphs("DejaVuSans") else one
        for one in unicodedata.normalize("NFC", text)
    )


def is_mostly_right_to_left(text: str) -> bool:
    """Say whether more letters of the text are Hebrew or Arabic than any other."""
    own = len(_RIGHT_TO_LEFT.findall(text))
    return own > sum(character.isalpha() for character in text) - own


def as_drawn(text: str, direction: str = "") -> str:
    """Return the text as its glyphs stand from left to right: Arabic letters joined, what is read leftwards turned.

    direction: ``rtl`` where the line as a whole is read from right to left.
    """
    if not direction and not _RIGHT_TO_LEFT.search(text):
        return text
    return str(get_display(_shaper.reshape(text), base_dir="R" if direction == "rtl" else "L"))


def runs(text: str, face: str, direction: str = "") -> list[tuple[str, str]]:
    """Return the text cut into (font name, piece) from left to right, so that every letter has a glyph."""
    own, other = FACES[face]
    pieces: list[tuple[str, str]] = []
    for character in as_drawn(text, direction):
        font = own if ord(character) in _glyphs(own) else other
        if pieces and pieces[-1][0] == font:
            pieces[-1] = (font, pieces[-1][1] + character)
        else:
            pieces.append((font, character))
    return pieces


@lru_cache(maxsize=65536)
def width(text: str, face: str, size: int) -> int:
    """Return the width of the text in micrometres; size: micrometres."""
    thousandths = sum(pdfmetrics.stringWidth(piece, font_named(font), 1000) for font, piece in runs(text, face))
    return round(thousandths * size / 1000)


def wrap(text: str, face: str, size: int, room: int, *, most: int = 99) -> list[str]:
    """Return the text in lines no wider than room (micrometres), at most ``most``.

    Breaks at spaces, then after hyphens and slashes, then anywhere. What does
    not fit ``most`` lines is cut and says so with "…".
    """
    text = printable(text)
    lines: list[str] = []
    rest = _words(text, face, size, room) if text else []
    while rest:
        if len(lines) == most - 1:
            tail = "".join(rest).rstrip(" ")
            return [*lines, tail if width(tail, face, size) <= room else _cut(tail, face, size, room)]
        line = rest.pop(0)
        while rest and width((line + rest[0]).rstrip(" "), face, size) <= room:
            line += rest.pop(0)
        lines.append(line.rstrip(" "))
    return lines


def wrap_evenly(text: str, face: str, size: int, room: int) -> list[str]:
    """Return the text in as few lines as ``wrap`` does, but of lengths as even as can be."""
    lines = wrap(text, face, size, room)
    narrow, wide = room // 2, room
    while wide - narrow > 500:
        middle = (narrow + wide) // 2
        narrow, wide = (narrow, middle) if len(wrap(text, face, size, middle)) == len(lines) else (middle, wide)
    return wrap(text, face, size, wide)


def _words(text: str, face: str, size: int, room: int) -> list[str]:
    """Return pieces that may start a line, each with the space that follows it."""
    pieces: list[str] = []
    for word in text.split(" "):
        if word in _NEVER_FIRST and pieces:
            pieces[-1] += word + " "
            continue
        word += " "
        while width(word.rstrip(" "), face, size) > room:
            end = _last_fitting(word, face, size, room)
            hinge = max(word.rfind("-", 0, end), word.rfind("/", 0, end))
            end = hinge + 1 if hinge > 0 else end
            pieces.append(word[:end])
            word = word[end:]
        pieces.append(word)
    return pieces


def _last_fitting(word: str, face: str, size: int, room: int) -> int:
    end = 1
    while end < len(word) and width(word[: end + 1], face, size) <= room:
        end += 1
    return end


def _cut(text: str, face: str, size: int, room: int) -> str:
    while text and width(text.rstrip(" ,;:-(") + "…", face, size) > room:
        text = text[:-1]
    return text.rstrip(" ,;:-(") + "…"


@cache
def font_named(name: str) -> str:
    """Register the font file with reportlab, once, and return its name."""
    pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))
    return name


@cache
def _glyphs(name: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(font_named(name)).face.charToGlyph)
