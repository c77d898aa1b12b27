"""A scanner that does not exist: pages of a real print are marked, tilted, blurred and written as a scanner's PDF.

Knows no Django: it runs in processes of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from printouts import simulate
from printouts.geometry import Layout
from server.voting.ballots import Answer

DPI = 150


@dataclass(frozen=True)
class Marked:
    """One page of one file of scans: which sheet of the print it was, which page of it, and what was marked.

    marks: the names of the sheet's marked boxes on all its pages, as the layout has them (``plan.marks_of``).
    """

    sheet: int
    answer: Answer
    marks: tuple[str, ...] = ()
    is_test: bool = False
    number: int = 1  # of the sheet's page


def pages_of_sheet(layout: Layout) -> int:
    """How many pages of the PDF one sheet takes: of several pages an even number, the last one white (``draw``)."""
    return len(layout.pages) + (len(layout.pages) % 2 if len(layout.pages) > 1 else 0)


def scan_file(job: tuple[Path, str, list[Marked], Path, int]) -> Path:
    """One file of scans: every page is rendered from the print, marked, distorted, compressed. Runs in a process."""
    source, layout_text, sheets, path, seed = job
    layout, rng = Layout.from_json(layout_text.encode()), np.random.default_rng(seed)
    document = pdfium.PdfDocument(source)

    def images() -> Iterator[np.ndarray]:
        for sheet in sheets:
            page = document[sheet.sheet * pages_of_sheet(layout) + sheet.number - 1]
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            image = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            bitmap.close()
            page.close()
            here = {box.key for box in layout.page(sheet.number).marks}
            simulate.mark(image, layout, sheet.number, [mark for mark in sheet.marks if mark in here], rng)
            yield simulate.distort(image, rng, kind="scanner")

    out = io.BytesIO()
    simulate.scan_pdf(images(), out, dpi=DPI)
    document.close()
    path.write_bytes(out.getvalue())
    return path
