"""What is printed on a page, drawn once without any sheet's code: ink of people is what lies elsewhere."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium

from printouts.draw import draw_static, open_canvas
from printouts.geometry import Layout, Page
from printouts.read.kept import kept

FINE = 0.2  # mm between two samples
_KEPT = 2  # a million and a half bytes each


@kept(_KEPT)
def printed(layout: Layout, page: Page) -> np.ndarray:
    """Return where the page is printed: uint8 (0 or 1), rows x columns, one value each ``FINE``."""
    out = io.BytesIO()
    canvas = open_canvas(out, layout.width, layout.height, title="", language=layout.language)
    draw_static(canvas, layout, page)
    canvas.showPage()
    canvas.save()
    document = pdfium.PdfDocument(out.getvalue())
    bitmap = document[0].render(scale=25.4 / 72 / FINE, grayscale=True)
    grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    document.close()
    return (grey < 200).astype(np.uint8)
