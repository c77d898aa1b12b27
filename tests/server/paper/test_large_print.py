"""A ballot in large print is the same ballot: frozen with it, ordered by choice, read by its own layout."""

from __future__ import annotations

import hashlib

import numpy as np
import pypdfium2 as pdfium
import pytest
from django.urls import reverse

from printouts import simulate
from printouts.sheetcode import SheetCode, encode
from server.paper import actions as paper
from server.paper import storage
from server.paper.decoding import SeenPage
from server.paper.models import PrintRun, ScanBatch
from server.paper.refusals import NoSuchLayout
from server.voting.definitions import Definition
from server.voting.models import Box
from server.voting.paper_form import LARGE_PRINT, LAYOUT_NUMBER, layouts_of
from tests.server.paper.test_pages import person
from tests.server.paper.test_reading import ballots, opened
from tests.server.paper_bench import Paper
from tests.server.votes import print_sheets

pytestmark = pytest.mark.django_db


def test_both_layouts_are_frozen_with_the_vote(desk_paper: Paper):
    box = desk_paper.vote.box
    layouts = layouts_of(box)
    assert [(number, layout.is_large_print) for number, layout in layouts.items()] == [(1, False), (2, True)]
    told = {one["number"]: one["sha256"] for one in Definition.of(box).facts["layouts"]}
    texts = [box.layout, box.more_layouts]
    assert told == {n: hashlib.sha256(text.encode()).hexdigest() for n, text in zip((1, 2), texts, strict=True)}
    smallest = min(text.size for text in layouts[2].pages[0].texts if text.face == "bold" and "Lavoir" in text.text)
    assert smallest == 6350, "18 points"


def test_a_sheet_in_large_print_is_ordered_printed_and_read(desk_paper: Paper, client):
    vote = desk_paper.vote
    client.force_login(person(vote, "organiser"))
    wanted = {"box": vote.box.pk, "quantity": 1, "tests": 0, "layout": LARGE_PRINT}
    assert client.post(reverse("paper:order_sheets", args=[vote.session.ref]), wanted).status_code == 302
    run = paper.draw_print_run(run=PrintRun.objects.get())
    assert (run.layout_number, run.form_words) == (LARGE_PRINT, "Grands caractères")
    assert len(pdfium.PdfDocument(storage.absolute(run.file))) == len(layouts_of(vote.box)[LARGE_PRINT].pages)
    [sheet] = desk_paper.sheets(run)
    simulate.mark(sheet, layouts_of(vote.box)[LARGE_PRINT], 1, ["bancs"], np.random.default_rng(3), style="cross")
    [reading] = desk_paper.read(sheet)
    assert (reading.status, opened(desk_paper, reading.sheet.ballot)) == ("automatic", {"q1": ["bancs"]})


def test_a_code_that_names_another_layout_than_its_sheet_has_is_refused_b5(desk_paper: Paper):
    vote = desk_paper.vote
    [(code, _sheet)] = print_sheets(vote, 1)
    definition = bytes.fromhex(vote.box.definition_hash)[:8]
    batch = ScanBatch.objects.create(session=vote.session, filename="s.pdf", file="", digest="s")
    scores = {"q1": {"bancs": 900, "lavoir": 0}}
    found = paper.store_pages(
        batch=batch,
        pages=[
            SeenPage(page=page, code=encode(SheetCode(definition, layout, 1, 1, code.raw)), scores=scores)
            for page, layout in ((1, LARGE_PRINT), (2, LAYOUT_NUMBER))
        ],
    )
    assert [(one.status, one.reason) for one in found] == [("refused", "unknown_layout"), ("automatic", "")]
    assert ballots() == 1


def test_a_vote_frozen_before_there_was_large_print_has_one_form(desk_paper: Paper):
    vote = desk_paper.vote
    assert list(layouts_of(Box(layout=vote.box.layout))) == [LAYOUT_NUMBER]
    with pytest.raises(NoSuchLayout):
        paper.make_print_run(box=vote.box, session=vote.session, quantity=1, layout=3, by=vote.officer)
