"""Rows by the hundred: into a table without an instance of the model for each, which costs more than the database.

Values go in as they are: neither defaults nor conversions of fields. names: of fields, in the order of the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection, models

Values = Sequence[Sequence[Any]]
AT_ONCE = 500


def insert(model: type[models.Model], names: Sequence[str], rows: Values) -> None:
    """Insert them all. Raises IntegrityError."""
    if connection.vendor != "postgresql":
        _insert(model, names, rows)
        return
    copying = f"COPY {_into(model, names)} FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


def insert_new(model: type[models.Model], names: Sequence[str], rows: Values) -> int:
    """Insert those that break no constraint of uniqueness; returns how many they were."""
    return _insert(model, names, rows, otherwise="ON CONFLICT DO NOTHING")


def update(model: type[models.Model], key: Mapping[str, Any], facts: Mapping[str, Any]) -> int:
    """Write these facts, by names of fields, into the rows whose fields are those of the key; returns how many."""
    of = {field.name: field for field in model._meta.concrete_fields}
    values = [of[name].get_db_prep_save(value, connection) for name, value in [*facts.items(), *key.items()]]
    with connection.cursor() as cursor:
        cursor.execute(_updating(model, tuple(facts), tuple(key)), values)
        return cursor.rowcount


@lru_cache(maxsize=64)
def _updating(model: type[models.Model], facts: tuple[str, ...], key: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = {field.name: quote(field.column) for field in model._meta.concrete_fields if field.column}
    changes = ", ".join(f"{columns[name]} = %s" for name in facts)
    where = " AND ".join(f"{columns[name]} = %s" for name in key)
    return f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {where}"  # noqa: S608


def _insert(model: type[models.Model], names: Sequence[str], rows: Values, otherwise: str = "") -> int:
    into, marks, count = _into(model, names), f"({', '.join(['%s'] * len(names))})", 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # There no way to the database is saved by one long statement, and reading it takes longer than the rows.
            cursor.executemany(f"INSERT INTO {into} VALUES {marks} {otherwise}", rows)  # noqa: S608
            return cursor.rowcount
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            values = ", ".join([marks] * len(some))
            cursor.execute(f"INSERT INTO {into} VALUES {values} {otherwise}", [*chain(*some)])  # noqa: S608
            count += cursor.rowcount
    return count


def _into(model: type[models.Model], names: Sequence[str]) -> str:
    """SQL: the table with these columns."""
    quote = connection.ops.quote_name
    columns = {field.name: quote(field.column) for field in model._meta.concrete_fields if field.column}
    return f"{quote(model._meta.db_table)} ({', '.join(columns[name] for name in names)})"
