"""Questions that every push asks: Django writes their SQL once, and they are asked again with other values.

Writing it takes several times as long as the database needs to answer. A question is a function that makes a queryset
of marks; where a mark stands in its parameters a value is put each time. What comes back is converted as Django does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import CharField, DateTimeField, Field, IntegerField, Lookup, Model
from django.db.models.query import QuerySet
from django.db.transaction import TransactionManagementError

Found = TypeVar("Found", bound=Model)
# What no question asks for by itself, by the kind of value that takes its place.
MARKS: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\ue000{number}",
    int: lambda number: 2**31 - 1 - number,  # within every whole number of a model
    datetime: lambda number: datetime(1900, 1, 1, 0, 0, number, tzinfo=UTC),
    list: lambda number: [f"\ue000{number}"],
}
FIELDS: dict[type, Field[Any, Any]] = {str: CharField(), int: IntegerField(), datetime: DateTimeField()}


@CharField.register_lookup
class Among(Lookup[Any]):
    """``name__among=[…]``: as ``in``, with all the values as one parameter, so that the SQL does not depend on how
    many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        some = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {some}", (*parameters, _adapted(list, self.rhs))


def _adapted(kind: type, value: Any) -> Any:
    """As the database's driver takes it."""
    if kind is not list:
        return FIELDS[kind].get_db_prep_value(value, connection)
    return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))


@dataclass(frozen=True)
class _Written:
    """``values``: for each parameter the number of the value that stands there, or None; ``fixed``: then this does."""

    sql: str
    values: Sequence[int | None]
    fixed: Sequence[Any]
    compiler: Any
    converters: Any
    names: Sequence[str]


class Asked(Generic[Found]):
    """A question, with the kind of each value: ``Asked(lambda dev: Device.objects.filter(dev=dev), str)``."""

    def __init__(self, write: Callable[..., QuerySet[Found, Any]], *kinds: type) -> None:
        self._write, self._kinds = write, kinds
        self._written: _Written | None = None

    def rows(self, *values: Any) -> list[Sequence[Any]]:
        """The columns of all that is found, in their order."""
        written = self._written = self._written or self._put_down()
        if written.compiler.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("what is to be held is asked for within a transaction")
        given = [_adapted(kind, value) for kind, value in zip(self._kinds, values, strict=True)]
        filled = [
            fixed if number is None else given[number]
            for number, fixed in zip(written.values, written.fixed, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, filled)
            found = cursor.fetchall()
        return list(written.compiler.apply_converters(found, written.converters)) if written.converters else found

    def first(self, *values: Any) -> Found | None:
        """The first row as an instance: of a question that names no columns, or only some that are the model's own."""
        found = self.rows(*values)
        if not found or self._written is None:
            return None
        model = self._written.compiler.query.model
        instance: Found = model.from_db(connection.alias, self._written.names, found[0])
        return instance

    def _put_down(self) -> _Written:
        marks = [MARKS[kind](number) for number, kind in enumerate(self._kinds)]
        query = self._write(*marks).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        adapted = [_adapted(kind, mark) for kind, mark in zip(self._kinds, marks, strict=True)]
        columns = [column for column, *_named in compiler.select[: compiler.col_count]]
        return _Written(
            sql=sql,
            values=[adapted.index(one) if one in adapted else None for one in parameters],
            fixed=list(parameters),
            compiler=compiler,
            converters=compiler.get_converters(columns),
            names=[column.target.attname for column in columns if hasattr(column, "target")],
        )
