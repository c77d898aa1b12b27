"""A camera that sees what we draw: Chromium plays a film where a device would show its picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
    return camera_on([frame] * 10, folder)


def camera_on(pictures: Iterable[Any], folder: Path, *, rate: int = 10) -> list[str]:
    """The same for a camera that sees these pictures one after the other: height × width, uint8, all of one size.

    rate: pictures a second. At its end the film begins anew.
    """
    numpy = pytest.importorskip("numpy")
    film = folder / "film.y4m"
    with film.open("wb") as out:
        for picture in pictures:
            if not out.tell():
                height, width = picture.shape
                out.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420mpeg2\n".encode())
                colour = numpy.full(width * height // 2, 128, dtype="uint8").tobytes()
            # What a camera calls black is 16 and white 235: the browser spreads them to 0 and 255.
            shades = (16 + picture.astype("float32") * 219 / 255).round().astype("uint8")
            out.write(b"FRAME\n" + shades.tobytes() + colour)
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
