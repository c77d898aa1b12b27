"""Which ballots count: any order, any repetition, the same result (rows P1, P2, P4; invariants I1, I2, I3)."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.voting.merge import (
    CastBallot,
    Removed,
    Rights,
    SheetDecision,
    Superseded,
    entries_in_person,
    settle,
)
from tests.server.voting.naive_merge import naive_counted

SEED = b"\x05" * 32
ENTRY, OTHER = "entry:" + "e" * 64, "entry:" + "f" * 64
PASS, LETTER, SECOND_LETTER = ("use:" + digit * 32 for digit in "abc")
SHEET = "sheet:" + "d" * 32


def ballot(number: int, door: str, subject: str, index: int | None = None) -> CastBallot:
    return CastBallot(bytes([number]) * 32, number if index is None else index, door, subject)


def person(**facts) -> Rights:
    return Rights(seed=SEED, regime="person", **facts)


def by_pass(**facts) -> Rights:
    return Rights(seed=SEED, regime="pass", **facts)


def ids(*ballots: CastBallot) -> set[bytes]:
    return {one.id for one in ballots}


def in_every_order(ballots: list[CastBallot], rights: Rights):
    """Settle in all orders and with repeats; they must all agree."""
    results = [settle(order, rights) for order in itertools.permutations(ballots)]
    results.append(settle(ballots + ballots, rights))
    assert all(result == results[0] for result in results)
    assert results[0].counted == naive_counted(set(ballots), rights)
    return results[0]


def test_p1_online_first_then_in_person_at_an_offline_kiosk():
    online, kiosk = ballot(1, "web", ENTRY), ballot(2, "kiosk", PASS)
    result = in_every_order([online, kiosk], person(in_person=frozenset({ENTRY})))
    assert result.counted == ids(kiosk)
    assert result.superseded == (Superseded(online.id, b"", "web", "desk", "in_person"),)


def test_p7_whoever_is_struck_has_no_voice_by_account_or_by_letter():
    account, letter, other = ballot(1, "web", ENTRY), ballot(2, "web", LETTER), ballot(3, "web", OTHER)
    rights = person(struck=frozenset({ENTRY}), letters={LETTER: ENTRY})
    result = in_every_order([account, letter, other], rights)
    assert result.counted == ids(other)
    assert {(one.id, one.rule) for one in result.removed} == {(account.id, "struck"), (letter.id, "struck")}


def test_p2_in_person_first_then_online_gives_the_same():
    """The online ballot has the later index here, the earlier one above: the index plays no part between doors."""
    kiosk, online = ballot(1, "kiosk", PASS), ballot(2, "web", ENTRY)
    result = in_every_order([kiosk, online], person(in_person=frozenset({ENTRY})))
    assert result.counted == ids(kiosk)
    assert result.pairs() == {("web", "desk"): 1}


def test_p1_whoever_posted_a_sheet_has_no_second_voice_online():
    """By account or by letter, before or after the envelope was accepted: the sheet counts, and only the sheet."""
    account, letter, sheet = ballot(1, "web", ENTRY), ballot(2, "web", LETTER), ballot(3, "paper", SHEET)
    other = ballot(4, "web", OTHER)
    rights = person(posted=frozenset({ENTRY}), letters={LETTER: ENTRY})
    result = in_every_order([account, letter, sheet, other], rights)
    assert result.counted == ids(sheet, other)
    assert {(one.by, one.by_door, one.rule) for one in result.superseded} == {(b"", "paper", "posted")}
    assert result.pairs() == {("web", "paper"): 2}


def test_p4_one_pass_at_two_offline_kiosks_counts_once_by_the_seed():
    one, two, three = (ballot(number, "kiosk", PASS) for number in (1, 2, 3))
    result = in_every_order([one, two, three], by_pass())
    expected = min((one, two, three), key=lambda b: hashlib.sha256(SEED + b.id).digest())
    assert result.counted == ids(expected)
    assert {line.rule for line in result.superseded} == {"seed"} and len(result.superseded) == 2
    assert {line.by for line in result.superseded} == {expected.id}


def test_p4_another_seed_may_choose_another_ballot():
    ballots = [ballot(number, "kiosk", PASS) for number in range(1, 9)]
    chosen = {settle(ballots, Rights(seed=bytes([n]) * 32, regime="pass")).counted for n in range(30)}
    assert len(chosen) > 4


def test_p4_a_pass_at_a_kiosk_and_handed_in_for_paper_counts_on_paper():
    kiosk, web, paper = ballot(1, "kiosk", PASS), ballot(2, "web", PASS), ballot(3, "paper", SHEET)
    result = in_every_order([kiosk, web, paper], by_pass(exchanged=frozenset({PASS})))
    assert result.counted == ids(paper)
    assert result.pairs() == {("kiosk", "paper"): 1, ("web", "paper"): 1}


def test_a_kiosk_ballot_of_a_pass_stands_before_its_web_ballots():
    kiosk, web = ballot(1, "kiosk", PASS), ballot(2, "web", PASS)
    result = in_every_order([kiosk, web], by_pass())
    assert result.counted == ids(kiosk)
    assert result.superseded == (Superseded(web.id, kiosk.id, "web", "kiosk", "hall"),)


def test_online_the_latest_by_log_index_counts():
    early, late = ballot(9, "web", ENTRY, index=4), ballot(3, "web", ENTRY, index=70)
    assert in_every_order([early, late], person()).counted == ids(late)


def test_account_and_letter_of_one_entry_are_one_voice():
    account, letter = ballot(1, "web", ENTRY, 1), ballot(2, "web", LETTER, 2)
    second, other = ballot(3, "web", SECOND_LETTER, 3), ballot(4, "web", OTHER, 4)
    rights = person(letters={LETTER: ENTRY, SECOND_LETTER: ENTRY})
    assert in_every_order([account, letter, second, other], rights).counted == ids(second, other)


def test_a_void_letter_leaves_the_other_ballots_of_its_entry():
    account, letter = ballot(1, "web", ENTRY, 1), ballot(2, "web", LETTER, 2)
    result = in_every_order([account, letter], person(letters={LETTER: ENTRY}, void=frozenset({LETTER})))
    assert result.counted == ids(account)
    assert result.removed == (Removed(letter.id, "web", "void"),)


def test_a_letter_handed_in_for_paper_takes_its_entry_off_the_web():
    account, letter, paper = ballot(1, "web", ENTRY), ballot(2, "web", LETTER), ballot(3, "paper", SHEET)
    rights = person(letters={LETTER: ENTRY}, exchanged=frozenset({LETTER}))
    assert in_every_order([account, letter, paper], rights).counted == ids(paper)


def test_a_void_pass_counts_at_no_door():
    ballots = [ballot(1, "kiosk", PASS), ballot(2, "web", PASS)]
    result = in_every_order(ballots, by_pass(void=frozenset({PASS})))
    assert not result.counted and {line.rule for line in result.removed} == {"void"}


def test_a_sheet_with_one_ballot_counts_and_with_two_waits_for_people():
    one, two = ballot(1, "paper", SHEET), ballot(2, "paper", SHEET)
    assert in_every_order([one], by_pass()).counted == ids(one)
    result = in_every_order([one, two], by_pass())
    assert not result.counted and not result.is_settled
    assert result.undecided == {SHEET: (one.id, two.id)}


def test_the_last_decision_about_a_sheet_holds():
    one, two = ballot(1, "paper", SHEET), ballot(2, "paper", SHEET)
    first, last = SheetDecision(10, SHEET, one.id), SheetDecision(11, SHEET, two.id)
    result = in_every_order([one, two], by_pass(decisions=frozenset({first, last})))
    assert result.counted == ids(two) and result.is_settled
    assert result.superseded == (Superseded(one.id, two.id, "paper", "paper", "decision"),)


def test_a_sheet_may_be_rejected():
    one = ballot(1, "paper", SHEET)
    result = in_every_order([one], by_pass(decisions=frozenset({SheetDecision(1, SHEET, None)})))
    assert not result.counted and result.removed == (Removed(one.id, "paper", "rejected"),)


def test_a_decision_for_a_ballot_that_is_not_there_waits_for_people():
    lost = by_pass(decisions=frozenset({SheetDecision(1, SHEET, b"\x09" * 32)}))
    assert settle([ballot(1, "paper", SHEET)], lost).undecided == {SHEET: (b"\x01" * 32,)}
    assert settle([], lost).undecided == {SHEET: ()}


@pytest.mark.parametrize(
    ("cast", "rights", "rule"),
    [
        (ballot(1, "kiosk", SHEET), by_pass(), "wrong_door"),
        (ballot(1, "paper", PASS), by_pass(), "wrong_door"),
        (ballot(1, "web", ENTRY), by_pass(), "wrong_regime"),
        (ballot(1, "kiosk", PASS), by_pass(tests=frozenset({PASS})), "test"),
        (ballot(1, "paper", SHEET), by_pass(tests=frozenset({SHEET})), "test"),
        (ballot(1, "paper", SHEET), by_pass(spoiled=frozenset({SHEET})), "spoiled"),
        (ballot(1, "kiosk", PASS), person(refused=frozenset({PASS})), "refused"),
    ],
)
def test_ballots_without_a_right_are_listed_with_the_reason(cast: CastBallot, rights: Rights, rule: str):
    result = in_every_order([cast], rights)
    assert result.removed == (Removed(cast.id, cast.door, rule),)


def test_a_provisional_ballot_neither_counts_nor_takes_the_place_of_another():
    sure, late = ballot(1, "kiosk", PASS), ballot(2, "kiosk", PASS)
    for provisional, counted in ((late, sure), (sure, late)):
        result = in_every_order([sure, late], by_pass(provisional=frozenset({provisional.id})))
        assert result.counted == ids(counted) and result.provisional == ids(provisional)


def test_one_id_with_two_contents_is_an_error():
    with pytest.raises(ValueError):
        settle([ballot(1, "web", PASS), ballot(1, "kiosk", PASS)], by_pass())


def test_giving_back_in_one_hall_frees_nothing_in_another():
    assert entries_in_person([("s1", ENTRY), ("s2", ENTRY), ("s1", OTHER)], [("s1", ENTRY), ("s1", OTHER)]) == {ENTRY}
    assert entries_in_person([("s1", ENTRY), ("s1", ENTRY)], [("s1", ENTRY)]) == {ENTRY}
    assert entries_in_person([], [("s1", ENTRY)]) == frozenset()


USES = [f"use:{n:032x}" for n in range(5)]
ENTRIES = [f"entry:{n:064x}" for n in range(4)]
SHEETS = [f"sheet:{n:032x}" for n in range(3)]


@st.composite
def elections(draw):
    subjects = st.sampled_from(USES + ENTRIES + SHEETS)
    doors = st.sampled_from(["web", "kiosk", "paper"])
    pairs = draw(st.lists(st.tuples(doors, subjects), max_size=14))
    natural = draw(st.booleans())
    ballots = [
        CastBallot(hashlib.sha256(bytes([i])).digest(), i, "paper" if natural and s[0] == "s" else d, s)
        for i, (d, s) in enumerate(pairs)
    ]
    some = lambda names: st.frozensets(st.sampled_from(names), max_size=2)  # noqa: E731
    known = [one.id for one in ballots] + [bytes(32)]
    decision = st.builds(SheetDecision, st.integers(0, 99), st.sampled_from(SHEETS), st.sampled_from([*known, None]))
    decisions = draw(st.lists(decision, max_size=3, unique_by=lambda one: one.index))
    rights = Rights(
        seed=draw(st.binary(min_size=32, max_size=32)),
        regime=draw(st.sampled_from(["person", "person", "pass"])),
        void=draw(some(USES)),
        refused=draw(some(USES)) if draw(st.booleans()) else frozenset(),
        exchanged=draw(some(USES)),
        letters=draw(st.dictionaries(st.sampled_from(USES), st.sampled_from(ENTRIES), max_size=3)),
        in_person=draw(some(ENTRIES)),
        posted=draw(some(ENTRIES)) if draw(st.booleans()) else frozenset(),
        struck=draw(some(ENTRIES)),
        spoiled=draw(some(SHEETS)) if draw(st.booleans()) else frozenset(),
        tests=draw(some(USES + SHEETS)) if draw(st.booleans()) else frozenset(),
        decisions=frozenset(decisions),
        provisional=draw(some(known)) if draw(st.booleans()) else frozenset(),
        online_until=draw(st.none() | st.integers(0, 14)),
    )
    return ballots, rights


@settings(max_examples=200, deadline=None)
@given(elections(), st.randoms(use_true_random=False))
def test_any_order_any_repetition_the_same_result_as_the_naive_rules(election, shuffler):
    ballots, rights = election
    result = settle(ballots, rights)
    again = ballots + ballots[: len(ballots) // 2]
    shuffler.shuffle(again)
    assert settle(again, rights) == result
    assert result.counted == naive_counted(set(ballots), rights)


@settings(max_examples=200, deadline=None)
@given(elections())
def test_nothing_is_lost_and_nobody_has_two_voices(election):
    """I1: every ballot ends in exactly one place. I2: a right, and a sheet, has at most one counted ballot."""
    ballots, rights = election
    result = settle(ballots, rights)
    places = Counter([*result.counted, *result.provisional])
    places.update(line.id for line in (*result.superseded, *result.removed))
    places.update(itertools.chain.from_iterable(result.undecided.values()))
    assert places == Counter(one.id for one in ballots)
    counted = [one for one in ballots if one.id in result.counted]
    voices = Counter(rights.letters.get(one.subject, one.subject) for one in counted)
    assert all(times == 1 for times in voices.values())
    assert not (rights.in_person | rights.posted) & set(voices)
    assert not (rights.void | rights.refused) & {one.subject for one in counted}
    assert {line.by for line in result.superseded} - {b""} <= result.counted


def test_five_hundred_persons_at_three_doors_have_five_hundred_voices():
    """F5: each tries online, at a kiosk and on paper; whoever was at the desk counts there."""
    ballots, exchanged, number = [], set(), itertools.count()
    new = lambda door, subject: CastBallot(hashlib.sha256(b"%d" % next(number)).digest(), next(number), door, subject)  # noqa: E731
    for i in range(500):
        use = f"use:{i:032x}"
        ballots += [new("web", f"entry:{i:064x}"), new("web", f"entry:{i:064x}"), new("kiosk", use), new("kiosk", use)]
        if i % 3 == 0:
            exchanged.add(use)
            ballots.append(new("paper", f"sheet:{i:032x}"))
    everyone = frozenset(f"entry:{i:064x}" for i in range(500))
    result = settle(ballots, person(in_person=everyone, exchanged=frozenset(exchanged)))
    assert len(result.counted) == 500
    assert len(result.superseded) == len(ballots) - 500
