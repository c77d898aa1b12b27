"""The Merkle tree of the log, as in RFC 6962 (section 2.1) and RFC 9162 (section 2.1).

    leaf hash  SHA-256(00 ‖ leaf bytes)
    node       SHA-256(01 ‖ left ‖ right)
    root of n  the node over the first k leaves and the other n − k, where k is the largest power of two below n;
               of no leaves: SHA-256 of nothing

A *complete* node of level l and index i covers the leaves i·2ˡ … (i+1)·2ˡ − 1; it never changes again once they are
there. Complete nodes are stored, everything else is computed from them. A hash is 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

NodeAt = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()
# Begun once and copied: of 64 bytes a third of the hash is the beginning.
_NODE = hashlib.sha256(b"\x01")


class BadPath(ValueError):
    """A path whose length does not fit the place and the size it is given for."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    begun = _NODE.copy()
    begun.update(left + right)
    return begun.digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, the largest first.

    There is one peak for each bit set in ``size``, so a log of a million records is continued from twenty hashes.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size < 0 or len(peaks) != size.bit_count():
            raise ValueError(f"{len(peaks)} peaks do not fit {size} leaves")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf hash; return the complete nodes that came to be, ``(level, index, hash)``, the leaf first."""
        level, index, current = 0, self.size, leaf
        created = [(level, index, current)]
        while index & 1:
            current = node_hash(self.peaks.pop(), current)
            level, index = level + 1, index >> 1
            created.append((level, index, current))
        self.peaks.append(current)
        self.size += 1
        return created

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[int, int, list[bytes]]]:
        """Add leaf hashes; return the complete nodes that came to be, of each level ``(level, first index, hashes)``.

        Level by level: where the first new node of a level is a right one, its left neighbour is the level's peak.
        """
        created, index, new = [], self.size, list(leaves)
        kept = dict(zip(_levels(self.size), self.peaks, strict=True))
        self.size += len(new)
        level = 0
        while new:
            created.append((level, index, new))
            row = [kept.pop(level), *new] if index & 1 else new
            if len(row) & 1:
                kept[level] = row[-1]
            index, level = index >> 1, level + 1
            new = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        self.peaks = [kept[level] for level in _levels(self.size)]
        return created

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        current = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            current = node_hash(peak, current)
        return current


def _levels(size: int) -> list[int]:
    """The levels of the peaks of so many leaves, the largest first."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def _split(count: int) -> int:
    """The largest power of two below ``count`` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def range_root(start: int, end: int, node: NodeAt) -> bytes:
    """The root over the leaves ``start`` … ``end − 1``; ``start`` must be a multiple of the largest subtree's width."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(range_root(start, middle, node), range_root(middle, end, node))


def inclusion_path(index: int, size: int, node: NodeAt) -> list[bytes]:
    """The hashes that lead from the leaf ``index`` to the root of ``size`` leaves, the lowest first.

    node(level, index) gives the stored complete node. Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(start, middle, node))
            start = middle
    return path[::-1]


def root_from_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a leaf hash and its path lead to (RFC 9162, 2.1.3.2). Raises BadPath when the length is wrong."""
    if not 0 <= index < size:
        raise BadPath("no such leaf")
    place, last, current = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise BadPath("path too long")
        if place & 1 or place == last:
            current = node_hash(step, current)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, step)
        place, last = place >> 1, last >> 1
    if last:
        raise BadPath("path too short")
    return current


def consistency_proof(first: int, second: int, node: NodeAt) -> list[bytes]:
    """The hashes which show that the tree of ``second`` leaves extends the tree of ``first`` (RFC 9162, 2.1.4.1)."""
    if not 0 <= first <= second:
        raise IndexError(first)
    if first in (0, second):
        return []
    start, end, proof, is_whole = 0, second, [], True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(range_root(middle, end, node))
            end = middle
        else:
            proof.append(range_root(start, middle, node))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(range_root(start, end, node))
    return proof[::-1]


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the second tree extends the first (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
