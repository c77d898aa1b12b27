"""Rows of the database as lines of JSON, the same whichever database they come from.

A line is a list of values, in the order of the columns that the table's entry in ``facts.json`` names. What JSON has no
word for is ``{"is": kind, "v": text}``; a column that holds JSON is ``{"is": "json", "v": …}``.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

LOAD_AT_ONCE = 500
# Who was logged in, and who was alive: nothing of it is worth keeping.
LEFT_OUT = {"sessions.session", "operations.workersign"}
# Made by the program itself with each installation, and known to rows by number: replaced by those of the backup.
OWN = {"contenttypes.contenttype", "auth.permission"}

_WORDS: dict[type, tuple[str, Any]] = {
    dt.datetime: ("datetime", dt.datetime.isoformat),
    dt.date: ("date", dt.date.isoformat),
    dt.time: ("time", dt.time.isoformat),
    dt.timedelta: ("seconds", lambda value: str(value.total_seconds())),
    uuid.UUID: ("uuid", str),
    Decimal: ("decimal", str),
    bytes: ("bytes", lambda value: base64.b64encode(value).decode()),
}
_READERS: dict[str, Any] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "seconds": lambda text: dt.timedelta(seconds=float(text)),
    "uuid": uuid.UUID,
    "decimal": Decimal,
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "json": lambda value: value,
}


def tables(registry: Any) -> list[type[models.Model]]:
    """The tables of a registry of models (the program's own, or that of an older release), by name."""
    found = registry.get_models(include_auto_created=True)
    kept = [model for model in found if model._meta.managed and not model._meta.proxy]
    return sorted((m for m in kept if m._meta.label_lower not in LEFT_OUT), key=lambda m: m._meta.label_lower)


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def write_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, memoryview | bytearray):
        value = bytes(value)
    if type(value) in _WORDS:
        kind, write = _WORDS[type(value)]
        return {"is": kind, "v": write(value)}
    return {"is": "json", "v": value}


def read_value(value: Any) -> Any:
    return _READERS[value["is"]](value["v"]) if isinstance(value, dict) else value


def dump(model: type[models.Model], *, using: str) -> Iterator[bytes]:
    """One line for each row, in the order of the primary key."""
    rows = model._base_manager.using(using).order_by("pk").values_list(*columns(model))
    for row in rows.iterator(chunk_size=2000):
        yield json.dumps([write_value(value) for value in row], ensure_ascii=False).encode() + b"\n"


def load(model: type[models.Model], names: list[str], lines: Iterable[bytes]) -> int:
    """Write the rows as they are; returns how many. Inside a transaction: what they refer to may come later."""
    for field in model._meta.concrete_fields:
        # Neither "now" nor anything worked out anew: what was kept is what is written.
        field.pre_save = lambda row, add, name=field.attname: getattr(row, name)  # type: ignore[assignment,misc]
    count, waiting = 0, []
    for line in lines:
        waiting.append(model(**dict(zip(names, map(read_value, json.loads(line)), strict=True))))
        count += 1
        if len(waiting) == LOAD_AT_ONCE:
            model._base_manager.bulk_create(waiting)
            waiting = []
    model._base_manager.bulk_create(waiting)
    return count


def continue_numbers(models_: list[type[models.Model]]) -> None:
    """Let new rows be numbered after those that were written."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_):
            cursor.execute(statement)
