"""A process of its own that opens a file somebody uploaded, and reads its pages (rows X2, X3).

Decoders of images and PDF are where hostile files do harm. So this process is started for one file, with limits of
memory, of written bytes and of open files; the parent (``decoding.py``) watches its time. It knows no Django and no
database and gets an environment without secrets. What leaves it is numbers and newly made grey JPEGs: no metadata, no
bytes of the file (X4).

It gets one JSON object on standard input:

    {"path": "…", "out": "folder for images", "first": 1, "memory_mb": 1500,
     "layouts": [{"definition": "16 hex", "layout": "<layout as JSON text>"}]}

and answers in lines of JSON, one when the file is open, one per page from ``first`` on, one at the end:

    {"open": 12 | null}                         how many pages; null: the format does not say beforehand
    {"page": 3, "image": "00003.jpg", "code": "39 characters" | "", "refused": "" | "code of printouts.read.refusals",
     "scores": {"q1": {"13": 412}}, "around": {…}, "quality": {…}, "fingerprint": "hex"}     scores in thousandths
    {"end": 12}    or    {"refused_file": "code"}
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.web.bounds import limit_self

LONGEST_SIDE = 1_300  # pixels of the image that people look at: A4 at 110 dpi
JPEG_QUALITY = 70
CPU_S = 5  # of computing for opening the file, and for each page
MOST_WRITTEN = 64 * 1024 * 1024  # bytes of one image; far more than any has


def allow_cpu() -> None:
    """Give the next step its time. The kernel ends a process that takes more (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_S + 1, hard))


def say(fact: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def main() -> int:
    job = json.load(sys.stdin)
    # Loaded before the limits: the libraries are ours, the file is not.
    import cv2

    from printouts.read import images, page, pdf  # noqa: F401

    cv2.setNumThreads(1)
    limit_self(memory_mb=job["memory_mb"], most_written=MOST_WRITTEN)
    os.umask(0o077)
    return read_file(job)


def read_file(job: dict[str, Any]) -> int:
    """Say what every page holds, from ``first`` on. Returns the exit code."""
    from printouts.read.images import open_pages
    from printouts.read.refusals import ReadingRefused

    layouts = _layouts(job["layouts"])
    last = 0
    try:
        allow_cpu()
        data = Path(job["path"]).read_bytes()
        pages = open_pages(data)
        say({"open": _count(data)})
        for image in pages:
            allow_cpu()
            last = image.number
            if image.number >= job["first"]:
                say(read_one(image, layouts, Path(job["out"])))
    except ReadingRefused as refusal:
        say({"refused_file": refusal.code})
        return 0
    except MemoryError:
        say({"refused_file": "too_much_memory"})
        return 0
    say({"end": last})
    return 0


def _count(data: bytes) -> int | None:
    """How many pages a PDF says it has: for the progress that people see, and for nothing else."""
    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(data) as document:
            return len(document)
    except pdfium.PdfiumError:
        return None


def _layouts(listed: list[dict[str, str]]) -> Callable[[Any], Any]:
    from printouts.geometry import Layout

    known = {}
    for entry in listed:
        layout = Layout.from_json(entry["layout"].encode())
        known[bytes.fromhex(entry["definition"]), layout.number] = layout
    return lambda code: known.get((code.definition, code.layout))


def read_one(image: Any, layouts: Callable[[Any], Any], out: Path) -> dict[str, Any]:
    """What one page holds. A page that cannot be read is refused alone; it never stops the others (I9)."""
    from printouts.read.page import read_page
    from printouts.read.refusals import ReadingRefused
    from printouts.sheetcode import encode

    seen: dict[str, Any] = {"page": image.number, "image": "", "code": "", "refused": ""}
    try:
        try:
            reading = read_page(image, layouts)
        except ReadingRefused as refusal:
            seen |= {"refused": refusal.code, "code": encode(refusal.sheet) if refusal.sheet else ""}
            seen["image"] = _save(_small(image), out, image.number)
            return seen
        seen |= {
            "code": encode(reading.code),
            "scores": _thousandths(reading.scores),
            "around": _thousandths(reading.around),
            "quality": {"turn": reading.quality.turn, "outline": round(reading.quality.outline * 1000)},
            "fingerprint": reading.fingerprint.exact,
            "image": _save(_upright(image, reading), out, image.number),
        }
    except ReadingRefused as refusal:  # the pixels themselves: the page cannot even be shown
        seen["refused"] = seen["refused"] or refusal.code
    except MemoryError:
        seen["refused"] = "too_much_memory"
    return seen


def _thousandths(scores: dict[str, dict[str, float]]) -> dict[str, dict[str, int]]:
    return {contest: {choice: round(v * 1000) for choice, v in marks.items()} for contest, marks in scores.items()}


def _upright(image: Any, reading: Any) -> Any:
    from printouts.read.straighten import upright

    layout = reading.layout
    box = (0.0, 0.0, layout.width / 1000, layout.height / 1000)
    dpi = round(LONGEST_SIDE / (max(layout.width, layout.height) / 25_400))
    return upright(image.grey, reading.projection, box, dpi=dpi)


def _small(image: Any) -> Any:
    import cv2

    grey = image.grey
    scale = min(1.0, LONGEST_SIDE / max(grey.shape))
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey


def _save(picture: Any, out: Path, number: int) -> str:
    """Write a new grey JPEG and return its name. A page read again replaces its own image."""
    import cv2

    name = f"{number:05d}.jpg"
    done, raw = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        return ""
    (out / name).write_bytes(raw.tobytes())
    return name


if __name__ == "__main__":
    sys.exit(main())
