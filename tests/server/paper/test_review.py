"""What people decide about an image: added beside the machine's word, logged, one decision per image."""

from __future__ import annotations

import json

import pytest

from server.accounts.models import User
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper.models import Adjudication, Reading, Sheet
from server.paper.refusals import AlreadyDecided, ChoicesNotAllowed, NothingToDecide
from server.voting.settlement import settle_box
from tests.server.paper.test_reading import ballots, opened
from tests.server.paper_bench import Paper

pytestmark = pytest.mark.django_db


def decided() -> list[str]:
    """What the log says stands, in its order."""
    rows = Record.objects.filter(type="sheet.decided").order_by("index").values_list("payload__body", flat=True)
    return [json.loads(bytes(body))["stands"] for body in rows]


def decide(reading: Reading, outcome: str, by: User, *chosen: str) -> Adjudication:
    return paper.adjudicate(reading=reading, outcome=outcome, choices={"q1": chosen}, by=by)


@pytest.fixture
def conflict(desk_paper: Paper) -> Reading:
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    _first, reading = desk_paper.read(desk_paper.mark(blank, "bancs"), desk_paper.mark(blank, "piste"))
    return reading


def test_choices_that_a_person_read_become_the_ballot(desk_paper: Paper, doubtful: Reading):
    decide(doubtful, "choices", desk_paper.vote.officer, "bancs")
    sheet = Sheet.objects.get()
    assert opened(desk_paper, sheet.ballot) == {"q1": ["bancs"]}
    assert decided() == [sheet.ballot]
    assert not Sheet.objects.undecided().exists()
    doubtful.refresh_from_db()
    assert doubtful.status == "doubtful", "the machine's word stays as it was"
    assert doubtful.interpretation["doubtful"] == {"q1": ["bancs"]}


def test_an_invalid_ballot_is_counted_as_invalid_and_says_nothing_else(desk_paper: Paper, doubtful: Reading):
    decide(doubtful, "invalid", desk_paper.vote.officer)
    assert opened(desk_paper, Sheet.objects.get().ballot) == {"q1": [""]}
    settled = settle_box(desk_paper.vote.box).settlement
    assert len(settled.counted) == 1


def test_an_image_that_does_not_count_leaves_its_sheet_free_to_be_read_again(desk_paper: Paper, doubtful: Reading):
    decide(doubtful, "discard", desk_paper.vote.officer)
    assert (ballots(), decided()) == (0, [])
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    (again,) = desk_paper.read(desk_paper.mark(blank, "bancs"))
    assert again.status == "automatic"


def test_of_two_marks_of_one_serial_the_one_people_choose_counts_b2(desk_paper: Paper, conflict: Reading):
    decide(conflict, "choices", desk_paper.vote.officer, "piste")
    sheet = Sheet.objects.get()
    assert opened(desk_paper, sheet.ballot) == {"q1": ["piste"]}
    assert ballots() == 2
    assert decided() == [sheet.ballot]
    counted = settle_box(desk_paper.vote.box).settlement.counted
    assert counted == {bytes.fromhex(sheet.ballot)}


@pytest.mark.parametrize(("outcome", "chosen"), [("discard", ()), ("choices", ("bancs",))])
def test_a_copy_that_people_set_aside_changes_nothing_b2(desk_paper: Paper, conflict: Reading, outcome, chosen):
    before = Sheet.objects.get().ballot
    decide(conflict, outcome, desk_paper.vote.officer, *chosen)
    assert Sheet.objects.get().ballot == before
    assert (ballots(), decided()) == (1, [before])
    assert not Sheet.objects.undecided().exists()


def test_a_decision_settles_every_image_of_the_sheet(desk_paper: Paper):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    first, second = desk_paper.read(
        desk_paper.mark(blank, "bancs", style="dot"), desk_paper.mark(blank, "piste", style="dot")
    )
    assert (first.status, second.status) == ("doubtful", "conflict")
    decide(second, "choices", desk_paper.vote.officer, "bancs")
    assert not Reading.objects.waiting().exists()
    assert first.adjudications.get().outcome == "discard"


def test_what_people_decided_is_known_when_the_sheet_comes_again_b1(desk_paper: Paper):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    (doubtful,) = desk_paper.read(desk_paper.mark(blank, "bancs", style="dot"))
    decide(doubtful, "choices", desk_paper.vote.officer, "bancs")
    (clear,) = desk_paper.read(desk_paper.mark(blank, "bancs", style="cross"))
    assert clear.status == "repeated"
    assert ballots() == 1


def test_the_second_person_at_one_image_is_told_so_b17(desk_paper: Paper, doubtful: Reading):
    decide(doubtful, "choices", desk_paper.vote.officer, "bancs")
    with pytest.raises(AlreadyDecided):
        decide(doubtful, "invalid", User.objects.create_user("second@example.org"))
    assert (ballots(), Adjudication.objects.count()) == (1, 1)


def test_the_same_decision_sent_twice_is_one(desk_paper: Paper, doubtful: Reading):
    first = decide(doubtful, "choices", desk_paper.vote.officer, "bancs")
    assert decide(doubtful, "choices", desk_paper.vote.officer, "bancs") == first
    assert (ballots(), len(decided())) == (1, 1)


def test_choices_that_make_no_valid_ballot_are_not_taken_for_one_p21(desk_paper: Paper, doubtful: Reading):
    with pytest.raises(ChoicesNotAllowed):
        decide(doubtful, "choices", desk_paper.vote.officer, "lavoir", "bancs", "verger", "piste")
    with pytest.raises(ChoicesNotAllowed):
        decide(doubtful, "choices", desk_paper.vote.officer, "elsewhere")
    assert ballots() == 0


def test_a_clear_image_waits_for_nobody(desk_paper: Paper):
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    (clear,) = desk_paper.read(desk_paper.mark(sheet, "bancs"))
    with pytest.raises(NothingToDecide):
        decide(clear, "invalid", desk_paper.vote.officer)
