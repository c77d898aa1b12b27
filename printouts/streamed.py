"""A PDF whose pages are written as they are drawn: memory stays the same however many there are.

ReportLab keeps every page until the file is saved: eleven kilobytes of memory for one of a page. Here a page and its
drawing go to the file at once, and of both only their places are kept; what all pages share (fonts, forms, the tree of
pages) follows at the end, before the table of places.
"""

from __future__ import annotations

from array import array
from typing import Any, BinaryIO

from reportlab.pdfbase.pdfdoc import (
    PDFDocument,
    PDFFile,
    PDFIndirectObject,
    PDFObject,
    PDFPage,
    PDFPages,
    PDFTrailer,
    pdfdocEnc,
)
from reportlab.pdfgen.canvas import Canvas


class _Kids(PDFObject):
    """The pages, by the numbers of their objects."""

    def __init__(self, numbers: array[int]) -> None:
        self.numbers = numbers

    def format(self, document: PDFDocument) -> bytes:
        return b"[ " + b" ".join(b"%d 0 R" % number for number in self.numbers) + b" ]"


class _Pages(PDFPages):
    def check_format(self, document: Any) -> None:
        self.Kids, self.Count = _Kids(document.page_numbers), len(document.page_numbers)


class StreamedDocument(PDFDocument):
    """``out`` must not be written to by anybody else before the canvas is saved to it."""

    @classmethod
    def stream(cls, canvas: Canvas, out: BinaryIO) -> None:
        """Make this canvas, on which nothing was drawn yet, write its pages into ``out``."""
        document = canvas._doc  # made by the canvas itself, which has its first font from it already
        document.__class__ = cls
        document._begin(out)

    def _begin(self, out: BinaryIO) -> None:
        self.out, self.written = out, 0
        self.places = array("Q", [0])  # in the file, by number of the object
        self.page_numbers = array("L")
        self.Pages = self.Catalog.Pages = _Pages()
        self._write(b"".join(PDFFile(self._pdfVersion).strings))

    def addPage(self, page: PDFPage) -> None:
        name = self.thisPageName()
        self.Reference(page, name)
        self.page_numbers.append(self.idToObjectNumberAndVersion[name][0])
        self._pass_on(name)
        self._pass_on(page.Contents.__InternalName__)  # its drawing, which has a name once the page is written
        self.pageCounter += 1
        self.inObject = None

    def format(self) -> bytes:
        """Return what follows the pages: all other objects, the table of places, the trailer."""
        self.Reference(self.Catalog)
        self.Reference(self.info)
        rest, at, number = [], self.written, 0
        while (number := number + 1) <= self.objectcounter:  # writing one may name another
            if name := self.numberToId.get(number):
                rest.append(self._placed(name, at))
                at += len(rest[-1])
        trailer = PDFTrailer(
            startxref=at,
            Size=len(self.places),
            Root=self.Reference(self.Catalog),
            Info=self.Reference(self.info),
            ID=self.ID(),
        )
        return b"".join([*rest, self._table(), trailer.format(self)])

    def _table(self) -> bytes:
        lines = b"".join(b"%010d 00000 n \n" % place for place in self.places[1:])
        return b"xref\n0 %d\n0000000000 65535 f \n" % len(self.places) + lines

    def _placed(self, name: str, at: int) -> bytes:
        """Return this object as the file holds it; it begins at that byte."""
        content = pdfdocEnc(PDFIndirectObject(name, self.idToObject[name]).format(self))
        self.places.extend([0] * (self.objectcounter + 1 - len(self.places)))
        self.places[self.idToObjectNumberAndVersion[name][0]] = at
        return bytes(content)

    def _pass_on(self, name: str) -> None:
        self._write(self._placed(name, self.written))
        number, _version = self.idToObjectNumberAndVersion.pop(name)
        del self.numberToId[number], self.idToObject[name]

    def _write(self, content: bytes) -> None:
        self.out.write(content)
        self.written += len(content)
