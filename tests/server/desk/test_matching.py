"""At the desk an account is matched to a line by a code that the person shows; it never gives a second voice (P14)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.accounts.actions import erase_account
from server.accounts.models import User
from server.ledger.codes import new_code
from server.meetings import actions as meetings
from server.office.approvals import agree, refuse
from server.office.models import Act, Approval
from server.voting import actions as voting
from server.voting.models import MatchCode, Matching, RollEntry, WrongCodes
from server.voting.refusals import (
    AccountTaken,
    EntryTaken,
    NotOnTheRoll,
    ReasonMissing,
    SessionNotOpen,
    Struck,
    TryAgainLater,
)
from server.voting.refusals_desk import MatchCodeUnknown, OwnAccount
from server.voting.rights import Right
from server.voting.wrong_codes import FREE_TRIES
from tests.server.votes import ONLINE, Vote, make_session, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(db) -> User:
    return User.objects.create_user("resident@example.org")


def match(vote: Vote, person: int, code: str, **facts):
    facts = {"session": vote.session, "by": vote.officer} | facts
    return voting.match_at_desk(entry=vote.entries[person], code_text=code, **facts)


def page(name: str, vote: Vote, *more: int) -> str:
    return reverse(f"desk:{name}", args=[vote.session.ref, *more])


def test_the_code_on_the_screen_of_a_resident_matches_the_account_at_the_desk(desk, vote, resident):
    own = Client(headers={"accept-language": "en"})
    own.force_login(resident)
    address = reverse("voting:match_code")
    assert "Show the code" in own.get(address).content.decode() and not MatchCode.objects.exists()
    shown = own.post(address)
    code = re.search(r"<code>([0-9A-Z-]{22})</code>", shown.content.decode())[1]
    assert "no-store" in shown["Cache-Control"] and "<svg" in shown.content.decode()
    entry = vote.entries[3]
    assert page("match", vote, entry.pk) in desk.post(page("search", vote), {"q": entry.number}).content.decode()
    said = {"code": code.lower(), "is_checked": "on", "token": "one form"}
    for _tap in range(3):  # D19
        assert desk.post(page("match", vote, entry.pk), said).status_code == 302
    entry.refresh_from_db()
    assert entry.account == resident and not MatchCode.objects.exists()
    assert "Account matched" in desk.post(page("search", vote), {"q": entry.number}).content.decode()
    assert Act.objects.filter(deed="account.matched").count() == 1
    assert "Nom3" not in str(list(Act.objects.values())), "the log names nobody"
    assert not WrongCodes.objects.exists()
    vote.box.refresh_from_db()
    assert Right.of_account(vote.box, resident).subject.startswith("entry:")


def test_an_officer_says_that_the_document_was_seen(desk, vote, resident):
    code = voting.show_match_code(user=resident).text
    answer = desk.post(page("match", vote, vote.entries[0].pk), {"code": code})
    assert answer.status_code == 422 and 'id="errors"' in answer.content.decode()
    assert code not in answer.content.decode() and MatchCode.objects.exists()


def test_a_code_is_good_once_for_minutes_and_only_the_last_one(vote, resident):
    earlier, code = (voting.show_match_code(user=resident).text for _again in range(2))
    stored = MatchCode.objects.get()
    assert code.lower() not in stored.check_value and len(stored.check_value) == 32
    with pytest.raises(MatchCodeUnknown):
        match(vote, 0, earlier)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True), pytest.raises(MatchCodeUnknown):
        match(vote, 0, code)
    match(vote, 0, code)
    with pytest.raises(MatchCodeUnknown):
        match(vote, 1, code)


def test_wrong_codes_are_counted_and_slowed_and_the_right_one_is_taken_all_the_same(vote, resident):
    """P15, P16."""
    keys = ("session a", "address b")
    for text in (*(new_code().text for _try in range(FREE_TRIES - 1)), "no code"):
        with pytest.raises(MatchCodeUnknown):
            match(vote, 0, text, throttle_keys=keys)
    with pytest.raises(TryAgainLater):
        match(vote, 0, vote.letters[0].text, throttle_keys=keys)
    assert match(vote, 0, voting.show_match_code(user=resident).text, throttle_keys=keys).account == resident


def test_a_second_account_on_a_line_and_a_second_line_of_an_account_are_refused(vote, resident):
    """P14: two accounts claim one entry."""
    match(vote, 0, voting.show_match_code(user=resident).text)
    other = User.objects.create_user("other@example.org")
    with pytest.raises(EntryTaken):
        match(vote, 0, voting.show_match_code(user=other).text)
    with pytest.raises(AccountTaken):
        match(vote, 1, voting.show_match_code(user=resident).text)
    assert MatchCode.objects.count() == 2, "a refusal spends no code"


def test_nobody_is_matched_by_themselves_when_struck_after_closing_or_at_another_roll(vote, resident):
    with pytest.raises(OwnAccount):
        match(vote, 0, voting.show_match_code(user=vote.officer).text)
    elsewhere = make_vote(officer="elsewhere@example.org", slug="elsewhere")
    code = voting.show_match_code(user=resident).text
    with pytest.raises(NotOnTheRoll):
        match(vote, 0, code, session=elsewhere.session)
    RollEntry.objects.filter(pk=vote.entries[1].pk).update(struck_at=timezone.now())
    with pytest.raises(Struck):
        match(vote, 1, code)
    meetings.close_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        match(vote, 0, code)
    assert not RollEntry.objects.exclude(account=None).exists()


def test_who_was_marked_in_person_gains_no_second_voice_by_an_account(desk, vote, resident):
    """P1, P14: matched after the mark, the ballot online is taken out; and separated and matched again as well."""
    vote.hand_over(0)
    assert "does not count" in desk.get(page("match", vote, vote.entries[0].pk)).content.decode()
    for user in (resident, User.objects.create_user("again@example.org")):
        match(vote, 0, voting.show_match_code(user=user).text)
        right = Right.of_account(vote.box, user)
        voting.cast_ballot(box=vote.box, right=right, choices={"q1": ["verger"]}, origin=ONLINE)
        voting.unmatch_account(entry=vote.entries[0], reason="wrong line", by=vote.officer)
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=7, passes_spoiled=0, passes_returned=0)
    vote.refresh().explain("The pass was taken along.")
    vote.reconcile()
    assert vote.refresh().box.settlement["counted"] == 0


def test_people_are_matched_before_the_hall_opens(vote, resident):
    session = make_session(vote.box)
    assert match(vote, 0, voting.show_match_code(user=resident).text, session=session).account == resident


def test_how_an_account_came_to_a_line_and_why_it_left_is_kept_beside_the_line(vote, resident):
    match(vote, 0, voting.show_match_code(user=resident).text)
    with pytest.raises(ReasonMissing):
        voting.unmatch_account(entry=vote.entries[0], reason="  ", by=vote.officer)
    voting.unmatch_account(entry=vote.entries[0], reason="the  other sister", by=vote.officer)
    kept = Matching.objects.get()
    assert (kept.how, kept.by, kept.account, kept.is_over) == ("desk", vote.officer, resident, True)
    assert (kept.reason, kept.ended_by) == ("the other sister", vote.officer)
    assert "sister" not in str(list(Act.objects.values()))


def test_once_a_vote_is_bound_an_account_is_separated_by_two(vote, resident, settings):
    settings.PARVIS_SINGLE_HANDED = False
    second = User.objects.create_user("second@example.org")
    entry = match(vote, 0, voting.show_match_code(user=resident).text)
    for answer, account in ((refuse, resident), (agree, None)):
        approval = voting.unmatch_account(entry=entry, reason="wrong line", by=vote.officer)
        assert isinstance(approval, Approval)
        entry.refresh_from_db()
        assert entry.account == resident
        answer(approval=approval, by=second)
        entry.refresh_from_db()
        assert entry.account == account
    assert (Matching.objects.get().ended_by, Matching.objects.get().agreed_by) == (vote.officer, second)


def test_p23_an_erased_account_leaves_its_line_and_what_was_noted_of_it(vote, resident):
    match(vote, 0, voting.show_match_code(user=resident).text)
    voting.show_match_code(user=resident)
    erase_account(user=resident)
    assert not MatchCode.objects.exists() and not RollEntry.objects.exclude(account=None).exists()
    assert list(Matching.objects.values_list("account", "is_over")) == [(None, True)]
    other = User.objects.create_user("other@example.org")
    assert match(vote, 0, voting.show_match_code(user=other).text).account == other
