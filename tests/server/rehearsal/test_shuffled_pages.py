"""From print to a certified result with pages of many sheets in one heap: what is counted is what was marked (B9)."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter

import numpy as np
import pytest

from printouts import simulate
from printouts.geometry import Layout
from server.opendata.actions import published_folder
from server.paper import actions as paper
from server.paper import storage
from server.paper.models import Reading
from server.rehearsal import closing
from server.rehearsal.measure import Measure
from server.rehearsal.paper import Scanner, read, told_of_shuffling
from server.rehearsal.scanner import Marked, scan_file
from server.rehearsal.town import Town
from server.voting.actions import exchange_pass
from tests.server.votes import Vote, make_vote

pytestmark = pytest.mark.django_db
SHEETS, PROJECTS, FILES = 12, 60, 3


@pytest.fixture
def heap() -> Vote:
    projects = [(f"p{number}", 10_00) for number in range(PROJECTS)]
    paper_only = {"regime": "pass", "doors": ["paper"], "paper_size": "A5", "max_choices": 5}
    return make_vote(people=0, passes=SHEETS, letters=False, projects=projects, **paper_only)


@pytest.fixture
def bad_scanner(monkeypatch) -> None:
    """The first page comes out white; of the second the lower edge is folded in."""
    number, distort = itertools.count(1), simulate.distort

    def worse(image: np.ndarray, rng: np.random.Generator, *, kind: str) -> np.ndarray:
        seen, here = distort(image, rng, kind=kind), next(number)
        if here <= 2:
            seen[0 if here == 1 else -seen.shape[0] // 8 :] = 255
        return seen

    monkeypatch.setattr("server.rehearsal.scanner.simulate.distort", worse)


def test_shuffled_pages_of_many_sheets_become_a_certified_result(heap: Vote, bad_scanner, tmp_path):
    rng = random.Random(9)
    layout = Layout.from_json(heap.box.layout.encode())
    run = paper.draw_print_run(
        run=paper.make_print_run(box=heap.box, session=heap.session, quantity=SHEETS, by=heap.officer)
    )
    for _person in range(SHEETS):
        exchange_pass(session=heap.session, code_text=heap.hand_over().grouped, by=heap.officer)
    meant = [tuple(rng.sample([f"p{number}" for number in range(PROJECTS)], rng.randint(1, 5))) for _n in range(SHEETS)]
    pages = [Marked(n, marks, marks, number=page.number) for n, marks in enumerate(meant) for page in layout.pages]
    rng.shuffle(pages)
    scanner = Scanner({False: storage.absolute(run.file)}, heap.box.layout, tmp_path, seed=4)
    share = -(-len(pages) // FILES)
    files = [pages[start : start + share] for start in range(0, len(pages), share)]
    assert told_of_shuffling(files).startswith("48 pages of 12 sheets, shuffled into 3 files; all pages of 2 sheets")
    jobs = [scanner.job(number, some) for number, some in enumerate(files, start=1)]
    town = Town(heap.officer, heap.box.space, heap.box, heap.session, [], [])
    found = read(town, [(scan_file(job), job[2]) for job in jobs], scanner, Measure(is_quiet=True))
    assert (found.sheets, found.read, found.misread, found.adjudicated) == (SHEETS, SHEETS, 0, 1)
    told = Reading.objects.exclude(status__in=("automatic", "part")).values_list("status", "reason")
    assert {("refused", "blank_page"), ("doubtful", "no_corners")} <= set(told)
    assert Reading.objects.filter(status="part").count() >= SHEETS
    box = heap.finish(passes_unused=0, passes_spoiled=0, passes_returned=0, sheets_in_box=SHEETS, sheets_unused=0)
    published = published_folder(box)
    assert box.state == "certified" and closing.verify(published)[0]
    [contest] = json.loads((published / "result.json").read_bytes())["contests"]
    votes = Counter(choice for marks in meant for choice in marks)
    assert {choice: count for choice, count in contest["votes"].items() if count} == votes


def test_a_heap_that_nobody_shuffled_is_told_as_such():
    files = [[Marked(sheet, (), number=number) for number in (1, 2)] for sheet in (0, 1)]
    told = "all pages of 2 sheets are in one file, 2 pages follow another of their sheet"
    assert told_of_shuffling(files).endswith(told)
