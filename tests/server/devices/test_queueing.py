"""Pushes stand in line: so many at work at once, who came first is next, and the collector waits for each."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection

from server.devices import intake
from server.devices.authentic import BatchMalformed
from server.devices.collector import uncollected
from server.devices.queueing import Line
from server.web.busy import Busy
from tests.server.votes import push


def in_line(line: Line, people: int, at_once: int = 1) -> list[int]:
    """So many come one after the other while the line is held; of them so many must be at work together.

    Returns in which order they had their turn.
    """
    order: list[int] = []
    at_work: list[int] = []
    together = threading.Barrier(at_once)

    def come(number: int) -> None:
        with line:
            order.append(number)
            at_work.append(number)
            together.wait(timeout=10)
            assert len(at_work) <= at_once
            together.wait(timeout=10)
            at_work.remove(number)
            together.wait(timeout=10)

    threads = [threading.Thread(target=come, args=[number]) for number in range(people)]
    with ExitStack() as held:
        for _place in range(at_once):
            held.enter_context(line)
        for number, thread in enumerate(threads):
            thread.start()
            while len(line._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    return order


def test_who_came_first_is_next_and_one_is_at_work():
    line = Line(1)
    assert in_line(line, 12) == list(range(12))
    assert in_line(line, 3) == [0, 1, 2], "it is free again"


def test_two_are_at_work_where_two_may_be():
    line = Line(2)
    for _time in range(2):
        order = in_line(line, 6, at_once=2)
        assert [sorted(order[start : start + 2]) for start in (0, 2, 4)] == [[0, 1], [2, 3], [4, 5]]


def test_who_fails_in_their_turn_lets_the_next_one_in():
    line = Line(1)
    with pytest.raises(ZeroDivisionError), line:
        raise ZeroDivisionError
    assert in_line(line, 2) == [0, 1]


def test_s10_who_has_waited_too_long_is_told_so_and_stands_in_nobodys_way():
    line = Line(1, patience_s=0.05)
    with line:
        with pytest.raises(Busy), line:
            pytest.fail("the place is taken")
        assert not line._waiting
    assert in_line(Line(1), 2) == [0, 1]
    with line:
        pass  # it was given back once, and not twice
    assert line._free == 1


@pytest.mark.django_db
def test_a_push_is_at_work_in_the_line_as_long_as_it_is_stored(vote, monkeypatch):
    seen, store = [], intake.store_batch

    def look(*about):
        seen.append(intake.LINE._free)
        return store(*about)

    monkeypatch.setattr(intake, "store_batch", look)
    device = vote.kiosk()
    free = intake.LINE._free
    push(device, device.batch())
    assert seen == [free - 1] and intake.LINE._free == free
    assert free == (1 if connection.vendor == "sqlite" else 2)


@pytest.fixture
def collecting() -> Iterator[None]:
    """With the collector at work, as in a server; afterwards as the tests have it."""
    before = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("was_collecting", [True, False])
def test_the_collector_waits_and_is_afterwards_as_it_was_whatever_happened(collecting, was_collecting):
    (gc.enable if was_collecting else gc.disable)()
    with pytest.raises(ZeroDivisionError), uncollected():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled() == was_collecting


@pytest.mark.django_db
def test_it_waits_for_a_push_that_is_taken_and_for_one_that_is_refused(vote, monkeypatch, collecting):
    seen, parse = [], intake.parse_batch

    def look(*about):
        seen.append(gc.isenabled())
        return parse(*about)

    monkeypatch.setattr(intake, "parse_batch", look)
    device = vote.kiosk()
    push(device, device.batch())
    device.move("open")
    with pytest.raises(BatchMalformed):
        intake.receive_push(device.batch().replace(b'"subject":', b'"subjekt":'))
    assert seen == [False, False] and gc.isenabled()
