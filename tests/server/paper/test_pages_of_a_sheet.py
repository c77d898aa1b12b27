"""A ballot on several pages: joined by its serial alone, cast when whole, named when not (row B9)."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from django.urls import reverse

from printouts.geometry import Layout
from printouts.sheetcode import SheetCode, encode
from server.accounts.models import User
from server.ledger.codes import Code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.paper import actions as paper
from server.paper import leases
from server.paper.decoding import SeenPage
from server.paper.incomplete import incomplete_sheets
from server.paper.models import Adjudication, Reading, ScanBatch, Sheet
from server.paper.refusals import NothingToDecide
from server.voting import boxkeys
from server.voting.balance_facts import hand_counts_asked
from server.voting.definitions import Definition
from server.voting.refusals import SheetsUndecided
from server.voting.sealing import unseal
from tests.server.paper.test_pages import person
from tests.server.paper.test_reading import ballots
from tests.server.votes import Vote, make_vote, print_sheets

pytestmark = pytest.mark.django_db
NAMES = [f"p{number}" for number in range(90)]


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=1, passes=1, max_choices=5, projects=[(name, 10_00) for name in NAMES])


class Desk:
    """Pages as the reader sees them, without drawing them."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        self.pages = [[box.choice for box in page.marks] for page in Layout.from_json(vote.box.layout.encode()).pages]
        self.count = len(self.pages)
        self.files = itertools.count(1)

    def page(self, code: Code, number: int, *marked: str, pages: int = 0, **facts) -> SeenPage:
        sheet = SheetCode(bytes.fromhex(self.vote.box.definition_hash)[:8], 1, number, pages or self.count, code.raw)
        here = {name: 900 if name in marked else 0 for name in self.pages[number - 1]}
        return SeenPage(**({"page": 0, "code": encode(sheet), "scores": {"q1": here}} | facts))

    def sheet(self, code: Code, *marked: str) -> list[SeenPage]:
        return [self.page(code, number, *marked) for number in range(1, self.count + 1)]

    def read(self, *pages: SeenPage) -> list[Reading]:
        """One file with these pages, in this order."""
        number = next(self.files)
        batch = ScanBatch.objects.create(
            session=self.vote.session, filename=f"{number}.pdf", file="", digest=str(number)
        )
        numbered = [SeenPage(**(vars(seen) | {"page": place})) for place, seen in enumerate(pages, start=1)]
        return paper.store_pages(batch=batch, pages=numbered)

    def opened(self, record_id: str) -> list[str]:
        body = bytes(Record.objects.get(pk=record_id).payload.body)
        definition = Definition.of(self.vote.box).hash_bytes
        return unseal(body, box_private=boxkeys.private_key(self.vote.box), definition=definition)["q1"]


@pytest.fixture
def desk(vote: Vote) -> Desk:
    return Desk(vote)


def test_the_vote_of_these_tests_stands_on_several_pages(desk: Desk):
    assert desk.count >= 3
    assert list(itertools.chain.from_iterable(desk.pages)) == NAMES


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_pages_in_any_order_and_in_files_of_their_own_are_one_ballot(desk: Desk, order):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    pages = desk.sheet(code, "p0", "p50", "p89")
    rest = [place for place in range(desk.count) if place not in order]
    became = [desk.read(pages[place])[0].status for place in [*rest, *order]]
    assert became == ["part"] * (desk.count - 1) + ["automatic"]
    sheet.refresh_from_db()
    assert desk.opened(sheet.ballot) == ["p0", "p50", "p89"]
    assert ballots() == 1


def test_three_hundred_pages_shuffled_ten_gone_ten_twice_are_what_they_are_b9(desk: Desk):
    """Every ballot is cast whole and as marked; every sheet with a page missing is named, with that page."""
    rng = random.Random(9)
    printed = print_sheets(desk.vote, 300 // desk.count)
    marked = {code: rng.sample(NAMES, rng.randrange(6)) for code, _sheet in printed}
    pages = [(code, number) for code, _sheet in printed for number in range(1, desk.count + 1)]
    gone = set(rng.sample(pages, 10))
    stack = [one for one in pages if one not in gone]
    stack += rng.sample(stack, 10)
    rng.shuffle(stack)
    for start in range(0, len(stack), 37):
        desk.read(*(desk.page(code, number, *marked[code]) for code, number in stack[start : start + 37]))
    whole = [(code, sheet) for code, sheet in printed if not any(code is other for other, _number in gone)]
    for code, sheet in whole:
        sheet.refresh_from_db()
        assert desk.opened(sheet.ballot) == sorted(marked[code], key=NAMES.index)
    assert ballots() == len(whole)
    lost = {
        sheet.pk: [number for other, number in sorted(gone, key=lambda one: one[1]) if other is code]
        for code, sheet in printed
        if any(code is other for other, _number in gone)
    }
    assert {one.sheet.pk: list(one.missing) for one in incomplete_sheets(desk.vote.session)} == lost
    assert Counter(Reading.objects.values_list("status", flat=True))["repeated"] == 10


def test_an_overvote_is_judged_over_all_pages_b8(desk: Desk):
    """Three marks on each page are no more than five; six on all of them are."""
    [(code, sheet)] = print_sheets(desk.vote, 1)
    marked = [*desk.pages[0][:3], *desk.pages[1][:3]]
    readings = desk.read(*desk.sheet(code, *marked))
    assert [one.status for one in readings] == ["part"] * (desk.count - 1) + ["doubtful"]
    assert (readings[-1].reason, readings[-1].interpretation["choices"]) == ("too_many", {"q1": marked})
    assert ballots() == 0


def test_a_page_read_twice_with_other_marks_stops_the_whole_sheet_b2(desk: Desk):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    first, *others = desk.sheet(code, "p0", "p89")
    copy = desk.page(code, 1, "p1")
    became = [(one.status, one.reason) for one in desk.read(first, copy, *others)]
    assert became[0] == ("part", "other_pages")
    assert became[1] == ("conflict", "other_marks")
    assert became[-1] == ("doubtful", "doubtful_page")
    assert ballots() == 0


def test_a_page_that_could_not_be_read_is_looked_at_and_scanned_again(desk: Desk):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    pages = desk.sheet(code, "p0")
    [faint, *_parts, last] = desk.read(desk.page(code, 1, scores={}, refused="too_faint"), *pages[1:])
    assert (faint.status, faint.reason, last.status) == ("doubtful", "too_faint", "doubtful")
    for reading in (faint, last):
        paper.adjudicate(reading=reading, outcome=Adjudication.Outcome.DISCARD, by=desk.vote.officer)
    again = desk.read(pages[0], pages[-1])
    assert [one.status for one in again] == ["part", "automatic"]


def test_a_page_not_legible_is_offered_once_its_sheet_is_whole_and_named_until_then(desk: Desk):
    """Whoever decided before would be asked again with the next page."""
    [(code, sheet)] = print_sheets(desk.vote, 1)
    session, by = desk.vote.session, desk.vote.officer
    first, *others = desk.sheet(code, "p0")
    [faint] = desk.read(desk.page(code, 1, scores={}, refused="too_faint"))
    assert leases.take_next(session=session, by=by) is None
    [named] = incomplete_sheets(session)
    assert (named.missing, named.seen) == (tuple(range(2, desk.count + 1)), (faint,))
    assert list(Sheet.objects.undecided()) == [sheet]
    desk.read(*others)
    assert not incomplete_sheets(session)
    assert leases.take_next(session=session, by=by) == faint


def test_a_page_read_in_two_ways_is_offered_once_its_sheet_is_whole_b2(desk: Desk):
    [(code, _sheet)] = print_sheets(desk.vote, 1)
    session, by = desk.vote.session, desk.vote.officer
    first, *others = desk.sheet(code, "p0")
    [_first, copy] = desk.read(first, desk.page(code, 1, "p1"))
    assert leases.take_next(session=session, by=by) is None and incomplete_sheets(session)
    desk.read(*others)
    assert leases.take_next(session=session, by=by) == copy


def typed_in(desk: Desk, code: Code, **said) -> None:
    """Two people type in the same."""
    for name in ("one", "two"):
        by, _new = User.objects.get_or_create(email=f"{name}@example.org")
        paper.key_sheet(session=desk.vote.session, code_text=code.grouped, by=by, **said)


@pytest.mark.parametrize(("said", "status"), [(["p0", "p89"], "repeated"), (["p0"], "conflict")])
def test_a_page_that_turns_up_after_people_decided_confirms_them_or_is_for_people(desk: Desk, said, status):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    *pages, late = desk.sheet(code, "p0", "p89")
    desk.read(*pages)
    typed_in(desk, code, outcome="choices", choices={"q1": said})
    [reading] = desk.read(late)
    assert reading.status == status
    assert ballots() == 1


def test_an_incomplete_sheet_is_named_and_holds_the_closing_until_people_decide(desk: Desk):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    desk.read(*desk.sheet(code, "p0")[:-1])
    [named] = incomplete_sheets(desk.vote.session)
    assert (named.sheet, named.missing, named.pages) == (sheet, (desk.count,), desk.count)
    assert [one.sheet_page for one in named.seen] == list(range(1, desk.count))
    assert list(Sheet.objects.undecided()) == [sheet]
    meetings.close_session(session=desk.vote.session, by=desk.vote.officer)
    desk.vote.count(**{one.name: 0 for one in hand_counts_asked(desk.vote.session) if one.is_required})
    with pytest.raises(SheetsUndecided) as refusal:
        meetings.reconcile_session(session=desk.vote.session, by=desk.vote.officer)
    assert refusal.value.details["sheets"] == 1
    typed_in(desk, code, outcome="choices", choices={"q1": ["p0"]})
    assert not incomplete_sheets(desk.vote.session) and not Sheet.objects.undecided()
    sheet.refresh_from_db()
    assert desk.opened(sheet.ballot) == ["p0"]


def test_a_page_that_is_read_asks_nobody_anything(desk: Desk):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    readings = desk.read(*desk.sheet(code, "p0"))
    with pytest.raises(NothingToDecide):
        paper.adjudicate(reading=readings[0], outcome=Adjudication.Outcome.INVALID, by=desk.vote.officer)


def test_a_page_number_that_the_ballot_does_not_have_is_refused(desk: Desk):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    [reading] = desk.read(desk.page(code, 1, pages=desk.count + 1, scores={}, refused="wrong_page"))
    assert (reading.status, reading.reason) == ("refused", "wrong_page")
    assert not incomplete_sheets(desk.vote.session)


def test_the_page_of_scans_names_the_missing_page_and_where_the_others_are(desk: Desk, client):
    [(code, _sheet)] = print_sheets(desk.vote, 1)
    readings = desk.read(*desk.sheet(code, "p0")[1:])
    client.force_login(person(desk.vote, "organiser"))
    for name in ("scans", "review"):
        page = client.get(reverse(f"paper:{name}", args=[desk.vote.session.ref]))
        shown = page.content.decode()
        assert [one.missing for one in page.context["incomplete"]] == [(1,)]
        assert reverse("paper:reading", args=[readings[-1].pk]) in shown
        assert reverse("paper:keying", args=[desk.vote.session.ref]) in shown


def test_who_looks_at_one_page_sees_the_marks_of_all_and_decides_about_all_b9(desk: Desk, client):
    [(code, sheet)] = print_sheets(desk.vote, 1)
    unclear = desk.page(code, 1, scores={"q1": dict.fromkeys(desk.pages[0], 0) | {"p1": 60}})
    [first, *_parts, last] = desk.read(unclear, *desk.sheet(code, "p89")[1:])
    assert (first.status, last.status, last.reason) == ("part", "doubtful", "doubtful_mark")
    [copy] = desk.read(desk.page(code, 1, "p2"))
    assert copy.status == "conflict"
    client.force_login(person(desk.vote, "organiser"))
    for reading, p1, p2 in ((last, "unclear", "empty"), (copy, "empty", "marked")):
        client.post(reverse("paper:take", args=[reading.pk]))
        [contest] = client.get(reverse("paper:reading", args=[reading.pk])).context["contests"]
        seen = {choice["id"]: choice["seen"] for choice in contest["choices"]}
        assert (seen["p0"], seen["p1"], seen["p2"], seen["p89"]) == ("empty", p1, p2, "marked")
    client.post(reverse("paper:decide", args=[last.pk]), {"outcome": "choices", "q1": ["p1", "p89"]})
    sheet.refresh_from_db()
    assert desk.opened(sheet.ballot) == ["p1", "p89"]
    assert not Reading.objects.waiting().exists()
