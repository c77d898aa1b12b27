"""Stored nodes of the tree: written by the run, for proofs whatever one needs is fetched by one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import connection

from . import tree
from .models import Node
from .rows import insert

Place = tuple[int, int]
Proof = TypeVar("Proof")
HASH_BYTES = 32
# Nodes in a row, at most: what is read of one is a part of it, but the database may read it whole.
LONGEST_RUN = 256


def store(created: Iterable[tuple[int, int, Sequence[bytes]]]) -> None:
    """Store nodes that came to be, as ``Frontier.extend`` gives them: ``(level, index of the first, hashes)``.

    A batch of 200 records is nine rows instead of 400.
    """
    insert(
        Node,
        ("level", "index", "hashes"),
        [
            (level, first + start, b"".join(hashes[start : start + LONGEST_RUN]))
            for level, first, hashes in created
            for start in range(0, len(hashes), LONGEST_RUN)
        ],
    )


def leaves(start: int, end: int) -> dict[int, bytes]:
    """The stored hashes of the leaves ``start`` … ``end − 1``, by index; those that are there."""
    runs = Node.objects.filter(level=0, index__gt=start - LONGEST_RUN, index__lt=end)
    return {
        index + place: hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        for index, hashes in ((index, bytes(hashes)) for index, hashes in runs.values_list("index", "hashes"))
        for place in range(len(hashes) // HASH_BYTES)
        if start <= index + place < end
    }


def count_leaves() -> int:
    """How many leaves are stored, wherever they stand."""
    table = connection.ops.quote_name(Node._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(length(hashes)), 0) FROM {table} WHERE level = 0")  # noqa: S608
        return int(cursor.fetchone()[0]) // HASH_BYTES


def from_stored(compute: Callable[[tree.NodeAt], Proof]) -> Proof:
    """What ``compute(node)`` gives for the stored nodes. Raises KeyError where one that it needs is missing.

    It is called twice: which nodes a proof needs depends on places and sizes alone, so the first call, with empty
    hashes, only says which they are.
    """
    wanted: set[Place] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return b""

    compute(note)
    held = fetch(wanted)
    return compute(lambda level, index: held[level, index])


def fetch(places: set[Place]) -> dict[Place, bytes]:
    """The hashes at these places, those that are there."""
    if not places:
        return {}
    # Written by hand: forty "level and index" joined by "or" cost the query builder more than the database; and a
    # join, because SQLite looks through the whole table for "(level, index) in (…)". The run that holds a place is the
    # last one that begins at it or before.
    table = connection.ops.quote_name(Node._meta.db_table)
    values = ", ".join(f"({level:d}, {index:d})" for level, index in places)
    query = (
        f"WITH wanted(level, place) AS (VALUES {values}) "  # noqa: S608
        f"SELECT n.level, wanted.place, substr(n.hashes, CAST("
        f'(wanted.place - n."index") * {HASH_BYTES} + 1 AS integer), {HASH_BYTES}) '
        f"FROM wanted JOIN {table} n ON n.level = wanted.level "
        f'AND n."index" > wanted.place - {LONGEST_RUN} AND n."index" = '
        f'(SELECT max(m."index") FROM {table} m WHERE m.level = wanted.level AND m."index" <= wanted.place)'
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(level, index): bytes(digest) for level, index, digest in cursor.fetchall() if digest}
