"""A field that the log needs and Django has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class PlaceField(models.OneToOneField[Any, Any]):
    """A primary key that is the record's place in the log. SQLite takes it for the number of the row itself, without
    an index beside the table, where its type is this very word."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
