"""What the QR code of a sheet says, byte by byte.

A sheet's code has 24 bytes:

====== ====== ==========================================================
byte   length meaning
====== ====== ==========================================================
0      1      format version, 0x01
1      1      flags: bit 0 (value 1) test sheet, bit 1 (value 2) large
              print, bit 2 (value 4) a card that people write on; the
              other bits are zero
2-9    8      first 8 bytes of the SHA-256 of the frozen definition: of
              the ballot; of a card, of its component and its subject
10-11  2      number of the layout, big-endian; of a card its kind: 1 an
              idea, 2 a comment
12     1      page n, counted from 1
13     1      of N pages
14-23  10     serial of the sheet: 80 random bits
====== ====== ==========================================================

The bytes are written in base32 (RFC 4648, section 6) in upper case without
padding: 39 characters, the last of which carries two bits of content and three
zero bits. A text whose spare bits are not zero is refused, so that every sheet
has exactly one spelling. All characters belong to the alphanumeric mode of QR
(ISO/IEC 18004), where 39 of them fit version 3 (29 x 29 modules) at error
level Q: about a quarter of the symbol may be lost. The code says nothing about
a person; it carries no signature either: a serial counts because it is in the
list of sheets issued, not because it is well formed.

Worked example 1, page 1 of 1 of layout 1, serial 00 01 … 09::

    01 00 | ab cd ef 01 23 45 67 89 | 00 01 | 01 | 01 | 00 01 02 03 04 05 06 07 08 09
    AEAKXTPPAERUKZ4JAAAQCAIAAEBAGBAFAYDQQCI

Worked example 2, a test sheet in large print, page 2 of 3 of layout 258::

    01 03 | ff ff ff ff ff ff ff ff | 01 02 | 02 | 03 | ff ff ff ff ff ff ff ff ff ff
    AEB7777777777777AEBAEA7777777777777777Y

Worked example 3, a card for an idea, serial 00 01 … 09::

    01 04 | ab cd ef 01 23 45 67 89 | 00 01 | 01 | 01 | 00 01 02 03 04 05 06 07 08 09
    AECKXTPPAERUKZ4JAAAQCAIAAEBAGBAFAYDQQCI
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

VERSION = 0x01
LENGTH = 24  # bytes
TEXT_LENGTH = 39  # characters
DEFINITION_LENGTH = 8  # bytes
SERIAL_LENGTH = 10  # bytes

_TEST = 0b01
_LARGE_PRINT = 0b10
_CARD = 0b100


class NotASheetCode(ValueError):
    """The text is not a sheet's code of a format we know; ``code`` says why.

    Codes: ``not_base32``, ``wrong_length``, ``unknown_version``,
    ``unknown_flags``, ``impossible_page``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SheetCode:
    """What a sheet says of itself. Raises ValueError if a field is out of range.

    definition: 8 bytes; layout: 0..65535; page and pages: 1..255, page not
    above pages; serial: 10 bytes.
    """

    definition: bytes
    layout: int
    page: int
    pages: int
    serial: bytes
    is_test: bool = False
    is_large_print: bool = False
    is_card: bool = False

    def __post_init__(self) -> None:
        if len(self.definition) != DEFINITION_LENGTH or len(self.serial) != SERIAL_LENGTH:
            raise ValueError("a sheet's code holds 8 bytes of definition and 10 bytes of serial")
        if not 0 <= self.layout <= 0xFFFF:
            raise ValueError("a layout's number fits two bytes")
        if not 1 <= self.page <= self.pages <= 0xFF:
            raise ValueError("pages are counted from 1 to at most 255")


def encode(code: SheetCode) -> str:
    """Return the 39 characters that the QR code carries."""
    flags = _TEST * code.is_test | _LARGE_PRINT * code.is_large_print | _CARD * code.is_card
    raw = (
        bytes([VERSION, flags])
        + code.definition
        + code.layout.to_bytes(2, "big")
        + bytes([code.page, code.pages])
        + code.serial
    )
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def decode(text: str) -> SheetCode:
    """Return the code that the text spells. Raises NotASheetCode."""
    raw = _bytes_of(text)
    version, flags = raw[0], raw[1]
    if version != VERSION:
        raise NotASheetCode("unknown_version")
    if flags & ~(_TEST | _LARGE_PRINT | _CARD):
        raise NotASheetCode("unknown_flags")
    page, pages = raw[12], raw[13]
    if not 1 <= page <= pages:
        raise NotASheetCode("impossible_page")
    return SheetCode(
        definition=raw[2:10],
        layout=int.from_bytes(raw[10:12], "big"),
        page=page,
        pages=pages,
        serial=raw[14:24],
        is_test=bool(flags & _TEST),
        is_large_print=bool(flags & _LARGE_PRINT),
        is_card=bool(flags & _CARD),
    )


def _bytes_of(text: str) -> bytes:
    if len(text) != TEXT_LENGTH:
        raise NotASheetCode("wrong_length")
    try:
        raw = base64.b32decode(text + "=")
    except (binascii.Error, ValueError) as error:
        raise NotASheetCode("not_base32") from error
    # b32decode ignores the spare bits; two spellings of one sheet would be one too many.
    if base64.b32encode(raw).decode("ascii").rstrip("=") != text:
        raise NotASheetCode("not_base32")
    return raw
