"""Sheets that no machine can read are typed in by two people, blind; one sheet has one ballot (B1, B12, B16)."""

from __future__ import annotations

import itertools

import pytest
from django.test import override_settings
from django.urls import reverse

from printouts.sheetcode import SheetCode, encode
from server.accounts.models import User
from server.ledger.codes import ALPHABET, Code, NotACode, parse_code
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper import storage
from server.paper.accounts import sheet_accounts
from server.paper.decoding import SeenPage
from server.paper.keying import ask
from server.paper.models import Keying, Reading, ScanBatch, Sheet
from server.paper.refusals import AnotherPersonAsked, ChoicesNotAllowed, KeyedAlready
from server.voting.balance_facts import _read_sheets
from server.voting.refusals import SheetSpoiled, SheetUnknown
from server.voting.settlement import settle_box
from tests.server.paper.test_reading import ballots, opened
from tests.server.paper_bench import Paper
from tests.server.votes import Vote, make_vote, print_sheets

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    with override_settings(PARVIS_SINGLE_HANDED=False):
        return make_vote(people=2, passes=8)


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"{name}@example.org", display_name=name) for name in ("ada", "ben", "cleo")]


@pytest.fixture
def paper_sheet(vote: Vote) -> tuple[Code, Sheet]:
    return print_sheets(vote, 1)[0]


def key(vote: Vote, code: Code, by: User, *chosen: str, outcome: str = "choices", **facts) -> Keying:
    choices = {"q1": list(chosen)}
    return paper.key_sheet(
        session=vote.session, code_text=code.grouped, outcome=outcome, choices=choices, by=by, **facts
    )


def scan(vote: Vote, code: Code, *chosen: str, ink: int = 600) -> Reading:
    """What a reader would see of this sheet, stored as a batch of its own."""
    facts = {"filename": "x", "file": "x", "digest": f"{Reading.objects.count()}", "status": "read"}
    batch = ScanBatch.objects.create(session=vote.session, **facts)
    definition = bytes.fromhex(vote.box.definition_hash)[:8]
    text = encode(SheetCode(definition=definition, layout=1, page=1, pages=1, serial=code.raw))
    names = ["lavoir", "bancs", "verger", "piste", "kiosque"]
    scores = {"q1": {name: ink if name in chosen else 0 for name in names}}
    return paper.store_pages(batch=batch, pages=[SeenPage(page=1, code=text, scores=scores)])[0]


def test_what_two_typed_alike_is_the_ballot_b16(vote: Vote, desk_paper: Paper, paper_sheet, people):
    code, sheet = paper_sheet
    assert not key(vote, code, people[0], "bancs").settles
    assert ballots() == 0
    assert sheet_accounts(vote.session, vote.box)["waiting"] == 1, "half typed in is not done"
    assert key(vote, code, people[1], "bancs").settles
    sheet.refresh_from_db()
    assert opened(desk_paper, sheet.ballot) == {"q1": ["bancs"]}
    account = sheet_accounts(vote.session, vote.box)
    assert (account["adjudicated"], account["automatic"], account["waiting"]) == (1, 0, 0)
    assert Record.objects.filter(type="sheet.decided").count() == 1
    with pytest.raises(KeyedAlready):
        key(vote, code, people[2], "bancs")


def test_where_two_differ_a_third_decides_who_sees_both_b16(vote: Vote, desk_paper: Paper, paper_sheet, people):
    code, sheet = paper_sheet
    key(vote, code, people[0], "bancs")
    assert ask(session=vote.session, code_text=code.text, by=people[1]).shown == ()
    key(vote, code, people[1], outcome="invalid")
    assert ballots() == 0
    shown = ask(session=vote.session, code_text=code.text, by=people[2]).shown
    assert [one.outcome for one in shown] == ["choices", "invalid"]
    assert key(vote, code, people[2], "piste").settles
    sheet.refresh_from_db()
    assert opened(desk_paper, sheet.ballot) == {"q1": ["piste"]}
    assert Keying.objects.count() == 3, "every word is kept"


def test_nobody_is_their_own_second_person_b16(vote: Vote, paper_sheet, people):
    code, _sheet = paper_sheet
    first = key(vote, code, people[0], "bancs", token="a" * 32)
    assert key(vote, code, people[0], "bancs", token="a" * 32) == first, "the same form sent twice is one"
    with pytest.raises(AnotherPersonAsked):
        key(vote, code, people[0], "bancs")


def test_who_is_alone_types_each_sheet_twice_b16(paper_sheet, vote: Vote, people, monkeypatch):
    monkeypatch.setattr("server.paper.keying.is_for_two", lambda box: False)
    code, _sheet = paper_sheet
    key(vote, code, people[0], "bancs")
    assert ballots() == 0
    assert key(vote, code, people[0], "bancs").settles
    assert ballots() == 1


@pytest.mark.parametrize("typed_first", [True, False])
@pytest.mark.parametrize(("read", "status"), [("bancs", "repeated"), ("piste", "conflict")])
def test_read_and_typed_in_is_one_ballot_whatever_the_order_b1(
    vote: Vote, paper_sheet, people, typed_first: bool, read: str, status: str
):
    code, sheet = paper_sheet

    def typed() -> None:
        for person in people[:2]:
            key(vote, code, person, "bancs")

    steps = [typed, lambda: scan(vote, code, read)]
    for step in steps if typed_first else reversed(steps):
        step()
    assert ballots() == 1
    assert Reading.objects.order_by("pk").last().status == status
    assert Reading.objects.order_by("pk").first().status == ("keyed" if typed_first else "automatic")
    assert Sheet.objects.undecided().exists() == (status == "conflict")
    if status == "conflict":
        paper.adjudicate(
            reading=Reading.objects.waiting().get(), outcome="choices", choices={"q1": ["bancs"]}, by=people[2]
        )
    assert len(settle_box(vote.box).settlement.counted) == 1


def test_an_invalid_ballot_typed_in_says_nothing_else_b8(vote: Vote, desk_paper: Paper, paper_sheet, people):
    code, sheet = paper_sheet
    with pytest.raises(ChoicesNotAllowed):
        key(vote, code, people[0], "lavoir", "bancs", "verger", "piste")
    for person in people[:2]:
        key(vote, code, person, outcome="invalid")
    sheet.refresh_from_db()
    assert opened(desk_paper, sheet.ballot) == {"q1": [""]}
    assert scan(vote, code).status == "conflict", "blank is something else than invalid"


def test_only_sheets_of_this_session_that_count_are_typed_in_b3_b4(vote: Vote, people):
    [(code, sheet)], [(test, _sheet)] = print_sheets(vote, 1), print_sheets(vote, 1, is_test=True)
    for text in ("", "0000-0000-0000-0000-00", Code(bytes(10)).grouped, test.grouped):
        with pytest.raises(SheetUnknown):
            ask(session=vote.session, code_text=text, by=people[0])
    Sheet.objects.filter(pk=sheet.pk).update(is_spoiled=True)
    with pytest.raises(SheetSpoiled):
        ask(session=vote.session, code_text=code.text, by=people[0])


def test_a_number_mistyped_in_one_or_two_characters_is_seen_before_any_sheet_is_sought_b16():
    """Every error in one character, and for each pair of places one in both: 711 wrong numbers of one sheet."""
    code = Code(bytes(range(10))).text
    wrong = [code[:at] + one + code[at + 1 :] for at in range(18) for one in ALPHABET if one != code[at]]
    for pair in itertools.combinations(range(18), 2):
        moved = {place: ALPHABET[(ALPHABET.index(code[place]) + 7 + place) % 32] for place in pair}
        wrong.append("".join(moved.get(place, one) for place, one in enumerate(code)))
    for text in wrong:
        with pytest.raises(NotACode):
            parse_code(text)
    assert len(set(wrong)) == 18 * 31 + 153


@pytest.fixture
def torn(desk_paper: Paper) -> tuple[Code, Reading]:
    """A sheet whose square is gone: its image is refused, and its number can still be read by people."""
    [(code, _sheet)] = print_sheets(desk_paper.vote, 1)
    batch = ScanBatch.objects.create(session=desk_paper.vote.session, filename="x", file="x", digest="torn")
    folder = storage.image_folder(desk_paper.vote.session.ref, batch.pk)
    (folder / "1.jpg").write_bytes(b"\xff\xd8 an image")
    seen = SeenPage(page=1, refused="no_code", image="1.jpg")
    return code, paper.store_pages(batch=batch, pages=[seen])[0]


def test_a_torn_sheet_is_accounted_for_once_with_its_image_b12(vote: Vote, torn, people):
    code, image = torn
    before = _read_sheets(vote.session)
    assert (before["sheets_refused"], before["sheets_decided"]) == (1, 0)
    key(vote, code, people[0], "bancs", image=image)
    key(vote, code, people[1], "bancs")
    after = _read_sheets(vote.session)
    assert (after["sheets_refused"], after["sheets_decided"]) == (0, 1)
    assert Reading.objects.get(status="keyed").image == image.image


def test_the_way_from_a_torn_sheet_to_its_ballot_b12_b16(vote: Vote, torn, reader):
    code, image = torn
    page = reverse("paper:keying", args=[vote.session.ref])
    sheet = reverse("paper:key_sheet", args=[vote.session.ref])
    for name in ("ada", "ben"):
        client = reader(name)
        shown = client.get(f"{page}?image={image.pk}").content.decode()
        assert reverse("paper:image", args=[image.pk]) in shown
        facts = {"code": code.grouped.lower(), "image": image.pk}
        form = client.post(sheet, facts).content.decode()
        assert form.count("data-number=") == 5 and " checked" not in form
        assert "ada" not in form
        answer = client.post(sheet, facts | {"outcome": "choices", "q1": ["bancs"], "token": name * 8}, follow=True)
        assert answer.status_code == 200
    assert ballots() == 1
    assert f"image={image.pk}" not in reader("cleo").get(page).content.decode()


def test_what_cannot_stand_is_told_and_kept_in_the_form(vote: Vote, paper_sheet, reader):
    code, _sheet = paper_sheet
    sheet = reverse("paper:key_sheet", args=[vote.session.ref])
    chosen = {"outcome": "choices", "q1": ["lavoir", "bancs", "verger", "piste"]}
    answer = reader("ada").post(sheet, {"code": code.text} | chosen)
    assert (answer.status_code, answer.content.decode().count(" checked>")) == (400, 4)
    wrong = reader("ada").post(sheet, {"code": code.text[:-1]})
    assert (wrong.status_code, Keying.objects.count()) == (404, 0)
