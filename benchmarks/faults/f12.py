"""F12: one sheet, many readings; photocopies; forged serials; typing errors (B1, B2, B3, B16).

Sheets are printed by a real run, marked, and read two to five times, by scanner, flatbed and phone in any order. A copy
carries the original's code and other marks; a forgery everything right but its serial. All go through the upload and
the reader's own process.
"""

from __future__ import annotations

import io
import itertools
import random
from collections import Counter
from typing import Any

FIGURE = "each sheet once however often it is read; 100 copies and 100 forgeries flagged; all typing errors seen"
SMALL = {"sheets": 3, "copies": 3, "forged": 3, "codes": 1}
PAGES = 12  # of one file
WAYS = ("scanner", "phone", "flatbed")


def run(
    seed: int, *, sheets: int = 60, copies: int = 100, forged: int = 100, codes: int = 3
) -> tuple[bool, dict[str, Any]]:
    from tests.server.paper_bench import Paper
    from tests.server.votes import make_vote

    paper = Paper(make_vote(people=2, passes=2, letters=False), seed)
    rng = random.Random(seed)
    counts = {**read_often(paper, rng, sheets), **copy(paper, rng, copies), **forge(paper, rng, forged)}
    counts |= mistype(rng, codes)
    return is_passed(counts), counts


def is_passed(counts: dict[str, Any]) -> bool:
    return (
        counts["ballots"] == counts["sheets_with_a_ballot"] == counts["right"]
        # A first image that is unclear makes a question of its sheet: people answer it, and no machine.
        and counts["right"] + counts["for_people"] >= counts["sheets"]
        and counts["voted_twice"] == 0
        and counts["copies_flagged"] == counts["copies"]
        and counts["forged_flagged"] == counts["forged"]
        and counts["typing_errors_seen"] == counts["typing_errors"]
    )


def _names(paper: Any) -> list[str]:
    return [box.choice for box in paper.layout.pages[0].marks]


def _file(paper: Any, sheets: list[Any], way: str) -> tuple[bytes, str]:
    """One file with these sheets: a feeder's PDF, a phone's PDF, or a flatbed's TIFF, laid upside down."""
    import numpy as np
    from PIL import Image

    from printouts import simulate

    if way != "flatbed":
        return paper.scan(sheets, kind="photo" if way == "phone" else "scanner"), f"{way}.pdf"
    out = io.BytesIO()
    seen = (simulate.distort(np.rot90(sheet, 2).copy(), paper.rng) for sheet in sheets)
    first, *others = [Image.fromarray(image) for image in seen]
    first.save(out, "TIFF", save_all=True, append_images=others, dpi=(150, 150))
    return out.getvalue(), "flatbed.tif"


def read_often(paper: Any, rng: random.Random, count: int) -> dict[str, Any]:
    """Each sheet is read two to five times, in files of some pages, in an order where nobody knows what came before."""
    from server.ledger.models import Record
    from server.paper.models import Sheet

    names = _names(paper)
    wanted = [rng.sample(names, rng.randint(0, 3)) for _sheet in range(count)]
    blanks = paper.sheets(paper.print(count))
    marked = [paper.mark(blank, *chosen, style="cross") for blank, chosen in zip(blanks, wanted, strict=True)]
    visits = [number for number in range(count) for _turn in range(rng.randint(2, 5))]
    rng.shuffle(visits)
    statuses: Counter[str] = Counter()
    said: dict[int, list[list[str]]] = {}
    for start in range(0, len(visits), PAGES):
        numbers = visits[start : start + PAGES]
        batch = paper.upload(*_file(paper, [marked[number] for number in numbers], rng.choice(WAYS)))
        for number, reading in zip(numbers, batch.readings.order_by("page"), strict=True):
            statuses[reading.status] += 1
            if reading.status == "automatic":
                said.setdefault(number, []).append(reading.interpretation["choices"]["q1"])
    return {
        "sheets": count,
        "readings": len(visits),
        "statuses": dict(statuses),
        "right": sum(
            len(said.get(number, [])) == 1 and set(said[number][0]) == set(wanted[number]) for number in range(count)
        ),
        "voted_twice": sum(len(answers) > 1 for answers in said.values()),
        "ballots": Record.objects.filter(type="ballot.sealed").count(),
        "sheets_with_a_ballot": Sheet.objects.exclude(ballot=None).count(),
        "for_people": Sheet.objects.undecided().count(),
    }


def copy(paper: Any, rng: random.Random, count: int) -> dict[str, Any]:
    """One copy of each sheet, with other marks than the original."""
    names = _names(paper)
    sets = [list(chosen) for size in (1, 2, 3) for chosen in itertools.combinations(names, size)]
    blanks = paper.sheets(paper.print(count))
    pairs = [rng.sample(sets, 2) for _sheet in range(count)]
    originals = [paper.mark(blank, *mine, style="cross") for blank, (mine, _other) in zip(blanks, pairs, strict=True)]
    copies = [paper.mark(blank, *other, style="cross") for blank, (_mine, other) in zip(blanks, pairs, strict=True)]
    first, second = paper.read(*originals), paper.read(*copies)
    told = Counter((reading.status, reading.reason) for reading in second)
    return {
        "copies": count,
        "originals_read": sum(reading.status == "automatic" for reading in first),
        "copies_flagged": sum(reading.status == "conflict" for reading in second),
        "copies_told": {f"{status}, {reason}": number for (status, reason), number in told.items()},
    }


def forge(paper: Any, rng: random.Random, count: int) -> dict[str, Any]:
    """Sheets drawn by somebody else with our layout and definition, and serials of their own."""
    from printouts import simulate
    from printouts.draw import draw_sheets

    out = io.BytesIO()
    definition = bytes.fromhex(paper.vote.box.definition_hash)
    serials = [(rng.randbytes(10), False) for _sheet in range(count)]
    draw_sheets(paper.layout, serials, definition=definition, caption=lambda serial: serial.hex(), out=out)
    names = _names(paper)
    sheets = [paper.mark(image, rng.choice(names), style="cross") for image in simulate.rasterise(out.getvalue())]
    told = Counter((reading.status, reading.reason) for reading in paper.read(*sheets))
    return {"forged": count, "forged_flagged": told["refused", "unknown_serial"]}


def mistype(rng: random.Random, count: int) -> dict[str, Any]:
    """Every error in one character of some codes, and every error in two."""
    from server.ledger.codes import ALPHABET, SYMBOLS, Code, NotACode, parse_code

    errors = seen = 0
    for _code in range(count):
        text = Code(rng.randbytes(10)).text
        for place in itertools.chain.from_iterable(itertools.combinations(range(SYMBOLS), size) for size in (1, 2)):
            others = [[symbol for symbol in ALPHABET if symbol != text[at]] for at in place]
            for symbols in itertools.product(*others):
                typed = list(text)
                for at, symbol in zip(place, symbols, strict=True):
                    typed[at] = symbol
                errors += 1
                try:
                    parse_code("".join(typed))
                except NotACode:
                    seen += 1
    return {"codes": count, "typing_errors": errors, "typing_errors_seen": seen}
