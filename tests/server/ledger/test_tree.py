"""The tree against RFC 6962 written as its definition reads (recursive, naive), and against its published hashes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ledger.tree import (
    BadPath,
    Frontier,
    consistency_proof,
    inclusion_path,
    is_consistent,
    leaf_hash,
    node_hash,
    root,
    root_from_path,
)


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = naive_split(len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return []
    k = naive_split(len(hashes))
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_proof(m: int, hashes: list[bytes], is_whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(hashes):
        return [] if is_whole else [naive_root(hashes)]
    k = naive_split(len(hashes))
    if m <= k:
        return [*naive_proof(m, hashes[:k], is_whole), naive_root(hashes[k:])]
    return [*naive_proof(m - k, hashes[k:], False), naive_root(hashes[:k])]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(count)]


def stored(hashes: list[bytes]) -> dict[tuple[int, int], bytes]:
    frontier, nodes = Frontier(), {}
    for leaf in hashes:
        for level, index, value in frontier.append(leaf):
            assert (level, index) not in nodes, "a complete node is made once"
            nodes[level, index] = value
    return nodes


def test_the_published_roots_of_certificate_transparency():
    """From the reference implementation's tests (google/certificate-transparency, merkle_tree_test)."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root(hashes[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(hashes[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert root(hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("size", range(70))
def test_roots_and_paths_are_those_of_the_definition(size: int):
    hashes = leaves(size)
    nodes = stored(hashes)
    assert root(hashes) == naive_root(hashes)
    for index in range(size):
        path = inclusion_path(index, size, lambda level, i: nodes[level, i])
        assert path == naive_path(index, hashes)
        assert root_from_path(index, size, hashes[index], path) == naive_root(hashes)


@pytest.mark.parametrize("size", range(1, 40))
def test_a_tree_is_shown_to_extend_each_of_its_earlier_states(size: int):
    hashes = leaves(size)
    nodes = stored(hashes)
    for first in range(size + 1):
        proof = consistency_proof(first, size, lambda level, i: nodes[level, i])
        if first:
            assert proof == naive_proof(first, hashes)
        assert is_consistent(first, size, root(hashes[:first]), root(hashes), proof)


def test_a_tree_that_was_changed_is_not_shown_to_extend():
    hashes = leaves(21)
    nodes = stored(hashes)
    other = [leaf_hash(b"other"), *hashes[1:]]
    for first in range(1, 21):
        proof = consistency_proof(first, 21, lambda level, i: nodes[level, i])
        assert not is_consistent(first, 21, root(other[:first]), root(hashes), proof)
        assert not is_consistent(first, 21, root(hashes[:first]), root(other), proof)
        assert not is_consistent(first, 21, root(hashes[:first]), root(hashes), [*proof, bytes(32)])
        if proof:
            assert not is_consistent(first, 21, root(hashes[:first]), root(hashes), proof[:-1])


@settings(max_examples=60)
@given(st.integers(1, 300), st.data())
def test_a_wrong_path_leads_elsewhere(size: int, data):
    hashes = leaves(size)
    nodes = stored(hashes)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, lambda level, i: nodes[level, i])
    assert root_from_path(index, size, leaf_hash(b"other"), path) != root(hashes)
    with pytest.raises(BadPath):
        root_from_path(index, size, hashes[index], [*path, bytes(32)])
    if path:
        with pytest.raises(BadPath):
            root_from_path(index, size, hashes[index], path[:-1])


def test_a_frontier_goes_on_from_its_peaks():
    hashes = leaves(50)
    for stop in range(50):
        first = Frontier()
        for leaf in hashes[:stop]:
            first.append(leaf)
        second = Frontier(first.size, first.peaks)
        for leaf in hashes[stop:]:
            second.append(leaf)
        assert second.root() == naive_root(hashes)
    with pytest.raises(ValueError):
        Frontier(3, [bytes(32)])


@pytest.mark.parametrize("before", [0, 1, 2, 5, 8, 31, 32, 33])
def test_many_leaves_at_once_are_as_one_after_the_other(before):
    for count in range(40):
        first, second = Frontier(), Frontier()
        for leaf in leaves(before):
            first.append(leaf), second.append(leaf)
        wanted = {(level, index): value for leaf in leaves(count) for level, index, value in first.append(leaf)}
        runs = second.extend(leaves(count))
        assert wanted == {(level, index + n): value for level, index, run in runs for n, value in enumerate(run)}
        assert (second.size, second.peaks) == (first.size, first.peaks)


def test_a_leaf_is_never_taken_for_a_node():
    a, b = leaves(2)
    assert leaf_hash(a + b) != node_hash(a, b)
