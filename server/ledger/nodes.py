"""Stored nodes of the tree, for proofs: whatever a proof needs is fetched by one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from . import tree
from .models import Node

Place = tuple[int, int]
Proof = TypeVar("Proof")


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
    # join, because SQLite looks through the whole table for "(level, index) in (…)".
    table = connection.ops.quote_name(Node._meta.db_table)
    values = ", ".join(f"({level:d}, {index:d})" for level, index in places)
    query = (
        f'WITH wanted(level, place) AS (VALUES {values}) SELECT n.level, n."index", n.hash FROM wanted '  # noqa: S608
        f'JOIN {table} n ON n.level = wanted.level AND n."index" = wanted.place'
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(level, index): bytes(digest) for level, index, digest in cursor.fetchall()}
