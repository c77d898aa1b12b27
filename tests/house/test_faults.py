"""Figures of ``make faults`` in small: the bench itself must run, and tell the truth about a few people."""

from __future__ import annotations

import pytest

from benchmarks.faults import closings, f5, linking

pytestmark = pytest.mark.django_db


def test_f5_in_small_everyone_counts_once_in_every_order():
    is_passed, counts = f5.run(seed=3, people=6, orders=4)
    assert counts["counted"] == 6 and counts["results"] == 1
    assert counts["conflicts_listed"] == counts["conflicts_expected"] > 6
    assert is_passed


def test_f5_would_see_a_voice_that_counts_twice(monkeypatch):
    monkeypatch.setattr("server.voting.settlement._standing", lambda box, said, taken_back: frozenset())
    is_passed, counts = f5.run(seed=3, people=6, orders=1)
    assert not is_passed and counts["counted"] > 6


def test_f15_in_small_no_closing_that_is_off_by_one_is_reconciled():
    counts = closings.close_wrongly(seed=2, closings=8)
    assert counts["blocked"] == 8 and counts["right_one_accepted"]
    assert closings.are_all_blocked(counts)


def test_f15_in_small_the_adversary_tries_every_order_and_reads_nothing_in_the_headers():
    """Chance plays too large a part among thirty people for the advantage to say anything: ``make faults`` has more."""
    counts = linking.link(seed=2, people=30)
    assert counts["attacks"] == len(counts["advantages"]) == 9
    assert counts["header_shapes"] == 2
    assert not linking.is_within({**counts, "advantage_at_most": 0.03})


def test_f15_would_see_ballots_published_in_the_order_in_which_they_came():
    """An adversary who finds nothing must be one who would find it if it were there."""
    truth = [("kiosk", ("a",)), ("kiosk", ("b",)), ("kiosk", ("c",)), ("kiosk", ("d",))]
    public = linking.Public.__new__(linking.Public)
    public.rows = [ballot for _door, ballot in truth]
    hashes = dict.fromkeys(("subj_c", "body_c", "prev", "dev"), "")
    public.ballots = [{**hashes, "seq": number} for number in range(4)]
    guesses = public.attacks(truth, [])["rows by seq"]
    assert [guesses[person] for person in range(4)] == public.rows
