"""``parvis score-scans FOLDER [--csv FILE]``: how the marks on a folder of scans score, with no threshold applied.

For choosing thresholds before a box is frozen, and for looking back after it is closed (row B20: a threshold is never
changed in between). Every file of the folder is read by the reader's own process, with the layouts of all boxes of this
installation; nothing is stored and nothing is cast. Printed are pages by what became of them, and boxes by score:

    score            boxes
    0.00 to 0.02    14,310  ############################
    0.02 to 0.04        12  #

``--csv`` writes one line a box: file, page, contest, box, score, ink beside it, both in thousandths. It shows ballots:
keep it as you keep the scans. Ends with 1 where no page could be read.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STEP = 20  # thousandths
WIDEST = 40  # characters
COLUMNS = ("file", "page", "contest", "box", "score", "beside")

Line = tuple[str, int, str, str, int, int]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="parvis score-scans", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="PDF, TIFF, JPEG and PNG files, in any order")
    parser.add_argument("--csv", type=Path, help="write every box there; it shows ballots")
    chosen = parser.parse_args(arguments)
    if not chosen.folder.is_dir():
        parser.error(f"no folder: {chosen.folder}")
    import django

    django.setup()
    became: Counter[str] = Counter()
    lines = list(score_folder(chosen.folder, became))
    print(report(became, lines))
    if chosen.csv:
        with chosen.csv.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *lines])
    return 0 if lines else 1


def score_folder(folder: Path, became: Counter[str]) -> Iterator[Line]:
    """Yield a line for each box of each page; became: counts pages by what became of them, and refused files."""
    from server.voting.models import Box

    from .decoding import FileRefused, read_pages
    from .shelf import layouts_for_reader

    layouts = layouts_for_reader(Box.objects.exclude(definition=""))
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        with tempfile.TemporaryDirectory(prefix="parvis-scores-") as images:
            try:
                for seen in read_pages(path, Path(images), layouts):
                    became[f"page refused: {seen.refused}" if seen.refused else "page read"] += 1
                    yield from _lines(path.name, seen)
            except FileRefused as refusal:
                became[f"file refused: {refusal.code}"] += 1


def _lines(name: str, seen: Any) -> Iterator[Line]:
    for contest, boxes in seen.scores.items():
        for box, score in boxes.items():
            yield name, seen.page, contest, box, score, seen.around.get(contest, {}).get(box, 0)


def report(became: Counter[str], lines: list[Line]) -> str:
    """What became of the pages, and how many boxes there are of each score; steps without any are left out."""
    told = [f"{what:<40}{count:>8,}" for what, count in sorted(became.items())]
    bins = Counter(min(score, 999) // STEP for *_place, score, _beside in lines)
    most = max(bins.values(), default=1)
    rows = []
    for start, count in sorted(bins.items()):
        least, end = start * STEP / 1000, (start + 1) * STEP / 1000
        rows.append(f"{least:.2f} to {end:.2f}{count:>10,}  {'#' * max(1, WIDEST * count // most)}")
    return "\n".join([*told, "", f"{'score':<12}{'boxes':>10}", *rows])
