"""A camera that sees a QR code: Chromium plays a film where a device would show its picture."""

from __future__ import annotations

from pathlib import Path

import pytest

WIDTH, HEIGHT, MODULE = 640, 480, 10


def camera_that_sees(text: str, folder: Path) -> list[str]:
    """Switches for a Chromium whose camera sees this code, and which asks nobody for leave."""
    zxing, numpy = pytest.importorskip("zxingcpp"), pytest.importorskip("numpy")
    code = zxing.create_barcode(text, zxing.BarcodeFormat.QRCode, ec_level="M")
    modules = numpy.array(zxing.write_barcode_to_image(code, scale=1))
    symbol = numpy.kron(modules, numpy.ones((MODULE, MODULE), dtype="uint8"))
    frame = numpy.full((HEIGHT, WIDTH), 200, dtype="uint8")
    top, left = (HEIGHT - symbol.shape[0]) // 2, (WIDTH - symbol.shape[1]) // 2
    frame[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    colour = numpy.full(WIDTH * HEIGHT // 2, 128, dtype="uint8")
    film = folder / "code.y4m"
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode()
    film.write_bytes(head + 10 * (b"FRAME\n" + frame.tobytes() + colour.tobytes()))
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
