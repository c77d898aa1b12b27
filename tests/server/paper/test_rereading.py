"""Sheets drawn by dice are read again from the paper: who reads wrongly on purpose is found (B18)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.ledger.codes import Code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.report import closing_report
from server.paper import actions as paper
from server.paper.models import Reading, SampledSheet, Sheet, SheetSample
from server.paper.refusals import AnotherSheet, NotYetDrawn, ReadAgainAlready, SampleOutOfRange, SheetsDrawn
from server.paper.rereading import outcome_of
from server.voting.sampling import chance_to_find, drawn
from tests.server.paper.test_keying import scan
from tests.server.paper.test_pages import person
from tests.server.votes import Vote, print_sheets

pytestmark = pytest.mark.django_db
SEED = "3162554121"


@pytest.fixture
def read_sheets(vote: Vote) -> list[tuple[Code, Sheet]]:
    """Six sheets with a vote for the bench, all read; the session is closed and its stacks counted."""
    sheets = print_sheets(vote, 6)
    for code, _sheet in sheets:
        scan(vote, code, "bancs")
    return sheets


def close(vote: Vote, sheets: int = 6) -> None:
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.refresh()
    counts = {"passes_unused": 8, "passes_spoiled": 0, "passes_returned": 0}
    vote.count(**counts, sheets_in_box=sheets, sheets_unused=0)
    vote.refresh()


def draw(vote: Vote, size: int = 3) -> SheetSample:
    return paper.draw_sheets(session=vote.session, box=vote.box, size=size, seed=SEED, by=vote.officer)


def code_of(sheets: Sequence[tuple[Code, Sheet]], row: SampledSheet) -> str:
    return next(code.text for code, sheet in sheets if sheet.pk == row.sheet_id)


def again(sheets, row: SampledSheet, by: User, *chosen: str) -> str:
    facts = {"outcome": "choices", "choices": {"q1": list(chosen)}, "by": by}
    return paper.read_again(drawn=row, code_text=code_of(sheets, row), **facts).found


def test_five_in_a_hundred_read_wrongly_are_met_as_often_as_the_table_says_b18():
    """400 draws of 60 of 1,000 sheets, 50 of them manipulated: what is promised is kept."""
    sheets = [f"{number:064x}" for number in range(1000)]
    wrong = set(sheets[::20])
    met = sum(bool(wrong & set(drawn(sheets, f"dice {turn}", 60))) for turn in range(400))
    promised = float(chance_to_find(1000, 50, 60))
    assert 0.95 < promised < 0.96
    assert abs(met / 400 - promised) < 0.035  # three standard deviations


def test_a_sample_is_drawn_once_by_dice_and_stands_in_the_public_list(vote: Vote, read_sheets):
    with pytest.raises(NotYetDrawn):
        draw(vote)
    close(vote)
    with pytest.raises(SampleOutOfRange):
        draw(vote, 7)
    sample = draw(vote)
    ballots = dict(Sheet.objects.values_list("ballot", "pk"))
    assert [row.sheet_id for row in sample.sheets.all()] == [ballots[one] for one in drawn(ballots, SEED, 3)]
    body = json.loads(bytes(Record.objects.get(type="sheets.drawn").payload.body))
    assert body == {"seed": SEED, "size": 3, "of": 6}
    with pytest.raises(SheetsDrawn):
        draw(vote, 4)


def test_more_sheets_are_added_by_the_same_dice_and_none_is_drawn_anew(vote: Vote, read_sheets):
    close(vote)
    sample = draw(vote, 2)
    before = list(sample.sheets.values_list("sheet", flat=True))
    paper.draw_more(sample=sample, size=5, by=vote.officer)
    after = list(sample.sheets.values_list("sheet", "place"))
    assert [sheet for sheet, _place in after[:2]] == before
    assert [place for _sheet, place in after] == [1, 2, 3, 4, 5]
    with pytest.raises(SampleOutOfRange):
        paper.draw_more(sample=sample, size=5, by=vote.officer)


def test_paper_that_says_the_same_confirms_what_was_read_b18(vote: Vote, read_sheets):
    close(vote)
    sample = draw(vote)
    first, second, third = sample.sheets.all()
    with pytest.raises(AnotherSheet):
        paper.read_again(drawn=first, code_text=code_of(read_sheets, second), outcome="invalid", by=vote.officer)
    assert again(read_sheets, first, vote.officer, "bancs") == "same"
    with pytest.raises(ReadAgainAlready):
        again(read_sheets, first, vote.officer, "piste")
    assert paper.miss_paper(drawn=second, by=vote.officer).found == "no_paper"
    assert again(read_sheets, second, vote.officer, "bancs") == "same", "it turned up"
    told = outcome_of(sample)
    assert (told.same, told.different, told.no_paper, told.not_yet) == (2, 0, 0, 1)
    assert not Reading.objects.waiting().exists()


def test_who_reads_wrongly_on_purpose_is_found_and_people_decide_b18(vote: Vote, read_sheets):
    """One person keyed something else than the paper says into one sheet of six; all six are looked at."""
    wrong = read_sheets[2][1]
    reading = scan(vote, read_sheets[2][0], "bancs", "piste")
    liar = User.objects.create_user("liar@example.org")
    paper.adjudicate(reading=reading, outcome="choices", choices={"q1": ["lavoir"]}, by=liar)
    close(vote)
    sample = draw(vote, 6)
    found = {row.sheet_id: again(read_sheets, row, vote.officer, "bancs") for row in sample.sheets.all()}
    assert [sheet for sheet, what in found.items() if what == "different"] == [wrong.pk]
    waits = Reading.objects.waiting().get()
    assert (waits.sheet_id, waits.status, waits.reason) == (wrong.pk, "conflict", "read_again")
    assert Sheet.objects.undecided().get() == wrong, "the session is not reconciled before"
    paper.adjudicate(reading=waits, outcome="choices", choices={"q1": ["bancs"]}, by=vote.officer)
    assert not Sheet.objects.undecided().exists()


def test_the_closing_report_tells_what_came_of_it_b18_b19(vote: Vote, read_sheets):
    close(vote)
    sample = draw(vote)
    for row in sample.sheets.all():
        again(read_sheets, row, vote.officer, "bancs")
    said = repr(closing_report(vote.session))
    assert SEED in said
    assert repr(outcome_of(sample).told)[1:-1] in said


def test_the_way_from_the_draw_to_the_last_sheet_is_forms_alone(vote: Vote, read_sheets, client, reader):
    ref, box = vote.session.ref, vote.box.ref
    page, draw_page = reverse("paper:sample", args=[ref, box]), reverse("paper:sample_draw", args=[ref, box])
    client.force_login(person(vote, "organiser"))
    ada = reader("ada")
    assert ada.get(page).status_code == 200
    close(vote)
    assert ada.post(draw_page, {"size": 2, "seed": SEED}).status_code == 404, "whoever organises draws"
    assert client.post(draw_page, {"size": 0, "seed": SEED}).status_code == 422
    client.post(draw_page, {"size": 2, "seed": SEED})
    first, second = SampledSheet.objects.all()
    for row, outcome in ((first, {"outcome": "choices", "q1": ["bancs"]}), (second, {"outcome": "no_paper"})):
        address = reverse("paper:sampled", args=[row.pk])
        form = ada.get(address).content.decode()
        assert " checked" not in form and "bancs" not in form.replace('value="bancs"', "")
        assert ada.post(address, {"code": "x", **outcome} if "q1" in outcome else outcome).status_code in (302, 404)
        ada.post(address, {"code": code_of(read_sheets, row), **outcome})
    assert sorted(SampledSheet.objects.values_list("found", flat=True)) == ["no_paper", "same"]
    client.post(draw_page, {"size": 4})
    assert SampledSheet.objects.count() == 4
