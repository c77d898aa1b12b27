"""One sheet seen many times and in many ways, copied, forged: one ballot at most, and people are told (B1, B2, B3)."""

from __future__ import annotations

import io
import itertools
import random
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from printouts import simulate
from printouts.sheetcode import SheetCode, encode
from server.paper import actions as paper
from server.paper import storage
from server.paper.decoding import SeenPage
from server.paper.models import Reading, ScanBatch, Sheet
from tests.server.paper.test_reading import ballots
from tests.server.paper_bench import Paper
from tests.server.votes import PROJECTS

pytestmark = pytest.mark.django_db
NAMES = [name for name, _cost in PROJECTS]


def by_scanner(bench: Paper, sheet: np.ndarray) -> bytes:
    return bench.scan([sheet])


def by_phone(bench: Paper, sheet: np.ndarray) -> bytes:
    return simulate.jpeg(simulate.distort(sheet, bench.rng, kind="photo"))


def by_flatbed(bench: Paper, sheet: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(simulate.distort(np.rot90(sheet, 2).copy(), bench.rng)).save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


WAYS = {"scanner.pdf": by_scanner, "phone.jpg": by_phone, "flatbed.png": by_flatbed}


def test_b1_a_sheet_seen_in_any_two_ways_is_one_ballot(desk_paper: Paper):
    """Each way first, then all three: two to four readings of each sheet, and nine pairs of ways."""
    sheets = [
        desk_paper.mark(blank, choice, style="cross")
        for blank, choice in zip(desk_paper.sheets(desk_paper.print(len(WAYS)), dpi=200), NAMES, strict=False)
    ]

    def seen(sheet: np.ndarray, name: str) -> str:
        return desk_paper.upload(WAYS[name](desk_paper, sheet), name).readings.get().status

    first = {name: seen(sheet, name) for name, sheet in zip(WAYS, sheets, strict=True)}
    assert set(first.values()) == {"automatic"}
    again = [seen(sheet, name) for sheet, name in itertools.product(sheets, WAYS)]
    assert set(again) == {"repeated"}
    assert (ballots(), Reading.objects.count()) == (3, 12)


def test_b2_every_copy_with_other_marks_is_a_question_and_none_is_a_ballot(desk_paper: Paper):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    sets = [set_ for size in (1, 2, 3, 4) for set_ in itertools.combinations(NAMES, size)]
    first = NAMES[:2]
    others = [set_ for set_ in random.Random(2).sample(sets, len(sets)) if set_ != tuple(first)]
    marks = list(itertools.product(others, ("cross", "fill", "tick", "cross")))[:100]
    pens = [desk_paper.mark(blank, *chosen, style=style) for chosen, style in marks]
    original, *copies = desk_paper.read(desk_paper.mark(blank, *first), *pens)
    assert (original.status, len(copies)) == ("automatic", 100)
    told = Counter((copy.status, copy.reason) for copy in copies)
    # Five boxes can be marked in so many ways: a copy that is marked as one before it says nothing new.
    assert set(told) == {("conflict", "other_marks"), ("repeated", "same_marks")}
    assert told["conflict", "other_marks"] >= 25
    assert ballots() == 1 and list(Sheet.objects.undecided()) == [original.sheet]


def test_b3_a_hundred_forged_serials_are_refused_with_their_images(desk_paper: Paper):
    """Everything right but the serial: whoever has one sheet can print that."""
    vote, rng = desk_paper.vote, random.Random(3)
    desk_paper.print(5)
    batch = ScanBatch.objects.create(session=vote.session, filename="x.pdf", file="x")
    folder = storage.image_folder(vote.session.ref, batch.pk)
    pages = []
    for number in range(1, 101):
        code = SheetCode(bytes.fromhex(vote.box.definition_hash)[:8], 1, 1, 1, rng.randbytes(10))
        (folder / f"{number:05d}.jpg").write_bytes(b"an image")
        scores = {"q1": {name: 900 if name == "bancs" else 0 for name in NAMES}}
        pages.append(SeenPage(page=number, code=encode(code), image=f"{number:05d}.jpg", scores=scores))
    found = paper.store_pages(batch=batch, pages=pages)
    assert {(reading.status, reading.reason, reading.sheet) for reading in found} == {
        ("refused", "unknown_serial", None)
    }
    assert all(storage.absolute(reading.image).exists() for reading in found)
    assert ballots() == 0
