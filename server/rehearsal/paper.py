"""The paper door of a rehearsal: sheets are drawn to PDF, marked with a pen, scanned, read by the engine."""

from __future__ import annotations

import multiprocessing
import random
import shutil
from dataclasses import dataclass, replace
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


def mark_and_scan(
    plan: Plan, town: Town, printed: dict[bool, Path], folder: Path, seed: int, measure: Measure
) -> list[tuple[Path, list[Marked]]]:
    """Mark every sheet as its voter would and put all pages, shuffled, through a scanner that tilts and blurs."""
    rng = random.Random(seed)
    voters: list[Voter] = [voter for _place, voter in places(plan, "paper")]
    numbers = range(1, len(Layout.from_json(town.box.layout.encode()).pages) + 1)
    sheets = [
        Marked(place, voter.answer, tuple(marks_of(plan.method, voter.answer)), number=number)
        for place, voter in enumerate(voters)
        for number in numbers
    ]
    rng.shuffle(sheets)
    tests = [replace(sheets[0], sheet=0, number=1, is_test=True) if sheets else Marked(0, (), is_test=True)]
    files = [sheets[start : start + SHEETS_PER_FILE] for start in range(0, len(sheets), SHEETS_PER_FILE)] + [tests]
    jobs = []
    (folder / "scans").mkdir(parents=True, exist_ok=True)
    for number, chosen in enumerate(files, start=1):
        source = printed[chosen[0].is_test]
        path = folder / "scans" / f"scan-{number:03d}.pdf"
        jobs.append((source, town.box.layout, chosen, path, seed * 1000 + number))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for done, _path in enumerate(pool.imap_unordered(scan_file, jobs), start=1):
            measure.progress(done, len(jobs), "files of scans")
    return [(job[3], job[2]) for job in jobs]


def read(town: Town, files: list[tuple[Path, list[Marked]]], measure: Measure) -> PaperFigures:
    """Upload each file, have it read, let a person settle what is doubtful; compare with what was marked."""
    figures = PaperFigures()
    for done, (path, sheets) in enumerate(files, start=1):
        batch = actions.receive_scans(
            session=town.session, filename=path.name, data=path.read_bytes(), by=town.organiser
        )
        batch = actions.read_batch(batch=batch)
        if batch.status != ScanBatch.Status.READ:
            raise RuntimeError(f"{path.name} was not read: {batch.status} {batch.error}")
        _compare(town, batch, sheets, figures)
        measure.progress(done, len(files), "files read")
    return figures


def _compare(town: Town, batch: ScanBatch, sheets: list[Marked], figures: PaperFigures) -> None:
    readings = {reading.page: reading for reading in batch.readings.all()}
    for number, sheet in enumerate(sheets, start=1):
        reading = readings[number]
        if sheet.is_test:
            figures.refused_tests += reading.status == Reading.Status.REFUSED
            continue
        figures.sheets += sheet.number == 1
        seen = reading.interpretation.get("choices", {}).get(CONTEST, [])
        method = town.box.method
        if reading.status == Reading.Status.AUTOMATIC:
            figures.read += 1
            figures.automatic += 1
            figures.misread += set(marks_of(method, seen)) != set(sheet.marks)
        elif reading.status == Reading.Status.DOUBTFUL:
            choices = {CONTEST: sheet.answer}
            actions.adjudicate(reading=reading, outcome="choices", choices=choices, note="rehearsal", by=town.organiser)
            figures.read += 1
            figures.adjudicated += 1
