"""What people do with printed PDFs: read the squares of passes and letters, mark sheets, put them through a scanner."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import zxingcpp

from printouts import simulate
from printouts.geometry import Layout

DPI = 150
SEED = 20270611


def squares(pdf: Path) -> list[str]:
    """The texts of all QR codes of a PDF, page by page."""
    found = []
    for page in simulate.rasterise(pdf, dpi=200):
        found += [one.text for one in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)]
    return found


def scan(pdf: Path, layout: Layout, sheets: Sequence[tuple[Sequence[str], str]], target: Path) -> Path:
    """Mark the first pages, one per (choices, style of pen), and write what a scanner would send."""
    rng = np.random.default_rng(SEED)
    pages = []
    for image, (choices, style) in zip(simulate.rasterise(pdf, dpi=DPI), sheets, strict=False):
        simulate.mark(image, layout, 1, choices, rng, style=style)
        pages.append(simulate.distort(image, rng, kind="scanner"))
    assert len(pages) == len(sheets), "the print has fewer pages than there are sheets to mark"
    out = io.BytesIO()
    simulate.scan_pdf(iter(pages), out, dpi=DPI)
    target.write_bytes(out.getvalue())
    return target
