"""What reading paper costs and how right it is: ``python -m benchmarks.paper [--pages 60] [--json OUT]``.

Speeds are pages by second of the *processor*, not of the clock: other work beside does not slow them down, though it
does take the caches. Pages: A4, ten choices, 300 dpi, JPEG in PDF, as an office scanner gives them.

pages_per_s_core    bytes in, choices out: the file opened, each page read, its marks interpreted
intake_per_s_core   the same in the server: the reader's own process, rows, the kept image, ballots cast, the log
floor_per_s         the bare libraries (``floor.py``); floor_ratio = pages_per_s_core / floor_per_s
two_cores_ratio     pages_per_s_core of two processes at once to one, by the clock
amc_ratio           intake_per_s_core against Auto Multiple Choice (``amc.py``: amc_per_s_core; amc_right of its pages);
sdaps_ratio         against SDAPS; null where their command is not installed: why is said on stderr
print_per_s_core    ballots drawn; bytes_per_sheet of their PDF
worker_peak_mb      most memory of the reader's process, over a file of all pages; by_pages: over a quarter of them too
marks, wrong, automatic_scanner, automatic_phone    F11, run here
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from printouts import simulate
from printouts.geometry import Layout
from printouts.layout import lay_out
from printouts.read.images import open_pages
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import read_page
from tests.printouts.press import make_form, press

from . import amc, cores, floor, intake

DPI = 300
CHOICES = 10
MOST = 3
F11_KEYS = ("marks", "wrong", "automatic_scanner", "automatic_phone")


def scans(layout: Layout, pages: int) -> bytes:
    """A scanner's PDF of that many marked sheets; the same every time."""
    rng = np.random.default_rng(6)
    ids = [box.choice for box in layout.pages[0].marks]

    def seen() -> Any:
        for image in simulate.rasterise(press(layout, [(rng.bytes(10), False) for _page in range(pages)]), dpi=DPI):
            simulate.mark(image, layout, 1, rng.choice(ids, MOST, replace=False).tolist(), rng)
            yield simulate.distort(image, rng)

    out = io.BytesIO()
    simulate.scan_pdf(seen(), out, dpi=DPI)
    return out.getvalue()


def read_all(data: bytes, layout: Layout) -> list[tuple[str, ...]]:
    """Bytes in, choices out."""
    result = []
    for page in open_pages(data):
        reading = read_page(page, lambda code: layout)
        [(contest, inside)] = reading.scores.items()
        said = interpret(inside, Thresholds(), min=0, max=MOST, around=reading.around[contest])
        result.append(said.choices)
    return result


def best_per_s(work: Callable[[], Any], count: int, rounds: int = 3) -> float:
    """How many of ``count`` are done in a second of the processor: the best of some rounds, after one to warm up."""
    work()
    used = []
    for _round in range(rounds):
        started = time.process_time()
        work()
        used.append(time.process_time() - started)
    return count / min(used)


def speeds(pages: int, sheets: int = 500) -> dict[str, Any]:
    layout = lay_out(make_form(CHOICES), number=1)
    data = scans(layout, pages)
    by_us = best_per_s(lambda: read_all(data, layout), pages)
    by_floor = best_per_s(lambda: floor.read(data, layout), pages)
    drawn = [(number.to_bytes(10, "big"), False) for number in range(sheets)]
    size = len(press(layout, drawn)) - len(press(layout, drawn[:1]))
    return {
        "pages_per_s_core": round(by_us, 1),
        "floor_per_s": round(by_floor, 1),
        "floor_ratio": round(by_us / by_floor, 3),
        "two_cores_ratio": round(cores.ratio(data, layout.to_json()), 2),
        "print_per_s_core": round(best_per_s(lambda: press(layout, drawn), sheets, rounds=1)),
        "bytes_per_sheet": round(size / (sheets - 1)),
    }


def peers(pages: int, intake_per_s_core: float) -> dict[str, Any]:
    """The ratios to the peers; null where one could not be measured: why is said on stderr."""
    found: dict[str, Any] = {"amc_per_s_core": None, "amc_right": None, "amc_ratio": None, "sdaps_ratio": None}
    why = "this bench has no run of it" if shutil.which("sdaps") else "sdaps is not installed"
    print(f"sdaps_ratio: null: {why}", file=sys.stderr)
    try:
        found |= amc.measure(pages, CHOICES, MOST, DPI)
    except amc.NotMeasured as reason:
        print(f"amc_ratio: null: {reason}", file=sys.stderr)
        return found
    return found | {"amc_ratio": round(intake_per_s_core / found["amc_per_s_core"], 2)}


def correctness(ballots: int, seed: int) -> dict[str, Any]:
    from benchmarks.faults import f11

    share = ballots // 3
    _is_passed, counts = f11.run(seed, ballots=ballots, odd_ballots=share, rough_ballots=share, mixed_sheets=0)
    return {key: counts[key] for key in F11_KEYS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paper", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=60, help="pages of each file of scans (default 60)")
    parser.add_argument("--sheets", type=int, default=500, help="sheets drawn at once (default 500)")
    parser.add_argument("--tables", type=Path, help="SQLite file of an empty installation; otherwise it is made")
    parser.add_argument("--ballots", type=int, default=2_100, help="ordinary ballots of F11 (default 2,100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    found = speeds(chosen.pages, chosen.sheets) | intake.measure(chosen.pages, DPI, chosen.tables)
    found |= peers(chosen.pages, found["intake_per_s_core"])
    found |= correctness(chosen.ballots, chosen.seed)
    text = json.dumps(found, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
