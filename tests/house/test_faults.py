"""Figures of ``make faults`` in small: the bench itself must run, and tell the truth about a few people."""

from __future__ import annotations

import pytest

from benchmarks.faults import f5

pytestmark = pytest.mark.django_db


def test_f5_in_small_everyone_counts_once_in_every_order():
    is_passed, counts = f5.run(seed=3, people=6, orders=4)
    assert counts["counted"] == 6 and counts["results"] == 1
    assert counts["conflicts_listed"] == counts["conflicts_expected"] > 6
    assert is_passed


def test_f5_would_see_a_voice_that_counts_twice(monkeypatch):
    monkeypatch.setattr("server.voting.settlement._in_person", lambda box: frozenset())
    is_passed, counts = f5.run(seed=3, people=6, orders=1)
    assert not is_passed and counts["counted"] > 6
