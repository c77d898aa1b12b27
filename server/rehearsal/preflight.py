"""Everything that can refuse a rehearsal, asked before anything is made.

A rehearsal takes minutes: who gave it a folder that is a file, or a database that does not answer, hears so at once.
Each refusal is a ``CannotRehearse`` with a stable code; ``docs/errors.md`` lists them.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from urllib.parse import urlsplit

from server.budgets.pabulib import BadPb, read_pb

from .plan import CannotRehearse, Plan, make_plan

POSTGRES = ("postgres", "postgresql", "psql", "pgsql")


def plan_of(chosen: argparse.Namespace) -> Plan:
    """Read the file and plan the vote. Raises CannotRehearse."""
    try:
        instance = read_pb(chosen.file.read_bytes())
    except OSError as error:
        raise CannotRehearse("file", str(error)) from error
    except BadPb as error:
        raise CannotRehearse("bad_file", str(error)) from error
    return make_plan(instance, limit=chosen.limit, conflicts=chosen.conflicts, seed=chosen.seed)


def check_targets(chosen: argparse.Namespace) -> None:
    """What is to be written can be. Raises CannotRehearse ``keep``, ``json``, ``database_url``."""
    if chosen.keep:
        _require_folder(chosen.keep)
    if chosen.json:
        if chosen.json.is_dir() or not chosen.json.absolute().parent.is_dir():
            raise CannotRehearse("json", f"{chosen.json} cannot be a file: its folder is missing, or it is one itself")
        if not os.access(chosen.json if chosen.json.exists() else chosen.json.absolute().parent, os.W_OK):
            raise CannotRehearse("json", f"{chosen.json} cannot be written")
    if chosen.database is not None:
        _require_url(chosen.database)


def _require_folder(path: Path) -> None:
    """It is a folder that can be written, or can become one."""
    there = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    if not there.is_dir():
        raise CannotRehearse("keep", f"{there} is a file, not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CannotRehearse("keep", f"{there} cannot be written")


def _require_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        name, _port = parts.path.lstrip("/"), parts.port
    except ValueError as error:
        raise CannotRehearse("database_url", f"this is no address of a database: {error}") from error
    is_file = url.startswith("sqlite:///") and ":memory:" not in url
    if not name or not (is_file or parts.scheme in POSTGRES):
        raise CannotRehearse("database_url", "give postgres://user:password@host/name or sqlite:////folder/file")
    if is_file and not Path(url.removeprefix("sqlite:///")).absolute().parent.is_dir():
        raise CannotRehearse("database_url", "the folder of this file is missing")


def check_paper(plan: Plan) -> None:
    """All choices fit one sheet, every letter can be printed. Raises ``too_many_choices``, ``unprintable_title``."""
    from printouts.layout import TooManyChoices, TooManyColumns, lay_out
    from printouts.typefaces import UnprintableText
    from server.voting.paper_form import LAYOUT_NUMBER, ballot_form

    from .town import sheet_of

    try:
        lay_out(ballot_form(*sheet_of(plan)), number=LAYOUT_NUMBER)
    except TooManyChoices as error:
        raise CannotRehearse("too_many_choices", "the titles are too long for one sheet of paper") from error
    except TooManyColumns as error:
        raise CannotRehearse("too_many_choices", "the paper has no room for so many columns") from error
    except UnprintableText as error:
        raise CannotRehearse("unprintable_title", f"{error}; a sheet must show every letter of a title") from error


def check_database() -> None:
    """The database answers, and holds no table. Raises ``database_unreachable``, ``database_not_empty``."""
    from django.db import Error, connection

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return  # it will be made
    try:
        with connection.cursor() as cursor:
            cursor.execute(TABLES[connection.vendor])
            (tables,) = cursor.fetchone()
    except (Error, OSError) as error:
        raise CannotRehearse("database_unreachable", str(error).strip().splitlines()[0]) from error
    if tables:
        raise CannotRehearse("database_not_empty", "this database has tables; give an empty one")


TABLES = {
    "sqlite": "SELECT count(*) FROM sqlite_master",
    "postgresql": "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
}


def database_server() -> int | None:
    """The first process of the database's server, if it runs here and its memory can be read."""
    from django.db import connection

    from .measure import is_readable

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr()")
        ours, is_here = cursor.fetchone()
    try:
        # The parent is in the fields after the name in brackets, which may hold anything.
        name, fields = Path(f"/proc/{ours}/stat").read_text().split("(", 1)[1].rsplit(")", 1)
    except OSError:
        return None
    parent = int(fields.split()[1])
    return parent if is_here and name.startswith("postgres") and is_readable(parent) else None
