"""What a PDF says to eyes and to cameras."""

from __future__ import annotations

import pypdfium2
import zxingcpp

from printouts import simulate


def pdf_lines(data: bytes) -> list[str]:
    """The text line by line, over all pages; a line of a table holds all its columns."""
    file = pypdfium2.PdfDocument(data)
    text = "\n".join(page.get_textpage().get_text_range() for page in file)
    return [" ".join(line.split()) for line in text.splitlines()]


def pdf_text(data: bytes) -> str:
    return " ".join(pdf_lines(data))


def pdf_codes(data: bytes) -> list[str]:
    """What its QR codes say, page by page."""
    return [code.text for page in simulate.rasterise(data) for code in zxingcpp.read_barcodes(page)]
