"""Proofs from stored nodes: the same as from all the leaves, and by one query however large the log."""

from __future__ import annotations

import hashlib

import pytest

from server.ledger import tree
from server.ledger.models import Node
from server.ledger.nodes import fetch, from_stored
from tests.server.votes import without_guards

pytestmark = pytest.mark.django_db
SIZE = 77
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(SIZE)]


@pytest.fixture
def stored() -> None:
    frontier = tree.Frontier()
    Node.objects.bulk_create(
        Node(level=level, index=index, hash=digest) for leaf in LEAVES for level, index, digest in frontier.append(leaf)
    )


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
        Node.objects.filter(level=0, index=1).delete()
    with pytest.raises(KeyError):
        from_stored(lambda node: tree.inclusion_path(0, SIZE, node))
    assert fetch({(0, 1)}) == {}
