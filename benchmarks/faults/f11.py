"""F11: ballots of every kind, marked by every pen, seen by scanners and phones (B6–B15), and pages mixed up (B9).

Ballots are drawn, marked, and seen by a scanner, by a phone, or by a machine at its worst. What is accepted without a
human must be what was meant. ``marks`` counts marks made by a pen; ``boxes`` all boxes looked at. Automatic shares are
those of ordinary people (``people.ODD_SHARE``); odd marks are made on purpose as well, so that there are enough of
them, and stand apart. ``automatic_…_plain`` are the shares without what must go to people by the rules of the sheet:
pages with an odd mark, and scans in two tones. What is wished is held against the shares
of all. ``mixups``: a stack of pages in no order, some gone, some twice (``mixups.py``).
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .mixups import is_found, mix_up

FIGURE = (
    "ballots of every kind and distortion: 0 wrong values accepted; automatic ≥ 97 % scanned, ≥ 90 % by phone; "
    "every mix-up of pages found"
)
# Each form once.
SMALL = {"ballots": 8, "odd_ballots": 6, "rough_ballots": 0, "mixed_sheets": 3, "processes": 1, "per_job": 1}
LEAST_SCANNER, LEAST_PHONE = 0.97, 0.90
SCANNER_DPI = ((150, 0.3), (200, 0.4), (300, 0.3))
PHONE_DPI = ((150, 0.1), (200, 0.4), (250, 0.3), (300, 0.2))  # of the page in the photo: 2 to 9 million pixels
QUALITY = (40, 92)  # of JPEG


def run(
    seed: int,
    *,
    ballots: int = 1_900,
    odd_ballots: int = 420,
    rough_ballots: int = 420,
    mixed_sheets: int = 40,
    processes: int = os.cpu_count() or 1,
    per_job: int = 10,
) -> tuple[bool, dict[str, Any]]:
    jobs: list[tuple[int, str, int, int]] = []
    for population, count in (("ordinary", ballots), ("odd", odd_ballots), ("rough", rough_ballots)):
        jobs += [(seed, population, len(jobs) + turn, part) for turn, part in _jobs(count, per_job)]
    found: Counter[str] = Counter()
    examples: list[str] = []
    for counts, wrong in _done(jobs, processes):
        found += counts
        examples += wrong
    counts = counts_of(found) | {"examples": examples[:20]}
    if mixed_sheets:
        some = max(1, mixed_sheets // 4)
        counts["mixups"] = mix_up(seed, sheets=mixed_sheets, gone=some, twice=some)
    return is_passed(counts), counts


def _jobs(count: int, per_job: int) -> Iterator[tuple[int, int]]:
    """Yield (turn, number of ballots): the forms take turns, so that each has its share of them."""
    for number in range(-(-count // per_job)):
        yield number, min(per_job, count - number * per_job)


def _done(jobs: list, processes: int) -> Iterator[tuple[Counter[str], list[str]]]:
    if processes == 1 or not jobs:
        yield from map(run_job, enumerate(jobs))
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(run_job, enumerate(jobs))


def run_job(numbered: tuple[int, tuple[int, str, int, int]]) -> tuple[Counter[str], list[str]]:
    """Some ballots of one form; the same job gives the same counts wherever it runs."""
    import cv2
    import numpy as np

    from benchmarks.paper import people

    cv2.setNumThreads(1)
    number, (seed, population, turn, count) = numbered
    rng = np.random.default_rng([seed, number])
    known = list(people.forms().values())
    form = known[turn % len(known)]
    found: Counter[str] = Counter()
    wrong: list[str] = []
    views = {
        "ordinary": (("scanner", people.scanned, SCANNER_DPI), ("phone", people.taken, PHONE_DPI)),
        "odd": (("odd scanner", people.scanned, SCANNER_DPI), ("odd phone", people.taken, PHONE_DPI)),
        "rough": (("rough", people.spoiled, SCANNER_DPI),),
    }[population]
    odd = people.ODD_SHARE if population == "ordinary" else 1.0 if population == "odd" else 0.2
    for name, see, resolutions in views:
        dpi = int(rng.choice([at for at, _share in resolutions], p=[share for _at, share in resolutions]))
        for marked in people.mark_ballots(form, count, dpi, rng, odd=odd):
            image = see(marked, rng)
            counts, said = look(as_file(image, int(rng.integers(*QUALITY))), form, marked)
            found["ballots"] += 1
            if not marked.odd and has_greys(image):
                counts |= {"plain": 1, "plain automatic": counts["automatic"]}
            found += Counter({f"{name}: {key}": value for key, value in counts.items()})
            wrong += [f"{name}, {form.name}, {dpi} dpi, job {number}: {text}" for text in said]
    return found, wrong


def as_file(image: Any, quality: int) -> bytes:
    """What the machine sends: a JPEG, or a fax (TIFF, Group 4) where it saw black and white alone."""
    import io

    from PIL import Image

    from printouts import simulate

    if has_greys(image):
        return simulate.jpeg(image, quality=quality)
    out = io.BytesIO()
    Image.fromarray(image).convert("1").save(out, "TIFF", compression="group4")
    return out.getvalue()


def has_greys(image: Any) -> bool:
    return bool(((image > 0) & (image < 255)).any())


def look(raw: bytes, form: Any, marked: Any) -> tuple[Counter[str], list[str]]:
    """What became of one image: counts, and a line for each wrong value that was accepted."""
    from printouts.read.images import open_pages
    from printouts.read.page import read_page
    from printouts.read.refusals import ReadingRefused
    from server.paper.judging import meaning_of

    counts = Counter(sheets=1, boxes=len(form.boxes), marks=marked.inked)
    try:
        [page] = open_pages(raw)
        reading = read_page(page, lambda code: form.layout)
    except ReadingRefused as refusal:
        counts[f"refused {refusal.code}"] += 1
        return counts, []
    scores, around = (_thousandths(values) for values in (reading.scores, reading.around))
    meaning = meaning_of(form.definition, scores, around)
    if meaning.reasons:
        counts[f"doubt {meaning.reasons[0]}"] += 1
        return counts, []
    counts["automatic"] += 1
    said = form.read(meaning.choices[form.contest["id"]])
    # Of a mark of which nobody can say, no machine may say anything.
    wrong = (said ^ marked.meant) | marked.unsure
    counts["wrong"] += len(wrong)
    return counts, [f"{value}: {marked.style}, {marked.odd or 'nothing odd'}" for value in sorted(wrong)]


def _thousandths(values: dict[str, dict[str, float]]) -> dict[str, dict[str, int]]:
    return {contest: {choice: round(v * 1000) for choice, v in marks.items()} for contest, marks in values.items()}


def counts_of(found: Counter[str]) -> dict[str, Any]:
    """The figures, with what became of the pages of each population."""
    sums: Counter[str] = Counter()
    pages: dict[str, dict[str, int]] = {}
    for key, value in sorted(found.items()):
        population, _colon, what = key.rpartition(": ")
        sums[what] += value
        if population:
            pages.setdefault(population, {})[what] = value
    return {
        "ballots": found["ballots"],
        "marks": sums["marks"],
        "boxes": sums["boxes"],
        "wrong": sums["wrong"],
        "automatic_scanner": _share(pages.get("scanner", {})),
        "automatic_phone": _share(pages.get("phone", {})),
        "automatic_scanner_plain": _share(pages.get("scanner", {}), "plain automatic", "plain"),
        "automatic_phone_plain": _share(pages.get("phone", {}), "plain automatic", "plain"),
        "refused": {key.partition(" ")[2]: value for key, value in sorted(sums.items()) if key.startswith("refused ")},
        "pages": pages,
    }


def _share(page: dict[str, int], part: str = "automatic", of: str = "sheets") -> float:
    return round(page.get(part, 0) / max(1, page.get(of, 0)), 4)


def is_passed(counts: dict[str, Any]) -> bool:
    return (
        counts["wrong"] == 0
        and counts["automatic_scanner"] >= LEAST_SCANNER
        and counts["automatic_phone"] >= LEAST_PHONE
        and is_found(counts["mixups"])
    )
