"""Part of F11: pages of many ballots in one stack, in no order, some gone and some scanned twice (B9, B15).

The sheets are printed by a real run, their pages marked, shuffled and scanned in files that end anywhere, and go
through the upload and the reader's own process. Every page gone must be named with its sheet, every page that came
twice must be flagged, and every whole sheet must be one ballot, its own, or wait for people.
"""

from __future__ import annotations

import random
from typing import Any

PROJECTS = [(f"p{number}", 10_00) for number in range(90)]  # three pages
PAGES = 37  # of one file
Page = tuple[int, int]  # number of the sheet in its run, number of the page


def mix_up(seed: int, *, sheets: int, gone: int, twice: int) -> dict[str, Any]:
    """Read one such stack; gone: pages left out, of as many sheets; twice: pages in it twice, of any sheet."""
    from tests.server.paper_bench import Paper
    from tests.server.votes import make_vote

    paper = Paper(make_vote(people=2, passes=2, letters=False, max_choices=5, projects=PROJECTS), seed)
    rng = random.Random(seed)
    names = [code for code, _cost in PROJECTS]
    meant = [rng.sample(names, rng.randint(0, 5)) for _sheet in range(sheets)]
    images = _pages(paper, meant)
    count = len(paper.layout.pages)
    lost = {(number, rng.randint(1, count)) for number in rng.sample(range(sheets), gone)}
    stack = sorted(set(images) - lost)
    doubled = rng.sample(stack, twice)
    stack += doubled
    rng.shuffle(stack)
    return {
        "sheets": sheets,
        "pages": len(stack),
        "gone": gone,
        "twice": twice,
        **_found(paper.vote, _read(paper, images, stack), meant, lost, doubled),
    }


def is_found(counts: dict[str, Any]) -> bool:
    return (
        counts["gone_named"] == counts["gone"]
        and counts["named_falsely"] == 0
        and counts["twice_flagged"] == counts["twice"]
        and counts["joined_wrongly"] == 0
        and counts["whole_right"] + counts["whole_for_people"] == counts["sheets"] - counts["gone"]
    )


def _pages(paper: Any, meant: list[list[str]]) -> dict[Page, Any]:
    """Return the marked page images of a new run, without the blank backs."""
    from printouts import simulate

    count = len(paper.layout.pages)
    drawn = count + count % 2
    images = {}
    for place, image in enumerate(paper.sheets(paper.print(len(meant)))):
        number, page = place // drawn, place % drawn + 1
        if page > count:
            continue
        here = {box.choice for box in paper.layout.page(page).marks} & set(meant[number])
        simulate.mark(image, paper.layout, page, here, paper.rng, style="cross")
        images[number, page] = image
    return images


def _read(paper: Any, images: dict[Page, Any], stack: list[Page]) -> dict[Page, list[Any]]:
    """Scan and upload the stack; return the readings of each page."""
    read: dict[Page, list[Any]] = {}
    for start in range(0, len(stack), PAGES):
        here = stack[start : start + PAGES]
        batch = paper.upload(paper.scan([images[page] for page in here]))
        for page, reading in zip(here, batch.readings.order_by("page"), strict=True):
            read.setdefault(page, []).append(reading)
    return read


def _found(
    vote: Any, read: dict[Page, list[Any]], meant: list[list[str]], lost: set[Page], doubled: list[Page]
) -> dict[str, int]:
    from server.paper.incomplete import incomplete_sheets
    from server.paper.models import Sheet

    rows: dict[int, set[int]] = {}  # of each sheet of paper the sheets in the database that its pages were taken for
    for (number, _page), readings in read.items():
        rows.setdefault(number, set()).update(reading.sheet_id for reading in readings if reading.sheet_id)
    pairs = sum(map(len, rows.values()))
    incomplete = incomplete_sheets(vote.session)
    named = {(one.sheet.pk, page) for one in incomplete for page in one.missing}
    missing = {(pk, page) for number, page in lost for pk in rows[number]}
    whole = [number for number in rows if number not in {number for number, _page in lost}]
    said = {number: _ballot(vote, Sheet.objects.get(pk=min(rows[number]))) for number in whole if rows[number]}
    waiting = set(Sheet.objects.undecided().values_list("pk", flat=True))
    return {
        "gone_named": len(named & missing),
        "named_falsely": len(named - missing),
        "twice_flagged": sum(
            any(reading.status in ("repeated", "conflict") for reading in read[page]) for page in doubled
        ),
        "joined_wrongly": 2 * pairs - len(rows) - len(set().union(*rows.values())),
        "whole_right": sum(answer == set(meant[number]) for number, answer in said.items() if answer is not None),
        "whole_for_people": sum(said[number] is None and bool(rows[number] & waiting) for number in said),
    }


def _ballot(vote: Any, sheet: Any) -> set[str] | None:
    """Return what a sheet's ballot says, None where it has none."""
    from server.ledger.models import Record
    from server.voting import boxkeys
    from server.voting.definitions import Definition
    from server.voting.sealing import unseal

    if not sheet.ballot:
        return None
    body = bytes(Record.objects.get(pk=sheet.ballot).payload.body)
    opened = unseal(body, box_private=boxkeys.private_key(vote.box), definition=Definition.of(vote.box).hash_bytes)
    return set(opened["q1"])
