"""When it is not the request that is wrong but the machine: a database that is held too long, a disk that is full.

Everything of such a request is rolled back. Whoever asked is told so, and when to ask again (S10, S11).
"""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from .refusals import Refusal


class Busy(Refusal):
    code = "busy"
    status = 503
    retry_after_s = 5
    message: Any = _("The installation is busy. Nothing of this was done: try again in a moment.")

    def __init__(self) -> None:
        super().__init__(details={"retry_after_s": self.retry_after_s})


class StorageFull(Busy):
    code = "storage_full"
    status = 507
    retry_after_s = 60
    message = _(
        "The disk of the installation takes nothing more. Nothing of this was done: tell whoever looks after it."
    )


NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
# By class or in full: https://www.postgresql.org/docs/current/errcodes-appendix.html. Connection lost, serialization,
# deadlock, too many connections, lock or statement given up, shut down or not yet up.
POSTGRES_BUSY = ("08", "40001", "40P01", "53300", "55P03", "57014", "57P")
POSTGRES_FULL = ("53100", "25006", "58030")


def trouble_behind(error: Exception) -> Busy | None:
    """What to tell when this error says that the machine, for now, cannot; None when it says anything else."""
    if isinstance(error, OSError):
        return StorageFull() if error.errno in NO_ROOM else None
    if not isinstance(error, DatabaseError):
        return None
    cause = error.__cause__
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return StorageFull() if code & 0xFF in SQLITE_FULL else Busy() if code & 0xFF in SQLITE_BUSY else None
    if state := getattr(cause, "sqlstate", None):
        return StorageFull() if state in POSTGRES_FULL else Busy() if state.startswith(POSTGRES_BUSY) else None
    # Of a connection that broke, or was never made, PostgreSQL itself can say nothing.
    return Busy() if isinstance(error, (OperationalError, InterfaceError)) and _is_of_postgres(cause) else None


def _is_of_postgres(cause: object) -> bool:
    return type(cause).__module__.startswith("psycopg")
