"""QR codes as SVG paths, drawn by the server: they need no script and print sharply."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around, as the standard asks


def qr_path(text: str) -> tuple[str, int]:
    """``(path, size)``: one SVG path of all dark modules; the side of the square in modules, quiet zone included."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return path, len(rows) + 2 * QUIET


def qr_svg(text: str, label: str) -> SafeString:
    """The code as an image with a label for those who do not see it. Always dark on white, in every theme."""
    path, size = qr_path(text)
    return format_html(
        '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>',
        size=size,
        label=label,
        path=path,
    )
