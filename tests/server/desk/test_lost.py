"""A pass was lost in the hall: void by its code where somebody has it, and told by the accounts where nobody has."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from server.ledger.codes import parse_code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Pass
from server.voting.refusals import PassSpent, PassUnknown, PassVoid
from server.voting.refusals_desk import PassProvisional, PassUsed
from server.voting.settlement import settle_box
from tests.server.votes import Vote, sync

pytestmark = pytest.mark.django_db


def lose(vote: Vote, code: str = "", **more) -> Pass | None:
    return voting.replace_lost_pass(session=vote.session, code_text=code, by=vote.officer, **more)


def words(reply) -> str:
    return " ".join(reply.content.decode().split())


def issued(vote: Vote, **counts: int):
    meetings.close_session(session=vote.session, by=vote.officer)
    counts = {"passes_spoiled": 0, "passes_returned": 0} | counts
    meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)
    vote.refresh()
    return next(one for one in balance_of(vote.session) if one.name == "passes_issued")


def test_a_lost_pass_with_its_code_is_void_and_its_later_ballot_does_not_count(vote: Vote):
    device = vote.kiosk()  # without network from here on: it cannot know
    code = vote.hand_over(0).text
    lose(vote, code)
    assert Pass.objects.filter(is_void=True).count() == 1
    bodies = {one.type: json.loads(bytes(one.payload.body)) for one in Record.objects.select_related("payload")}
    assert bodies["pass.void"] == {"reason": "lost"} and bodies["pass.replaced"] == {"void": True}
    device.cast(vote.box.definition_hash, parse_code(code), {"q1": ["lavoir"]})
    sync(device)
    assert not settle_box(vote.box).settlement.counted


def test_without_its_code_nothing_is_void_and_the_accounts_say_so_apart(vote: Vote):
    """Equations 1, 2 and 3: two people marked, four passes gone, each with its word."""
    known = vote.hand_over(0).text
    vote.hand_over(1)
    lose(vote, known)
    lose(vote)
    for _replacement in range(2):
        vote.stack.pop()
    equation = issued(vote, passes_unused=len(vote.stack))
    told = {term.key: term.count for term in equation.terms}
    assert equation.holds and told == {"marked": 2, "restored": 0, "replaced": 1, "replaced_unknown": 1}
    assert Pass.objects.filter(is_void=True).count() == 1


def test_a_form_sent_twice_replaces_once_d19(vote: Vote):
    for _tap in range(2):
        lose(vote, token="f")
    assert Record.objects.filter(type="pass.replaced").count() == 1


def test_a_pass_that_was_used_handed_in_or_void_is_not_replaced(vote: Vote):
    spent, exchanged, void = (vote.hand_over(person).text for person in range(3))
    device = vote.kiosk()
    device.cast(vote.box.definition_hash, parse_code(spent), {"q1": ["lavoir"]})
    sync(device)
    voting.exchange_pass(session=vote.session, code_text=exchanged, by=vote.officer)
    voting.void_pass(session=vote.session, code_text=void, reason="given back", by=vote.officer)
    for code, refusal in ((spent, PassUsed), (exchanged, PassSpent), (void, PassVoid), ("no code", PassUnknown)):
        with pytest.raises(refusal):
            lose(vote, code)
    assert not Record.objects.filter(type="pass.replaced").exists()


def test_the_pass_of_somebody_not_on_the_roll_is_not_replaced(vote: Vote):
    """The next one would be an ordinary pass: a right that nobody decided on."""
    code = vote.stack.pop().text
    names = ("family_name", "given_name", "address", "shown", "reason")
    about = dict.fromkeys(names, "Dupré") | {"birth_date": None}
    voting.enter_walk_in(session=vote.session, roll=vote.box.roll, about=about, code_text=code, by=vote.officer)
    with pytest.raises(PassProvisional):
        lose(vote, code)
    assert not Record.objects.filter(type="pass.replaced").exists() and not Pass.objects.filter(is_void=True).exists()


def test_a_lost_pass_that_turns_up_lies_with_the_returned_ones_and_the_accounts_hold(vote: Vote):
    code = vote.hand_over(0).text
    lose(vote, code)
    vote.stack.pop()
    voting.void_pass(session=vote.session, code_text=code, reason="returned", by=vote.officer)
    issued(vote, passes_unused=len(vote.stack), passes_returned=1)
    spent = {one.key: {term.key: term.count for term in one.terms} for one in balance_of(vote.session)}["3"]
    assert spent["returned"] == 1 and "replaced" not in spent
    assert [(one.key, one.difference) for one in balance_of(vote.session) if not one.holds] == [("3", 1)]  # not voted


def test_the_desk_says_what_it_means_and_wants_the_box_ticked_where_nobody_has_the_code(desk, vote: Vote):
    home = words(desk.get(reverse("desk:home", args=[vote.session.ref])))
    assert "Without its code it cannot be made void: whoever finds it may vote with it." in home
    address = reverse("desk:lost", args=[vote.session.ref])
    assert desk.post(address, {"code": "", "token": "a"}).status_code == 404
    code = vote.hand_over(0).text
    assert "The lost pass is void." in words(desk.post(address, {"code": code, "token": "b"}, follow=True))
    done = words(desk.post(address, {"code": "", "unknown": "on", "token": "c"}, follow=True))
    assert "Counted as lost without its code" in done
