"""The sweep of paper: printed, marked by pens of several kinds, seen by scanners and phones, read by the engine (F11).

``make sweep`` or ``python -m benchmarks.sweep [--sheets N] [--seed N] [--json FILE]``. Prints, for each case, how many
sheets and mark boxes were looked at, how many sheets were read by machine alone, how many went to people (refused ones
among them), and how many boxes of machine-read sheets were read wrong. Exit code 1 when any was.

Pens, scanners and phones are those of ``printouts.simulate``: nothing here is a claim about real paper.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from printouts import simulate
from printouts.geometry import Layout
from printouts.layout import lay_out
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.press import make_form, press

FORMS = {"6 round": (6, "round"), "10": (10, "square"), "24": (24, "square"), "40": (40, "square")}
MOST_MARKS = 5


@dataclass(frozen=True)
class Case:
    """How sheets are marked and seen. style: a pen of ``simulate.mark``, or "" for each person's own; quality: JPEG."""

    name: str
    kind: str = "scanner"
    dpi: int = 150
    quality: int = 70
    style: str = ""


CASES = (
    *(Case(f"scanner, {dpi} dpi", dpi=dpi) for dpi in (100, 150, 200, 300)),
    Case("scanner, 150 dpi, JPEG 30", quality=30),
    *(Case(f"photo, {dpi} dpi", kind="photo", dpi=dpi) for dpi in (150, 200, 300)),
    *(Case(f"scanner, pen: {style}", style=style) for style in ("cross", "tick", "fill", "faint", "dot", "beside")),
)


@dataclass
class Counts:
    """Sheets and boxes of one case. ``misread`` counts boxes of automatic sheets only."""

    sheets: int = 0
    boxes: int = 0
    automatic: int = 0
    people: int = 0
    misread: int = 0

    def __add__(self, other: Counts) -> Counts:
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Counts(*(mine + theirs for mine, theirs in pairs))


def run_case(job: tuple[Case, str, int, int]) -> tuple[str, Counts]:
    """One case on one form: ``sheets`` sheets, each laid on the glass in one of four ways."""
    case, form, sheets, seed = job
    count, shape = FORMS[form]
    layout = lay_out(make_form(count, shape=shape), number=1)
    rng = np.random.default_rng([seed, CASES.index(case), list(FORMS).index(form)])
    pdf = press(layout, [(rng.bytes(10), False) for _sheet in range(sheets)])
    counts = Counts()
    for image in simulate.rasterise(pdf, dpi=case.dpi):
        wanted = _choose(layout, rng)
        simulate.mark(image, layout, 1, wanted, rng, style=case.style or None)
        seen = np.rot90(simulate.distort(image, rng, kind=case.kind), int(rng.integers(4)))
        raw = np.frombuffer(simulate.jpeg(np.ascontiguousarray(seen), quality=case.quality), np.uint8)
        counts += read(cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE), layout, wanted)
    return case.name, counts


def _choose(layout: Layout, rng: np.random.Generator) -> set[str]:
    ids = [box.choice for box in layout.pages[0].marks]
    return set(rng.choice(ids, int(rng.integers(0, MOST_MARKS + 1)), replace=False).tolist())


def read(image: np.ndarray, layout: Layout, wanted: set[str]) -> Counts:
    """What became of one sheet."""
    boxes = len(layout.pages[0].marks)
    try:
        reading = read_page(image, lambda code: layout)
    except ReadingRefused:
        return Counts(sheets=1, boxes=boxes, people=1)
    scores, around = reading.scores["budget"], reading.around["budget"]
    said = interpret(scores, Thresholds(), min=0, max=MOST_MARKS, around=around)
    if said.needs_person:
        return Counts(sheets=1, boxes=boxes, people=1)
    return Counts(sheets=1, boxes=boxes, automatic=1, misread=len(set(said.choices) ^ wanted))


def sweep(
    sheets: int, seed: int, cases: Sequence[Case] = CASES, forms: Sequence[str] = tuple(FORMS), processes: int = 1
) -> dict[str, Counts]:
    """Counts by case; the same sheets, seed, cases and forms give the same counts, whatever the number of processes."""
    jobs = [(case, form, sheets, seed) for case in cases for form in forms]
    found = {case.name: Counts() for case in cases}
    for name, counts in _done(jobs, processes):
        found[name] += counts
    return found


def _done(jobs: list[tuple[Case, str, int, int]], processes: int) -> Iterator[tuple[str, Counts]]:
    if processes == 1:
        yield from map(run_case, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for number, one in enumerate(pool.imap(run_case, jobs), start=1):
            print(f"\r{number} of {len(jobs)}", end="", file=sys.stderr, flush=True)
            yield one
    print(file=sys.stderr)


def table(found: dict[str, Counts]) -> str:
    """Markdown, with a last row for all."""
    rows = [*found.items(), ("all", sum(found.values(), Counts()))]
    lines = ["| case | sheets | boxes | read by machine | to people | boxes misread |", "|---|---|---|---|---|---|"]
    for name, one in rows:
        share = f"{one.automatic:,} ({100 * one.automatic / max(1, one.sheets):.1f} %)"
        lines.append(f"| {name} | {one.sheets:,} | {one.boxes:,} | {share} | {one.people:,} | {one.misread:,} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make sweep", description=__doc__)
    parser.add_argument("--sheets", type=int, default=25, help="sheets for each case and form (default 25)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the counts there")
    chosen = parser.parse_args()
    found = sweep(chosen.sheets, chosen.seed, processes=os.cpu_count() or 1)
    print(table(found))
    whole = sum(found.values(), Counts())
    if not whole.misread:
        print(f"\n0 of {whole.boxes:,} boxes misread: below {300 / whole.boxes:.3f} % with 95 % confidence")
    if chosen.json:
        by_case = {name: dataclasses.asdict(one) for name, one in found.items()}
        chosen.json.write_text(json.dumps({"seed": chosen.seed, "cases": by_case}, indent=1) + "\n")
    return 1 if whole.misread else 0


if __name__ == "__main__":
    sys.exit(main())
