"""Copied and damaged disks: what fits first stands in full, the rest is kept in full, no wedge (S3, S6, D13)."""

from __future__ import annotations

import copy
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ledger import actions
from server.ledger.models import Chain, Log, Record
from server.ledger.records import Record as Deed
from server.ledger.records import build_record

pytestmark = pytest.mark.django_db
IN_LINE, BRANCH, WAITS = ("accepted", "", False), "quarantined", ("parked", "gap", None)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Disk:
    """What one disk holds: a chain of records. A copy of it goes on by itself."""

    def __init__(self) -> None:
        self.dev, self.epoch = secrets.token_hex(32), secrets.token_hex(8)
        self.records: list[Deed] = []

    def grow(self, count: int) -> Disk:
        for _ in range(count):
            prev = self.records[-1].id if self.records else ""
            self.records.append(self._made(len(self.records) + 1, prev))
        return self

    def _made(self, seq: int, prev: str) -> Deed:
        facts = {"type": "device.started", "space": "town", "dev": self.dev, "epoch": self.epoch}
        return build_record(**facts, seq=seq, prev=prev, body=secrets.token_bytes(4))

    def copied(self) -> Disk:
        twin = copy.copy(self)
        twin.records = list(self.records)
        return twin

    def damage(self, number: int) -> Disk:
        """One record lies there with other bytes, and what follows still names the sound one."""
        old = self.records[number - 1].header
        self.records[number - 1] = self._made(old.seq, old.prev)
        return self

    def send(self, first: int, count: int) -> list[actions.Stored]:
        batch = self.records[first - 1 : first - 1 + count]
        judge_in = lambda _chain: lambda _batch: {}  # noqa: E731
        return actions.store(dev=self.dev, epoch=self.epoch, batch=batch, judge_in=judge_in)[1]

    @property
    def next_seq(self) -> int:
        return Chain.objects.get(dev=self.dev, epoch=self.epoch).next_seq

    def states(self) -> list[tuple[str, str, bool | None]]:
        """Verdict, reason and place of each of its records."""
        rows = {row.id: (row.verdict, row.reason, row.is_fork) for row in Record.objects.filter(dev=self.dev)}
        return [rows[record.id] for record in self.records]


def told(stored: list[actions.Stored]) -> list[tuple[str, str]]:
    return [(str(one.verdict), one.reason) for one in stored]


def pieces(length: int, rng: random.Random) -> list[tuple[int, int]]:
    """The whole of a disk cut into batches, some of them twice."""
    found, first = [], 1
    while first <= length:
        count = rng.randint(1, 5)
        found += [(first, count)] * rng.choice((1, 1, 2))
        first += count
    return found


def test_d13_the_copy_that_came_first_does_not_displace_what_fits_and_wedges_nothing():
    """The copy brings 5–8, then the genuine device 6–9: 6 to 9 of the line must not be taken for forks."""
    genuine = Disk().grow(5)
    clone = genuine.copied()
    clone.records.pop()
    genuine.grow(4), clone.grow(4)
    genuine.send(1, 5)
    assert told(clone.send(5, 4)) == [("quarantined", "fork")] * 4
    assert told(genuine.send(6, 4)) == [("accepted", "")] * 4
    assert genuine.next_seq == 10


def test_s3_a_copy_that_waits_behind_a_gap_does_not_hold_the_numbers():
    genuine = Disk().grow(4)
    clone = genuine.copied().grow(6)
    genuine.grow(6)
    genuine.send(1, 4)
    assert told(clone.send(7, 4)) == [("parked", "gap")] * 4
    assert told(genuine.send(5, 6)) == [("accepted", "")] * 6
    assert told(clone.send(5, 2)) == [("quarantined", "fork")] * 2
    assert {state[0] for state in clone.states()[4:]} == {"quarantined"}


def test_s6_what_builds_on_a_damaged_record_is_of_one_branch_to_its_end():
    disk = Disk().grow(10).damage(3)
    assert told(disk.send(1, 2) + disk.send(3, 1)) == [("accepted", "")] * 3
    assert told(disk.send(4, 3) + disk.send(7, 4)) == [("quarantined", "chain")] * 7
    assert told(disk.grow(2).send(11, 2)) == [("quarantined", "chain")] * 2
    assert not Record.objects.filter(dev=disk.dev, verdict="parked").exists()


def test_a_number_has_one_holder_whatever_the_code_does():
    disk = Disk().grow(2)
    disk.send(1, 2)
    twin = disk.copied()
    twin.records.pop()
    twin.grow(1).send(2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=twin.records[1].id).update(is_fork=False)


@given(
    st.integers(1, 4), st.integers(4, 9), st.integers(4, 9), st.integers(0, 2**32),
    st.sampled_from(("any order", "each in its own order")),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_d13_one_branch_stands_in_full_and_the_other_is_kept_in_full_in_any_order(common, one, other, seed, order):
    rng = random.Random(seed)
    with undone():
        first = Disk().grow(common)
        second = first.copied().grow(other)
        first.grow(one)
        deliveries = [(disk, *piece) for disk in (first, second) for piece in pieces(len(disk.records), rng)]
        rng.shuffle(deliveries)
        if order != "any order":
            deliveries.sort(key=lambda each: each[1])
        for disk, start, count in deliveries:
            disk.send(start, count)
        stands, kept = (first, second) if first.states()[common] == IN_LINE else (second, first)
        assert stands.states() == [IN_LINE] * len(stands.records)
        assert {(verdict, is_fork) for verdict, _why, is_fork in kept.states()[common:]} == {(BRANCH, True)}
        assert {why for _verdict, why, _fork in kept.states()[common:]} <= {"fork", "chain"}
        assert stands.next_seq == len(stands.records) + 1
        assert Record.objects.filter(dev=first.dev).count() == common + one + other
        check_repeats(deliveries, stands)


@given(st.integers(2, 14), st.data())
@settings(max_examples=30, deadline=None)
def test_s6_behind_a_damaged_record_everything_is_kept_for_people_in_any_order(length, data):
    place = data.draw(st.integers(1, length - 1))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    with undone():
        disk = Disk().grow(length).damage(place)
        # As protocol §7 says: what stands before, the record alone, the rest.
        before = [(first, min(count, place - first)) for first, count in pieces(place - 1, rng)]
        after = [(place + first, count) for first, count in pieces(length - place, rng)]
        deliveries = [(disk, *piece) for piece in [*before, (place, 1), *after]]
        rng.shuffle(deliveries)
        for _disk, start, count in deliveries:
            disk.send(start, count)
        assert disk.states() == [IN_LINE] * place + [(BRANCH, "chain", True)] * (length - place)
        check_repeats(deliveries, disk)


def check_repeats(deliveries: list[tuple[Disk, int, int]], line: Disk) -> None:
    """Again is the same as once: same verdict, same place, and nothing moves."""
    before = sorted(Record.objects.filter(dev=line.dev).values_list("id", "verdict", "reason", "is_fork"))
    size = Log.objects.get().size
    answers = [
        [(one.verdict, one.first, one.index, one.reason) for one in disk.send(start, count)]
        for _time in range(2)
        for disk, start, count in deliveries
    ]
    assert answers[: len(deliveries)] == answers[len(deliveries) :]
    assert {one[0] for answer in answers for one in answer} <= {"duplicate"}
    assert sorted(Record.objects.filter(dev=line.dev).values_list("id", "verdict", "reason", "is_fork")) == before
    assert Log.objects.get().size == size


def test_s5_what_waits_is_shown_with_the_number_that_is_wanted_and_takes_its_place_at_last():
    disk = Disk().grow(9)
    disk.send(1, 2)
    disk.send(6, 4)
    assert disk.next_seq == 3
    assert Record.objects.filter(dev=disk.dev, verdict="parked").count() == 4
    disk.send(4, 2)
    assert disk.next_seq == 3
    disk.send(3, 1)
    assert disk.states() == [IN_LINE] * 9 and disk.next_seq == 10
