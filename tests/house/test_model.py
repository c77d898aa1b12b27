"""F6 in small, and that each of its invariants would see what it is there for."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F
from django.test import override_settings

from benchmarks.faults import f6, invariants
from benchmarks.faults.hall import undone
from benchmarks.faults.world import Violated, World, make_base
from server.devices.judging import Judge
from server.ledger.models import Log, Payload, Record
from server.voting import merge, settlement
from server.voting.settlement import settle_box
from tests.server.votes import without_guards

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.long,
    pytest.mark.skipif(
        "postgres" in os.environ.get("DATABASE_URL", ""), reason="a model, in memory: F1 and F3 ask PostgreSQL"
    ),
]


def test_f6_in_small_two_thousand_deeds_in_any_order_break_no_invariant():
    """D1, D13, D16, S1, S4, S5, S9, P1, P7, P9, B1: whatever happens on such evenings, I1 to I8 hold."""
    is_passed, counts = f6.run(1, **f6.SMALL)
    assert is_passed, counts
    assert counts["steps"] >= 2_000 and counts["restored"] > 0
    assert len(counts["rules"]) == 19, "each rule had its turn"


@pytest.fixture
def begun() -> Iterator[World]:
    with override_settings(PARVIS_SINGLE_HANDED=True, PARVIS_MOST_PUSHES=0):
        base = make_base()
        with undone():
            held = World(*base, random.Random(1))
            yield held
            held.end()


@pytest.fixture
def evening(begun: World) -> World:
    """An evening on which everything happened once, and all of it was brought."""
    held = begun
    first, second = held.tablets
    for person in range(4):
        held.at_home(person, person)
    held.at_home(3, 0)
    held.to_the_desk(2)
    for tablet in (first, second):
        held.at_a_kiosk(tablet, 0, 1)
    held.at_a_kiosk(first, 1, 2)
    held.of_another_meeting(second)
    held.for_a_sheet(2)
    held.read_a_sheet(3)
    held.copy(first)
    held.at_a_kiosk(first, 2, 0)
    held.at_a_kiosk(held.tablets[2], 2, 1)
    held.bring_all()
    held.sign()
    return held


def test_an_evening_on_which_everything_happened_once_holds(evening: World):
    invariants.at_the_end(evening)
    assert evening.done.total() > 15 and evening.idle == 0


Break = Callable[[World, pytest.MonkeyPatch], object]


def forget_one(evening: World, patch: pytest.MonkeyPatch) -> None:
    """A record that was confirmed has no row."""
    patch.setitem(evening.book.web, 5, ["0" * 64])


def judge_otherwise(evening: World, _patch: pytest.MonkeyPatch) -> None:
    Record.objects.filter(id=evening.tablets[1].kiosk.records[2].id).update(verdict="provisional")


def list_nothing(_evening: World, patch: pytest.MonkeyPatch) -> None:
    """Ballots that give way are told to nobody."""
    patch.setattr(settlement, "settle", lambda *facts: replace(merge.settle(*facts), superseded=()))


def take_both(_evening: World, patch: pytest.MonkeyPatch) -> None:
    """Of two kiosk ballots of one right both count."""

    def settle(ballots, rights):
        found = merge.settle(ballots, rights)
        both = {one.id for one in found.superseded if one.rule == "seed"}
        rest = tuple(one for one in found.superseded if one.id not in both)
        return replace(found, counted=found.counted | both, superseded=rest)

    patch.setattr(settlement, "settle", settle)


def take_both_branches(evening: World, _patch: pytest.MonkeyPatch) -> None:
    """Both records of a copied device stand in their number, where the database does not forbid it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_record_per_number")
    Record.objects.filter(dev__in=evening.cloned, is_fork=True).update(is_fork=False)


def count_at_home_too(_evening: World, patch: pytest.MonkeyPatch) -> None:
    """Whoever came to the desk counts at home as well."""
    patch.setattr(settlement, "_standing", lambda *_about: frozenset())


def keep_the_first(_evening: World, patch: pytest.MonkeyPatch) -> None:
    """Of two ballots cast at home the first counts."""
    patch.setattr(merge, "max", min, raising=False)


def leave_one_out(evening: World, patch: pytest.MonkeyPatch) -> None:
    """A device holds what nobody ever brought."""
    kiosk = evening.tablets[1].kiosk
    patch.setattr(kiosk, "records", list(kiosk.records))
    kiosk.move("closed")


def rewrite_the_log(_evening: World, _patch: pytest.MonkeyPatch) -> None:
    with without_guards():
        record = Record.objects.get(index=3)
        Record.objects.filter(index=3).update(header=record.header.replace('"v":1', '"v":2'))


def take_what_is_of_elsewhere(evening: World, _patch: pytest.MonkeyPatch) -> None:
    Record.objects.filter(id__in=evening.foreign).update(verdict="accepted")


def name_somebody(evening: World, _patch: pytest.MonkeyPatch) -> None:
    with without_guards():
        ballot = Record.objects.ballots().first()
        Payload.objects.filter(record=ballot).update(subject=f"entry:{evening.vote.entries[0].number}")


def stop_half_way(_evening: World, _patch: pytest.MonkeyPatch) -> None:
    """The log was made longer, and no record written."""
    Log.objects.update(size=F("size") + 1)


BROKEN: list[tuple[Break, str, Callable[[World], object]]] = [
    (forget_one, "I1", invariants.i1_nothing_lost),
    (judge_otherwise, "I1", invariants.i1_nothing_lost),
    (list_nothing, "I1", invariants.at_the_end),
    (take_both, "I2", invariants.at_the_end),
    (take_both_branches, "I2", invariants.i2_one_in_a_number),
    (count_at_home_too, "I3", invariants.at_the_end),
    (keep_the_first, "I3", invariants.at_the_end),
    (leave_one_out, "I4", invariants.at_the_end),
    (rewrite_the_log, "I5", invariants.at_the_end),
    (take_what_is_of_elsewhere, "I6", lambda held: invariants.i6_context(held, settle_box(held.vote.box))),
    (name_somebody, "I7", invariants.i7_secrecy),
    (stop_half_way, "I8", invariants.i8_atomic),
]


def test_each_invariant_sees_what_it_is_there_for(evening: World, subtests, monkeypatch):
    for break_it, which, look in BROKEN:
        with subtests.test(break_it.__name__), monkeypatch.context() as patch, undone():
            break_it(evening, patch)
            with pytest.raises(Violated) as found:
                look(evening)
            assert found.value.which == which


def test_i4_sees_a_session_reconciled_that_does_not_add_up(begun: World, monkeypatch):
    begun.at_a_kiosk(begun.tablets[0], 0, 1)
    begun.close()
    Record.objects.undecided().update(verdict="quarantined", reason="refused")
    invariants.i4_balance(begun)
    monkeypatch.setattr("server.meetings.actions.require_balance", lambda _equations: None)
    with pytest.raises(Violated, match="I4"):
        invariants.i4_balance(begun)


def test_f6_counts_a_violation_and_goes_on(monkeypatch, capsys):
    """A bug in the code: a device may bring what names another meeting."""
    monkeypatch.setattr(Judge, "_context", lambda judge, record: None)
    is_passed, counts = f6.run(1, steps=200, shrinks=False)
    assert not is_passed and counts["violations"]["I1"] + counts["violations"]["I6"] > 0
    assert "of_another_meeting" in capsys.readouterr().err, "the evening is told, step by step"
