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

DPI = 150


@dataclass(frozen=True)
class Marked:
    """One page of one file of scans: which page of the print it was, and what was marked on it."""

    page: int
    choices: tuple[str, ...]
    is_test: bool = False


def scan_file(job: tuple[Path, str, list[Marked], Path, int]) -> Path:
    """One file of scans: every page is rendered from the print, marked, distorted, compressed. Runs in a process."""
    source, layout_text, sheets, path, seed = job
    layout, rng = Layout.from_json(layout_text.encode()), np.random.default_rng(seed)
    document = pdfium.PdfDocument(source)

    def images() -> Iterator[np.ndarray]:
        for sheet in sheets:
            page = document[sheet.page]
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            image = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            bitmap.close()
            page.close()
            simulate.mark(image, layout, 1, sheet.choices, rng)
            yield simulate.distort(image, rng, kind="scanner")

    out = io.BytesIO()
    simulate.scan_pdf(images(), out, dpi=DPI)
    document.close()
    path.write_bytes(out.getvalue())
    return path
