"""The desk: rights used in person, passes and sheets that change hands. What is done twice on purpose is refused."""

from __future__ import annotations

import pytest

from server.ledger.models import Record
from server.meetings import actions as meetings
from server.voting import actions as voting
from server.voting.models import PresenceMark
from server.voting.refusals import (
    AccountTaken,
    EntryTaken,
    MarkRestored,
    NotOnTheRoll,
    PassSpent,
    PassUnknown,
    PassVoid,
    RightUnknown,
    SessionNotOpen,
    SheetRead,
    SheetSpoiled,
    SheetUnknown,
    UsedInPerson,
)
from tests.server.votes import make_session, on_paper, print_sheets

pytestmark = pytest.mark.django_db
Back = PresenceMark.Back


def mark(vote, person, **more):
    return voting.mark_used_in_person(
        box=vote.box, entry=vote.entries[person], session=vote.session, by=vote.officer, **more
    )


def exchange(vote, text, **more):
    return voting.exchange_pass(session=vote.session, code_text=text, by=vote.officer, **more)


def test_a_right_is_used_in_person_once(vote):
    mark(vote, 0)
    with pytest.raises(UsedInPerson):
        mark(vote, 0)
    assert Record.objects.filter(type="right.used").count() == 1


def test_the_same_form_marks_once_and_answers_the_same(vote):
    """D19: an impatient finger is no second person."""
    assert mark(vote, 0, token="f") == mark(vote, 0, token="f")
    code = vote.stack[0].text
    assert exchange(vote, code, token="g") == exchange(vote, code, token="g")
    assert Record.objects.filter(type__in=["right.used", "pass.exchanged"]).count() == 2


def test_a_right_used_at_one_session_is_used_at_every_other(vote):
    other = make_session(vote.box)
    meetings.open_session(session=other, by=vote.officer)
    mark(vote, 0)
    with pytest.raises(UsedInPerson):
        voting.mark_used_in_person(box=vote.box, entry=vote.entries[0], session=other, by=vote.officer)


def test_giving_a_pass_back_restores_the_right_and_voids_the_pass(vote):
    code, held = vote.hand_over(0), vote.box.presence_marks.get()
    voting.restore_right(mark=held, code_text=code.grouped, reason=Back.LEAVES, by=vote.officer)
    with pytest.raises(MarkRestored):
        voting.restore_right(mark=held, code_text=code.grouped, reason=Back.LEAVES, by=vote.officer)
    with pytest.raises(PassVoid):
        exchange(vote, code.text)
    mark(vote, 0)  # and may be used in person again
    types = list(Record.objects.filter(session_ref=vote.session.ref).values_list("type", flat=True))
    assert types == ["meeting.state", "right.used", "pass.void", "right.restored", "right.used"]


def test_a_right_is_not_given_back_for_a_pass_that_became_a_sheet(vote):
    code, held = vote.hand_over(0), vote.box.presence_marks.get()
    exchange(vote, code.text)
    with pytest.raises(PassSpent):
        voting.restore_right(mark=held, code_text=code.text, reason=Back.LEAVES, by=vote.officer)
    held.refresh_from_db()
    assert not held.is_restored


def test_a_pass_is_handed_in_once(vote):
    """P4."""
    exchange(vote, vote.stack[0].grouped.lower())
    with pytest.raises(PassSpent):
        exchange(vote, vote.stack[0].text)


@pytest.mark.parametrize("text", ["", "0000", "ABCD-EFGH-JKMN-PQRS-TV", "é" * 18, "0" * 500])
def test_what_is_no_pass_of_this_session_is_unknown(vote, text):
    """P5, P6."""
    with pytest.raises(PassUnknown):
        exchange(vote, text)


def test_a_pass_of_another_session_is_unknown_here(vote):
    """P5."""
    other = make_session(vote.box)
    (code, _row), *_rest = voting.make_passes(session=other, quantity=1)
    with pytest.raises(PassUnknown):
        exchange(vote, code.text)


def test_every_mistyped_character_of_a_pass_is_seen(vote):
    """P6."""
    text = vote.stack[0].text
    for place in range(len(text)):
        wrong = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
        with pytest.raises(PassUnknown):
            exchange(vote, wrong)


def test_a_pass_is_void_once_and_stays_void(vote):
    for _again in range(2):
        voting.void_pass(session=vote.session, code_text=vote.stack[0].text, reason="lost", by=vote.officer)
    assert Record.objects.filter(type="pass.void").count() == 1
    with pytest.raises(PassVoid):
        exchange(vote, vote.stack[0].text)


def test_a_sheet_is_spoiled_once_and_not_after_it_was_read(vote):
    (code, sheet), (other_code, other) = print_sheets(vote)
    spoil = {"session": vote.session, "is_replaced": True, "by": vote.officer}
    voting.spoil_sheet(serial_text=code.text, **spoil)
    with pytest.raises(SheetSpoiled):
        voting.spoil_sheet(serial_text=code.text, **spoil)
    other.ballot = on_paper(vote, other, ["lavoir"]).id
    other.save()
    with pytest.raises(SheetRead):
        voting.spoil_sheet(serial_text=other_code.text, **spoil)
    with pytest.raises(SheetUnknown):
        voting.spoil_sheet(serial_text=vote.stack[0].text, **spoil)


def test_the_desk_works_while_its_session_is_open(vote):
    """P10."""
    meetings.pause_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        mark(vote, 0)
    meetings.resume_session(session=vote.session, by=vote.officer)
    meetings.close_session(session=vote.session, by=vote.officer)
    for deed in (lambda: mark(vote, 0), lambda: exchange(vote, vote.stack[0].text)):
        with pytest.raises(SessionNotOpen):
            deed()
    mark(vote, 0, is_keyed_in=True)  # from the list kept on paper


def test_an_entry_of_another_roll_is_not_marked(vote):
    entry = vote.entries[0]
    entry.roll_id += 1
    with pytest.raises(NotOnTheRoll):
        voting.mark_used_in_person(box=vote.box, entry=entry, session=vote.session, by=vote.officer)


def test_no_record_joins_a_person_a_pass_and_a_sheet(vote):
    code = vote.hand_over(0)
    exchange(vote, code.text)
    subjects = Record.objects.filter(session_ref=vote.session.ref).values_list("payload__subject", flat=True)
    assert [subject.split(":")[0] for subject in subjects if subject] == ["entry", "use"]


def test_one_entry_belongs_to_one_account(vote, django_user_model):
    """P14."""
    other = django_user_model.objects.create_user("other@example.org")
    for _again in range(2):
        voting.match_account(entry=vote.entries[0], user=vote.officer)
    with pytest.raises(EntryTaken):
        voting.match_account(entry=vote.entries[0], user=other)
    with pytest.raises(AccountTaken):
        voting.match_account(entry=vote.entries[1], user=vote.officer)


def test_the_letter_matches_an_account_to_its_entry(vote):
    entry = voting.claim_entry_by_letter(box=vote.box, code_text=vote.letters[3].grouped, user=vote.officer)
    assert (entry, entry.account) == (vote.entries[3], vote.officer)
    with pytest.raises(RightUnknown):
        voting.claim_entry_by_letter(box=vote.box, code_text=vote.stack[0].text, user=vote.officer)
