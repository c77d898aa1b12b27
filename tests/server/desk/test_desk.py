"""The desk's pages: find a person, mark, hand over; passes and sheets that come back."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from printouts.sheetcode import SheetCode, encode
from server.accounts.models import User
from server.ledger.codes import new_code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.paper.models import PrintRun, Sheet
from server.voting.desk_search import find_entries, fold
from server.voting.models import Pass, PresenceMark, RollEntry
from server.voting.passes import make_passes
from tests.server.votes import Vote, make_session, make_vote, print_sheets

pytestmark = pytest.mark.django_db


def page(name: str, vote: Vote, *more: int) -> str:
    return reverse(f"desk:{name}", args=[vote.session.ref, *more])


def records(type_: str) -> int:
    return Record.objects.filter(type=type_).count()


@pytest.fixture
def people(vote: Vote) -> list[RollEntry]:
    """Names that are hard to type."""
    first, second, third, *_ = vote.entries
    for entry, given, family in (
        (first, "Zoë", "Lefèvre-Roux"),
        (second, "Éloi", "D’Aubigné"),
        (third, "Eloi", "Roux"),
    ):
        RollEntry.objects.filter(pk=entry.pk).update(given_name=given, family_name=family)
    return list(vote.box.roll.entries.order_by("number")[:3])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lefevre", [0]),
        ("LEFÈVRE roux", [0]),
        ("roux zoe", [0]),
        ("eloi", [1, 2]),
        ("éloi", [1, 2]),
        ("ÉLOI roux", [2]),
        ("aubigne", [1]),
        ("00001", [1]),
        ("zo%", []),
        ("z", []),
    ],
)
def test_a_person_is_found_as_people_type(vote: Vote, people, typed: str, found: list[int]):
    assert find_entries(vote.session, typed) == [people[index] for index in found]


def test_a_number_of_one_figure_finds_its_person_first(desk, vote: Vote):
    """Among so many numbers that begin alike, nobody could type more of it."""
    for place, entry in enumerate(vote.entries):
        RollEntry.objects.filter(pk=entry.pk).update(number="2" if place == 29 else f"2{place:02d}")
    assert find_entries(vote.session, "2")[0].pk == vote.entries[29].pk


def test_one_letter_finds_nobody_and_sends_nobody_to_the_provisional_list(desk, vote: Vote):
    told = desk.post(page("search", vote), {"q": "n"}, headers={"HX-Request": "true"}).content.decode()
    assert "Type two letters at least" in told and "Nobody found" not in told
    assert reverse("desk:walk_in", args=[vote.session.ref]) not in told


def test_folding_forgives_accents_case_and_hyphens():
    assert fold("Lefèvre-Roux") == fold("LEFEVRE ROUX")


def test_two_people_of_one_name_are_both_shown_p8(desk, vote: Vote):
    RollEntry.objects.filter(pk__in=[vote.entries[0].pk, vote.entries[1].pk]).update(
        family_name="Martin", given_name="Louise"
    )
    answer = desk.post(page("search", vote), {"q": "martin"})
    assert answer.content.decode().count("/mark/") == 2


def test_the_search_works_with_and_without_javascript(desk, vote: Vote):
    whole = desk.post(page("search", vote), {"q": "Nom12"}).content.decode()
    answer = desk.post(page("search", vote), {"q": "Nom12"}, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"  # names stay in no browser's memory
    assert "<html" in whole
    assert "<html" not in part
    assert reverse("desk:mark", args=[vote.session.ref, vote.entries[12].pk]) in whole
    assert reverse("desk:mark", args=[vote.session.ref, vote.entries[12].pk]) in part


def test_names_are_never_part_of_an_address_x23(desk, vote: Vote):
    assert desk.get(page("search", vote), {"q": "Nom12"}).status_code == 405


def test_long_lists_are_cut_and_say_so(desk, vote: Vote):
    answer = desk.post(page("search", vote), {"q": "Camille"}).content.decode()
    assert answer.count("/mark/") == 12
    assert len(find_entries(vote.session, "Camille")) == 13


def test_a_person_is_marked_and_an_impatient_finger_marks_once_d19(desk, vote: Vote):
    entry = vote.entries[0]
    for _tap in range(3):
        answer = desk.post(page("mark", vote, entry.pk), {"token": "one form"})
        assert answer.status_code == 302
    assert PresenceMark.objects.get().entry == entry
    assert records("right.used") == 1


def test_a_second_mark_of_a_person_is_refused_so_that_no_second_pass_is_handed_over(desk, vote: Vote):
    desk.post(page("mark", vote, vote.entries[0].pk), {"token": "first"})
    answer = desk.post(page("mark", vote, vote.entries[0].pk), {"token": "second"})
    assert answer.status_code == 409
    assert 'id="errors"' in answer.content.decode()
    assert PresenceMark.objects.count() == 1


def test_giving_the_pass_back_undoes_the_mark_and_voids_the_pass(desk, vote: Vote):
    code = vote.hand_over(0)
    mark = PresenceMark.objects.get()
    wrong = desk.post(page("give_back", vote, mark.pk), {"reason": "leaves", "code": "7Q7Q"})
    assert wrong.status_code == 404
    assert "7Q7Q" not in wrong.content.decode().split("<main")[1], "what was typed is not repeated"
    assert (
        desk.post(page("give_back", vote, mark.pk), {"reason": "leaves", "code": code.grouped.lower()}).status_code
        == 302
    )
    mark.refresh_from_db()
    assert mark.is_restored
    assert Pass.objects.filter(is_void=True).count() == 1
    assert records("right.restored") == 1


def test_a_pass_is_taken_in_for_a_sheet_once_p4(desk, vote: Vote):
    code = vote.stack.pop()
    assert desk.post(page("exchange", vote), {"code": code.text, "token": "a"}).status_code == 302
    assert desk.post(page("exchange", vote), {"code": code.text, "token": "a"}).status_code == 302, (
        "the same form again"
    )
    assert desk.post(page("exchange", vote), {"code": code.text, "token": "b"}).status_code == 409
    assert records("pass.exchanged") == 1


@pytest.mark.parametrize("typed", ["", "nonsense", "0" * 18, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ", "x" * 500])
def test_a_mistyped_pass_is_refused_p6(desk, vote: Vote, typed: str):
    assert desk.post(page("exchange", vote), {"code": typed}).status_code == 404
    assert records("pass.exchanged") == 0


def test_a_pass_of_another_session_is_refused_p5(desk, vote: Vote):
    evening = make_session(vote.box)
    ((code, _row),) = make_passes(session=evening, quantity=1)
    assert desk.post(page("exchange", vote), {"code": code.text}).status_code == 404
    assert desk.post(page("void", vote), {"code": code.text}).status_code == 404


@pytest.fixture
def by_pass(client, db) -> Vote:
    client.force_login(User.objects.create_superuser("chief@example.org"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return make_vote(people=1, passes=2, regime="pass", letters=False)


def test_in_a_vote_by_pass_the_desk_hands_over_and_writes_down_neither_person_nor_pass(client, by_pass: Vote):
    answer = client.get(page("home", by_pass)).content.decode()
    assert 'class="steps"' in answer and "Pass handed over" in answer
    assert 'id="q"' not in answer
    assert client.post(page("hand_over", by_pass), {"token": "t"}).status_code == 302
    row = Record.objects.select_related("payload").get(type="pass.issued")
    assert (row.payload.subject, bytes(row.payload.body), row.session_ref) == ("", b"{}", by_pass.session.ref)


def test_a_pass_handed_over_is_counted_once_however_often_its_form_is_sent(client, by_pass: Vote):
    """P11, D19."""
    for token in ("first", "first", "second"):
        client.post(page("hand_over", by_pass), {"token": token})
    assert records("pass.issued") == 2
    assert "2 passes handed over" in client.get(page("home", by_pass)).content.decode()
    for _time in range(2):
        client.post(page("one_too_many", by_pass), {"token": "slip"})
    assert records("pass.unissued") == 1
    assert "1 pass handed over" in client.get(page("home", by_pass)).content.decode()


def test_no_more_hand_overs_are_taken_back_than_there_were(client, by_pass: Vote):
    answer = client.post(page("one_too_many", by_pass), {"token": "t"})
    assert answer.status_code == 409 and "nothing to take back" in answer.content.decode()
    meetings.close_session(session=by_pass.session, by=by_pass.officer)
    assert client.post(page("hand_over", by_pass), {"token": "u"}).status_code == 409
    assert "Pass handed over" not in client.get(page("home", by_pass)).content.decode()


@pytest.mark.parametrize(
    ("where", "reason", "told"),
    [
        ("", "returned", "Put it with the returned passes"),
        ("returned", "returned", "Put it with the returned passes"),
        ("lost", "lost", "Should it turn up"),
    ],
)
def test_a_void_pass_says_whether_it_lies_on_the_desk(client, by_pass: Vote, where: str, reason: str, told: str):
    fields = {"code": by_pass.stack[0].text, "where": where}
    assert told in client.post(page("void", by_pass), fields, follow=True).content.decode()
    row = Record.objects.select_related("payload").get(type="pass.void")
    assert json.loads(bytes(row.payload.body)) == {"reason": reason}


def test_a_lost_pass_that_turns_up_lies_with_the_returned_ones(client, by_pass: Vote):
    """P11."""
    for where in ("lost", "lost", "returned", "returned", "lost"):
        client.post(page("void", by_pass), {"code": by_pass.stack[0].text, "where": where})
    rows = Record.objects.filter(type="pass.void").order_by("index").values_list("payload__body", flat=True)
    assert [json.loads(bytes(body))["reason"] for body in rows] == ["lost", "returned"]


@pytest.mark.parametrize("regime", ["person", "pass"])
def test_the_desk_shows_no_figure_while_the_stacks_are_counted(client, db, regime: str):
    """P11, sync protocol §9: people count blind."""
    client.force_login(User.objects.create_superuser("chief@example.org"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    vote = make_vote(people=3, passes=4, regime=regime, letters=False)
    print_sheets(vote, 2)
    exchange(client, vote, vote.hand_over(0))
    words = ["1 pass taken in", "0 spoiled sheets", "1 person marked" if vote.box.roll else "1 pass handed over"]
    assert all(one in client.get(page("home", vote)).content.decode() for one in words)
    meetings.close_session(session=vote.session, by=vote.officer)
    blind = client.get(page("home", vote)).content.decode()
    assert not any(one in blind for one in words) and "num soft" not in blind
    vote.count(passes_unused=3, passes_spoiled=0, passes_returned=0, sheets_in_box=0, sheets_unused=1)
    assert all(one in client.get(page("home", vote)).content.decode() for one in words)


def exchange(client, vote: Vote, code) -> None:
    assert client.post(page("exchange", vote), {"code": code.text, "token": "e"}).status_code == 302


def printed_sheet(vote: Vote):
    """A sheet of this session whose serial we know."""
    run = PrintRun.objects.create(box=vote.box, session=vote.session, quantity=1, status="ready")
    code, key = new_code(), bytes(vote.session.code_key)
    sheet = Sheet.objects.create(run=run, check_value=code.check(key).hex(), use_value=code.use(key).hex())
    return sheet, code


@pytest.mark.parametrize("is_scanned", [False, True])
def test_a_sheet_is_spoiled_by_its_number_or_by_its_square(desk, vote: Vote, is_scanned: bool):
    sheet, code = printed_sheet(vote)
    definition = bytes.fromhex(vote.box.definition_hash)[:8]
    qr = encode(SheetCode(definition=definition, layout=1, page=1, pages=1, serial=code.raw))
    typed = qr if is_scanned else code.grouped
    answer = desk.post(page("spoil", vote), {"serial": typed, "replaced": "on", "token": "t"})
    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert sheet.is_spoiled
    assert records("sheet.spoiled") == 1


def test_a_sheet_that_was_read_cannot_be_spoiled(desk, vote: Vote):
    sheet, code = printed_sheet(vote)
    Sheet.objects.filter(pk=sheet.pk).update(ballot="a" * 64)
    assert desk.post(page("spoil", vote), {"serial": code.text}).status_code == 409


def test_after_closing_the_paper_list_is_keyed_in(desk, vote: Vote):
    meetings.close_session(session=vote.session, by=vote.officer)
    assert desk.post(page("mark", vote, vote.entries[3].pk), {"token": "x"}).status_code == 302
    assert PresenceMark.objects.count() == 1
    assert desk.post(page("exchange", vote), {"code": vote.stack[0].text}).status_code == 409


def test_a_person_of_another_roll_cannot_be_marked_i6(desk, vote: Vote):
    stranger = RollEntry.objects.create(
        roll=type(vote.box.roll).objects.create(space=vote.box.space, title="Other"), number="1", family_name="X"
    )
    assert desk.post(page("mark", vote, stranger.pk)).status_code == 404


def test_only_the_desk_reaches_the_desk(client, vote: Vote):
    assert client.get(page("home", vote)).status_code == 302
    client.force_login(User.objects.create_user("nobody@example.org"))
    assert client.get(page("home", vote)).status_code == 404
    assert client.get(page("walk_in", vote)).status_code == 404
    for name in ("search", "exchange", "void", "spoil", "walk_in"):
        assert client.post(page(name, vote)).status_code == 404
    assert client.post(page("mark", vote, vote.entries[0].pk)).status_code == 404
    assert not PresenceMark.objects.exists()


def test_a_form_from_elsewhere_is_refused_x11(vote: Vote, desk):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    assert strict.post(page("mark", vote, vote.entries[0].pk), {"token": "t"}).status_code == 403
    assert not PresenceMark.objects.exists()


def test_a_name_with_a_script_is_shown_as_text_x5(desk, vote: Vote):
    RollEntry.objects.filter(pk=vote.entries[0].pk).update(family_name="<script>alert(1)</script>")
    answer = desk.post(page("search", vote), {"q": "script"}).content.decode()
    assert "&lt;script&gt;" in answer
    assert "<script>alert" not in answer


def test_each_page_carries_a_token_of_its_own(desk, vote: Vote):
    tokens = {
        re.search(r'name="token" value="([^"]+)"', desk.get(page("home", vote)).content.decode())[1] for _ in "ab"
    }
    assert len(tokens) == 2
