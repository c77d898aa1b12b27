"""Codes: the right one is always served, wrong ones teach nothing and are answered more and more slowly."""

from __future__ import annotations

import pytest

from server.ledger.codes import new_code
from server.voting import actions as voting
from server.voting.models import WrongCodes
from server.voting.refusals import RightUnknown, TryAgainLater
from server.voting.rights import Right
from server.voting.wrong_codes import ALLOWED, FREE_TRIES, LONGEST_WAIT_S, block_key, throttle_keys
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db

KEYS = ("session a", "address b")


def guess(vote, text, keys=KEYS):
    with pytest.raises((RightUnknown, TryAgainLater)) as refused:
        Right.of_code(vote.box, text, throttle_key=keys)
    return refused.value


def test_a_right_code_is_served_however_it_is_typed(vote):
    code = vote.letters[0]
    typed = code.grouped.lower().replace("-", " ").replace("0", "o")
    assert Right.of_code(vote.box, typed).subject == Right.of_code(vote.box, code.text).subject


def test_unknown_mistyped_void_handed_in_and_test_codes_get_the_same_answer(vote):
    """P16."""
    (specimen, _row), *_rest = voting.make_passes(box=vote.box, entries=vote.entries[:1], is_test=True)
    (void, row), *_rest = voting.make_passes(box=vote.box, entries=vote.entries[:1])
    row.is_void = True
    row.save()
    letter = vote.letters[0].text
    mistyped = letter[:-1] + ("0" if letter[-1] != "0" else "1")
    answers = [
        guess(vote, text, ()).as_json()
        for text in (new_code().text, mistyped, "", "x" * 300, specimen.text, void.text, vote.stack[0].text)
    ]
    assert len({str(answer) for answer in answers}) == 1


def test_every_wrong_code_costs_the_same_queries(vote, django_assert_num_queries):
    """P16: an unreadable code is looked up like a readable one."""
    for text in (new_code().text, "no code at all"):
        with django_assert_num_queries(3):
            guess(vote, text, ())


def test_wrong_codes_are_slowed_and_right_ones_never(vote):
    """P16."""
    answers = [guess(vote, new_code().text) for _try in range(FREE_TRIES + 12)]
    assert [answer.code for answer in answers[:FREE_TRIES]] == ["right_unknown"] * FREE_TRIES
    waits = [answer.details["retry_after_s"] for answer in answers[FREE_TRIES:]]
    assert waits[:3] == [2, 4, 8] and waits[-1] == LONGEST_WAIT_S and waits == sorted(waits)
    assert Right.of_code(vote.box, vote.letters[0].text, throttle_key=KEYS).subject.startswith("use:")


def test_a_new_cookie_does_not_begin_at_nought(vote):
    """P15, P16: the address counts by itself."""
    for number in range(FREE_TRIES):
        guess(vote, new_code().text, (f"session {number}", "address b"))
    assert guess(vote, new_code().text, ("session new", "address b")).code == "try_again_later"
    assert guess(vote, new_code().text, ("session new", "address elsewhere")).code == "right_unknown"


@pytest.mark.parametrize(
    ("addresses", "elsewhere"),
    [("192.0.2.{}", "192.0.3.1"), ("2001:db8:0:1::{}", "2001:db8:0:2::1"), ("2001:db8:0:1:{}::", "2001:db8:1:1::")],
)
def test_other_addresses_of_one_line_or_block_do_not_begin_at_nought(vote, addresses, elsewhere):
    """P15: 1,000 attempts with fresh cookies and fresh addresses."""

    def attempt(number, address):
        return guess(vote, new_code().text, (f"session {number}", f"address {address}", *block_key(address)))

    most = ALLOWED["line" if ":" in elsewhere else "block"]
    for number in range(most):
        assert attempt(number, addresses.format(number + 1)).code == "right_unknown"
    assert attempt("new", addresses.format(200)).details == {"retry_after_s": 2}
    assert attempt("other", elsewhere).code == "right_unknown"
    keys = ("session mine", f"address {addresses.format(201)}", *block_key(addresses.format(201)))
    assert Right.of_code(vote.box, vote.letters[0].text, throttle_key=keys)


def test_a_roll_counts_by_itself_however_many_addresses_try(vote):
    """P15; and P16: the right code is served all the same, and another roll begins at nought."""
    guess(vote, new_code().text, ())
    WrongCodes.objects.update(count=ALLOWED["roll"])
    assert guess(vote, new_code().text, ("session far", "address away")).code == "try_again_later"
    assert Right.of_code(vote.box, vote.letters[0].text, throttle_key=KEYS)
    other = make_vote(officer="second@example.org", slug="other")
    assert guess(other, new_code().text, ("session far", "address away")).code == "right_unknown"


def test_an_address_that_is_not_known_has_no_block():
    assert block_key("") == ()
    assert block_key("192.0.2.77") == ("block 192.0.2.0/24",)
    assert block_key("2001:db8::1") == ("line 2001:db8::/64",)


def test_wrong_codes_are_forgotten_after_an_hour(vote, time_machine_at):
    for _try in range(FREE_TRIES + 1):
        guess(vote, new_code().text)
    time_machine_at(minutes=61)
    assert guess(vote, new_code().text).code == "right_unknown"


@pytest.fixture
def time_machine_at():
    import datetime as dt

    import time_machine

    moved = []

    def move(**later):
        traveller = time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(**later), tick=True)
        traveller.start()
        moved.append(traveller)

    yield move
    for traveller in moved:
        traveller.stop()


def test_neither_session_nor_address_is_kept_as_it_is(vote, rf):
    request = rf.get("/", REMOTE_ADDR="192.0.2.7")
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    keys = throttle_keys(request)
    assert keys[0] == f"session {request.session.session_key}"
    assert keys[1:] == (
        "address 192.0.2.7",
        "block 192.0.2.0/24",
    )
    guess(vote, new_code().text, keys)
    sources = list(WrongCodes.objects.values_list("source", flat=True))
    assert len(sources) == 4 and not any("192" in source and "." in source for source in sources)


def test_in_a_box_by_pass_the_stack_opens_the_ballot_online():
    vote = make_vote(regime="pass")
    assert Right.of_code(vote.box, vote.stack[0].text).subject.startswith("use:")
    assert Right.of_code(vote.box, vote.letters[0].text).subject.startswith("use:")


def test_a_letter_of_another_box_opens_nothing_here(vote):
    """P5."""
    other = make_vote(officer="second@example.org", slug="other")
    assert guess(other, vote.letters[0].text).code == "right_unknown"
