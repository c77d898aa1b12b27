"""The paper door of a rehearsal: sheets are drawn to PDF, marked with a pen, scanned, read by the engine.

Pages of all sheets are shuffled over all files. What is refused is scanned again, what is doubtful goes to a person.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from printouts.geometry import Layout
from server.paper import actions, storage
from server.paper.models import PrintRun, Reading, ScanBatch

from .hall import CONTEST
from .measure import Measure
from .plan import Plan, Voter, marks_of
from .scanner import Marked, scan_file
from .town import Town, places

SHEETS_PER_FILE = 100
MOST_AGAIN = 3  # how often a page that was refused is scanned again


@dataclass
class PaperFigures:
    """Numbers of sheets. ``misread``: read automatically, and other than it was marked."""

    sheets: int = 0
    read: int = 0
    automatic: int = 0
    adjudicated: int = 0
    misread: int = 0
    refused_tests: int = 0


def draw(town: Town, folder: Path) -> dict[bool, Path]:
    """Draw the print runs; copies of the PDFs stay in ``print/``. By ``is_test``."""
    printed = {}
    for run in PrintRun.objects.filter(session=town.session).order_by("pk"):
        run = actions.draw_print_run(run=run)
        target = folder / "print" / f"{'test' if run.is_test else 'ballots'}.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(storage.absolute(run.file), target)
        printed[run.is_test] = target
    return printed


@dataclass(frozen=True)
class Scanner:
    """Puts pages of the prints under the scanner. ``folder``: where the files of scans go; ``seed``: of its faults."""

    printed: dict[bool, Path]
    layout: str
    folder: Path
    seed: int

    def job(self, number: int, pages: list[Marked]) -> tuple[Path, str, list[Marked], Path, int]:
        path = self.folder / f"scan-{number:03d}.pdf"
        return self.printed[pages[0].is_test], self.layout, pages, path, self.seed * 1000 + number


def mark_and_scan(plan: Plan, town: Town, scanner: Scanner, measure: Measure) -> list[tuple[Path, list[Marked]]]:
    """Mark every sheet as its voter would and put all pages, shuffled, through a scanner that tilts and blurs."""
    rng = random.Random(scanner.seed)
    voters: list[Voter] = [voter for _place, voter in places(plan, "paper")]
    numbers = range(1, len(Layout.from_json(scanner.layout.encode()).pages) + 1)
    sheets = [
        Marked(place, voter.answer, tuple(marks_of(plan.method, voter.answer)), number=number)
        for place, voter in enumerate(voters)
        for number in numbers
    ]
    rng.shuffle(sheets)
    tests = [replace(sheets[0], sheet=0, number=1, is_test=True) if sheets else Marked(0, (), is_test=True)]
    files = [sheets[start : start + SHEETS_PER_FILE] for start in range(0, len(sheets), SHEETS_PER_FILE)]
    measure.say(f"    {told_of_shuffling(files)}")
    scanner.folder.mkdir(parents=True, exist_ok=True)
    jobs = [scanner.job(number, chosen) for number, chosen in enumerate([*files, tests], start=1)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for done, _path in enumerate(pool.imap_unordered(scan_file, jobs), start=1):
            measure.progress(done, len(jobs), "files of scans")
    return [(job[3], job[2]) for job in jobs]


def told_of_shuffling(files: Sequence[Sequence[Marked]]) -> str:
    """How far the pages of one sheet lie apart: in how many files, and whether any two of them follow each other."""
    where: dict[int, set[int]] = {}
    for number, pages in enumerate(files):
        for page in pages:
            where.setdefault(page.sheet, set()).add(number)
    neighbours = sum(one.sheet == next_.sheet for pages in files for one, next_ in pairwise(pages))
    together = sum(len(found) == 1 for found in where.values())
    count = sum(map(len, files))
    return (
        f"{count} pages of {len(where)} sheets, shuffled into {len(files)} files; all pages of {together} sheets are "
        f"in one file, {neighbours} pages follow another of their sheet"
    )


@dataclass
class Seen:
    """One page with what the engine said of it."""

    page: Marked
    reading: Reading


def read(town: Town, files: list[tuple[Path, list[Marked]]], scanner: Scanner, measure: Measure) -> PaperFigures:
    """Upload each file and have it read; scan again what was refused; then a person settles what is doubtful.

    People look when everything is scanned, as they would: of a sheet whose other pages are still in the bag nothing can
    be said. In the end every sheet is compared with what was marked on it.
    """
    figures, seen = PaperFigures(), []
    for done, (path, pages) in enumerate(files, start=1):
        seen += _read_file(town, path, pages)
        measure.progress(done, len(files), "files read")
    tests = [one for one in seen if one.page.is_test]
    figures.refused_tests = sum(one.reading.status == Reading.Status.REFUSED for one in tests)
    seen = _scanned_again([one for one in seen if not one.page.is_test], town, scanner, len(files), measure)
    sheets: dict[int, list[Seen]] = {}
    for one in seen:
        sheets.setdefault(one.page.sheet, []).append(one)
    for pages_of_one in sheets.values():
        _settle(town, pages_of_one, figures)
    return figures


def _read_file(town: Town, path: Path, pages: list[Marked]) -> list[Seen]:
    batch = actions.receive_scans(session=town.session, filename=path.name, data=path.read_bytes(), by=town.organiser)
    batch = actions.read_batch(batch=batch)
    if batch.status != ScanBatch.Status.READ:
        raise RuntimeError(f"{path.name} was not read: {batch.status} {batch.error}")
    readings = {reading.page: reading for reading in batch.readings.select_related("sheet")}
    return [Seen(page, readings[number]) for number, page in enumerate(pages, start=1)]


def _scanned_again(seen: list[Seen], town: Town, scanner: Scanner, last: int, measure: Measure) -> list[Seen]:
    """The same pages, with those that were refused put under the scanner once more, each time in one further file."""
    for number in range(last + 1, last + 1 + MOST_AGAIN):
        refused = [one for one in seen if one.reading.status == Reading.Status.REFUSED]
        if not refused:
            break
        measure.say(f"    {len(refused)} pages are refused ({_reasons(refused)}) and scanned again")
        job = scanner.job(number, [one.page for one in refused])
        again = _read_file(town, scan_file(job), job[2])
        seen = [one for one in seen if one.reading.status != Reading.Status.REFUSED] + again
    return seen


def _reasons(seen: list[Seen]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in Counter(one.reading.reason for one in seen).most_common())


def _settle(town: Town, pages: list[Seen], figures: PaperFigures) -> None:
    """Count one sheet: read by itself, or decided by a person who sees what was marked on it."""
    figures.sheets += 1
    page, waiting = pages[0].page, Reading.objects.waiting().filter(sheet__in={one.reading.sheet_id for one in pages})
    cast = [one.reading for one in pages if one.reading.status == Reading.Status.AUTOMATIC]
    if cast and not waiting.exists():
        figures.read += 1
        figures.automatic += 1
        seen = cast[0].interpretation["choices"].get(CONTEST, [])
        figures.misread += set(marks_of(town.box.method, seen)) != set(page.marks)
    elif reading := waiting.order_by("pk").first():
        choices = {CONTEST: page.answer}
        actions.adjudicate(reading=reading, outcome="choices", choices=choices, note="rehearsal", by=town.organiser)
        figures.read += 1
        figures.adjudicated += 1
