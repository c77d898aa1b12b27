"""The comparison itself, by hand: a wrong yardstick proves nothing."""

from __future__ import annotations

from server.voting.merge import CastBallot, Rights, SheetDecision
from tests.server.voting.naive_merge import beats, naive_counted

A, B, C = (bytes([n]) * 32 for n in (1, 2, 3))
SEED = bytes(32)


def counted(*ballots: CastBallot, **facts) -> set[bytes]:
    return set(naive_counted(set(ballots), Rights(seed=SEED, regime="person", **facts)))


def test_one_of_each_door_counts():
    assert counted(
        CastBallot(A, 0, "web", "entry:1"), CastBallot(B, 1, "kiosk", "use:1"), CastBallot(C, 2, "paper", "sheet:1")
    ) == {A, B, C}


def test_the_desk_takes_the_online_ballot_out():
    assert counted(CastBallot(A, 0, "web", "entry:1"), in_person=frozenset({"entry:1"})) == set()


def test_the_pass_of_somebody_refused_counts_nowhere():
    two = CastBallot(A, 0, "kiosk", "use:1"), CastBallot(B, 1, "kiosk", "use:2")
    assert counted(*two, refused=frozenset({"use:1"})) == {B}


def test_later_online_hall_over_online_paper_over_hall():
    assert counted(CastBallot(A, 0, "web", "entry:1"), CastBallot(B, 1, "web", "entry:1")) == {B}
    assert counted(CastBallot(A, 5, "web", "use:1"), CastBallot(B, 1, "kiosk", "use:1")) == {B}
    assert counted(CastBallot(A, 0, "kiosk", "use:1"), exchanged=frozenset({"use:1"})) == set()


def test_the_seed_orders_kiosk_ballots():
    """SHA-256 of 32 zero bytes and 32 times 1, 2, 3 begin with 5c…, 36…, a3…"""
    kiosk = [CastBallot(one, i, "kiosk", "use:1") for i, one in enumerate((A, B, C))]
    assert counted(*kiosk) == {B}
    assert sum(beats(one, other, SEED) for one in kiosk for other in kiosk) == 3


def test_two_readings_of_a_sheet_need_people():
    two = CastBallot(A, 0, "paper", "sheet:1"), CastBallot(B, 1, "paper", "sheet:1")
    assert counted(*two) == set()
    assert counted(*two, decisions=frozenset({SheetDecision(1, "sheet:1", B)})) == {B}
    assert counted(*two, decisions=frozenset({SheetDecision(1, "sheet:1", None)})) == set()


def test_letters_belong_to_their_entry():
    two = CastBallot(A, 0, "web", "use:1"), CastBallot(B, 1, "web", "entry:1")
    assert counted(*two) == {A, B}
    assert counted(*two, letters={"use:1": "entry:1"}) == {B}
    assert counted(*two, letters={"use:1": "entry:1"}, exchanged=frozenset({"use:1"})) == set()
