"""Proofs from stored nodes: the same as from all the leaves, and by one query however large the log."""

from __future__ import annotations

import hashlib
from itertools import islice

import pytest

from server.ledger import tree
from server.ledger.models import Node
from server.ledger.nodes import LONGEST_RUN, count_leaves, fetch, from_stored, leaves, store
from tests.server.votes import without_guards

pytestmark = pytest.mark.django_db
SIZE = 77
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(SIZE)]


@pytest.fixture(params=[[1] * SIZE, [5, 1, 30, 41], [SIZE]], ids=["one by one", "in pieces", "at once"])
def stored(request) -> None:
    frontier, rest = tree.Frontier(), iter(LEAVES)
    for count in request.param:
        store(frontier.extend([*islice(rest, count)]))


@pytest.mark.parametrize("index", [0, 1, 38, 63, 64, 75, 76])
def test_a_path_leads_to_the_root_of_all_leaves(stored, index, django_assert_num_queries):
    with django_assert_num_queries(1):
        path = from_stored(lambda node: tree.inclusion_path(index, SIZE, node))
    assert tree.root_from_path(index, SIZE, LEAVES[index], path) == tree.root(LEAVES)


@pytest.mark.parametrize("first", [1, 2, 31, 64, 76, 77])
def test_a_consistency_proof_shows_that_the_log_was_extended(stored, first, django_assert_num_queries):
    with django_assert_num_queries(1 if first < SIZE else 0):
        proof = from_stored(lambda node: tree.consistency_proof(first, SIZE, node))
    assert tree.is_consistent(first, SIZE, tree.root(LEAVES[:first]), tree.root(LEAVES), proof)


def test_a_node_that_is_missing_is_no_proof(stored):
    with without_guards():
        Node.objects.filter(level=0, index__lte=1).order_by("-index")[0].delete()
    with pytest.raises(KeyError):
        from_stored(lambda node: tree.inclusion_path(0, SIZE, node))
    assert fetch({(0, 1)}) == {}


def test_leaves_are_read_wherever_a_run_begins(stored):
    assert leaves(0, SIZE) == dict(enumerate(LEAVES))
    assert leaves(3, 40) == {index: LEAVES[index] for index in range(3, 40)}
    assert leaves(SIZE, SIZE + 9) == {}
    assert count_leaves() == SIZE


def test_a_long_run_is_parted_and_what_lies_beyond_the_last_is_missing():
    many = [hashlib.sha256(b"%d" % number).digest() for number in range(3 * LONGEST_RUN + 7)]
    frontier = tree.Frontier()
    store(frontier.extend(many))
    assert Node.objects.filter(level=0).count() == 4
    for index in (0, LONGEST_RUN - 1, LONGEST_RUN, len(many) - 1):
        assert fetch({(0, index)}) == {(0, index): many[index]}
    assert fetch({(0, len(many)), (0, 2**40), (60, 0)}) == {}
