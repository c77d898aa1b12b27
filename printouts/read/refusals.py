"""Why a file or a page was not read.

===================== =====================================================
code                  meaning
===================== =====================================================
of a file
empty                 no bytes
too_many_bytes        larger than the limit
not_an_image          neither PDF, TIFF, JPEG nor PNG by its first bytes
is_heic               a HEIC or AVIF photo: save it as JPEG
encrypted             a PDF with a password
truncated             the end of the file is missing
damaged               the file breaks the rules of its format
too_many_pages        more pages than the limit
too_slow              reading took longer than the limit
of a page
too_many_pixels       larger than the limit, by its header
too_few_pixels        too small to read anything
blank_page            nothing is printed on it
no_code               no sheet's QR code found
not_a_sheet           a QR code that is no sheet's code
unknown_definition    a sheet of another box, or a layout we do not hold
wrong_page            the code names a page that its layout does not have
no_corners            fewer than three corner markers
too_cropped           the same, and those missing lie outside the image: a part of the page
mirrored              the page is seen from behind
two_sheets            more than one sheet in view
too_blurred           markers seen, but the code is smeared
too_faint             black and white are too close, or light has burnt the paper white
two_tones             scanned in black and white alone: pale marks do not show
box_unseen            the outline of a mark box is covered or torn away
distorted             the paper is not flat, or it is not this layout's
===================== =====================================================
"""

from __future__ import annotations

from printouts.sheetcode import SheetCode


class ReadingRefused(Exception):
    """A file or page is not read; ``code`` as above, ``facts`` plain values for the log.

    sheet: the sheet's code where it was read all the same, so that the image can
    be laid beside the sheet and a person can decide.
    """

    def __init__(self, code: str, *, sheet: SheetCode | None = None, **facts: int | float | str) -> None:
        super().__init__(code)
        self.code = code
        self.sheet = sheet
        self.facts = facts
