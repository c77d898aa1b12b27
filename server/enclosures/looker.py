"""A process of its own that opens a file somebody added, and makes a picture of it anew (rows X2, X4).

Decoders of images and PDF are where hostile files do harm. So this process is started for one file, with bounds of
memory, computing time, written bytes and open files; the parent (``looking.py``) watches its time. It knows no Django
and no database and gets an environment without secrets. Of a photo, two newly made JPEGs leave it: no metadata, no
bytes of the file. Of a PDF nothing leaves it but whether it opens.

It gets one JSON object on standard input and answers with one:

    {"path": "…", "out": "folder", "memory_mb": 448}
    {"sort": "photo", "width": 1600, "height": 1200}     photo.jpg and small.jpg lie in the folder
    {"sort": "document", "pages": 12}    or    {"refused": "code"}
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from server.web.bounds import limit_self

LONGEST_SIDE, SMALL_SIDE = 1_600, 640  # pixels
QUALITY = 82
MOST_PIXELS = 80_000_000  # of the largest telephones; a picture that unfolds to more is a bomb
CPU_S = 20
MOST_WRITTEN = 16 * 1024 * 1024  # bytes of one picture; far more than any has


def main() -> int:
    job = json.load(sys.stdin)
    # Loaded before the limits: the libraries are ours, the file is not.
    import pypdfium2  # noqa: F401

    limit_self(memory_mb=job["memory_mb"], most_written=MOST_WRITTEN)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    os.umask(0o077)
    try:
        told = look(Path(job["path"]), Path(job["out"]))
    except MemoryError:
        told = {"refused": "too_much_memory"}
    sys.stdout.write(json.dumps(told))
    return 0


def look(path: Path, out: Path) -> dict[str, Any]:
    """By its first bytes, never by its name."""
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        return _document(path)
    return _photo(path, out)


def _document(path: Path) -> dict[str, Any]:
    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(path) as document:
            return {"sort": "document", "pages": len(document)}
    except pdfium.PdfiumError as error:
        return {"refused": "file_locked" if "password" in str(error).lower() else "file_broken"}


def _photo(path: Path, out: Path) -> dict[str, Any]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # said by ourselves, below
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return {"refused": "picture_too_large"}
            # Made small before anything else: of the largest picture there is room for one copy. Of a JPEG there is
            # none: it is decoded no larger than twice what is needed.
            picture = _scalable(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            upright = _opaque(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError:
        return {"refused": "file_unknown"}
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, Image.DecompressionBombError):
        return {"refused": "file_broken"}
    width, height = upright.size
    _save(upright, out / "photo.jpg")
    upright.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    _save(upright, out / "small.jpg")
    return {"sort": "photo", "width": width, "height": height}


def _scalable(image: Any) -> Any:
    """The picture in a form that keeps its colours when it is made smaller: one of a palette has no colours between."""
    is_clear = "transparency" in image.info
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr") and not is_clear:
        return image
    return image.convert("RGBA" if is_clear or image.mode == "PA" else "RGB")


def _opaque(image: Any) -> Any:
    """On white, where it lets something through."""
    from PIL import Image

    if image.mode in ("RGBA", "LA"):
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


def _save(image: Any, path: Path) -> None:
    """As JPEG, of the pixels alone: a new image carries nothing of what stood around them."""
    from PIL import Image

    bare = Image.frombytes("RGB", image.size, image.tobytes())
    bare.save(path, "JPEG", quality=QUALITY, optimize=True, progressive=True)


if __name__ == "__main__":
    sys.exit(main())
