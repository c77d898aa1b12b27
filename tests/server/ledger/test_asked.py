"""Questions whose SQL is written once give what Django gives."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from server.ledger.asked import Asked
from server.ledger.models import Chain, Checkpoint, Log

pytestmark = pytest.mark.django_db


@pytest.fixture
def chains() -> list[Chain]:
    return [Chain.objects.create(dev=f"{n:064}", epoch="0" * 16, next_seq=n, is_closed=n > 2) for n in range(1, 5)]


def test_it_is_asked_again_with_other_values(chains):
    asked = Asked(lambda dev, seq: Chain.objects.filter(dev=dev, next_seq=seq), str, int)
    for chain in chains:
        found = asked.first(chain.dev, chain.next_seq)
        assert found == chain
        assert (found.is_closed, found.head) == (chain.is_closed, "")
    assert asked.first(chains[0].dev, 9) is None


def test_django_writes_it_once(chains):
    written: list[str] = []

    def write(dev: str):
        written.append(dev)
        return Chain.objects.filter(dev=dev).values_list("next_seq")

    asked = Asked(write, str)
    with CaptureQueriesContext(connection) as queries:
        assert [asked.rows(chain.dev) for chain in chains] == [[(n,)] for n in range(1, 5)]
    assert (len(written), len(queries)) == (1, 4)


def test_columns_come_back_as_django_gives_them(chains):
    Log.objects.create(pk=1, size=3, peaks=["ab", "cd"])
    point = Checkpoint.objects.create(log_epoch=1, size=3, root="00", signature="s")
    since = Asked(lambda moment: Checkpoint.objects.filter(signed_at__gt=moment), datetime)
    just_before = point.signed_at - timedelta(microseconds=1)
    assert since.first(point.signed_at) is None
    assert since.first(just_before) == point
    assert since.first(just_before).signed_at == point.signed_at
    assert Asked(lambda: Log.objects.filter(pk=1)).first().peaks == ["ab", "cd"]


@pytest.mark.parametrize("count", [0, 1, 3, 400])
def test_among_many_values_is_as_in(chains, count):
    asked = Asked(lambda devs: Chain.objects.filter(dev__among=devs).order_by("next_seq").values_list("dev"), list)
    devs = [chain.dev for chain in chains[1 : 1 + count]] + [f"none {n}" for n in range(count)]
    assert asked.rows(devs) == [(chain.dev,) for chain in chains if chain.dev in devs]


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_held_is_asked_for_within_a_transaction():
    with pytest.raises(TransactionManagementError):
        Asked(lambda: Log.objects.filter(pk=1).select_for_update()).rows()
