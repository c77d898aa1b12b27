"""The tables of an empty database, made at once and by all migrations, are the same."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from server.ledger.schemas import SCHEMAS
from tests.databases import migrate, new_database, run_on

pytestmark = pytest.mark.long

ONE_AFTER_ANOTHER = """
import django; django.setup()
from django.core.management.commands.migrate import Command
from django.core.management import call_command
call_command(Command(), verbosity=0)
"""
# What PostgreSQL knows of every table: its schema, columns, rules, indexes and triggers. Names that are made up by
# Django for its own use differ where a table was once called otherwise, and mean nothing.
SAYS = (
    """SELECT table_schema, table_name, column_name, data_type, character_maximum_length, numeric_precision,
       is_nullable, column_default, is_identity FROM information_schema.columns WHERE table_schema = ANY(%s)""",
    """SELECT n.nspname, c.conrelid::regclass::text, pg_get_constraintdef(c.oid)
       FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = ANY(%s)""",
    """SELECT schemaname, tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON')
       FROM pg_indexes WHERE schemaname = ANY(%s)""",
    """SELECT trigger_schema, event_object_table, trigger_name, event_manipulation, action_timing, action_statement,
       action_condition FROM information_schema.triggers WHERE trigger_schema = ANY(%s)""",
    """SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants
       WHERE table_schema = ANY(%s)""",
)
# The one number that Django's migrations make wider than Django's model says: a key that nobody refers to.
AS_WIDE_AS_THE_STATE_SAYS = ("public", "auth_group_permissions", "id")


def filled_both_ways(at_once: str, by_migrations: str, folder: Path) -> None:
    migrate(at_once, folder)
    run_on(by_migrations, folder, "-c", ONE_AFTER_ANOTHER)


def described(file: Path) -> dict[str, object]:
    """Of an SQLite file: each table with its columns, keys, rules and number of rows; each index and trigger."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(file)) as tables:
        for kind, name, said in tables.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
            found[name] = said
            if kind == "table" and name != "sqlite_sequence":
                found[name] = (
                    sorted(row[1:] for row in tables.execute(f"PRAGMA table_xinfo('{name}')")),
                    sorted(row[2:] for row in tables.execute(f"PRAGMA foreign_key_list('{name}')")),
                    sorted(re.findall(r"CHECK \(.*?\)(?=,|\)$)", said)),
                    tables.execute(f'SELECT count(*) FROM "{name}"').fetchone(),
                )
    return found


def test_on_sqlite_both_ways_give_the_same_tables(tmp_path: Path):
    files = [tmp_path / "at_once.sqlite3", tmp_path / "by_migrations.sqlite3"]
    filled_both_ways(*(f"sqlite:///{file}" for file in files), tmp_path)
    at_once, by_migrations = map(described, files)
    assert len(at_once) > 300
    assert at_once == by_migrations


@pytest.mark.services
def test_on_postgresql_both_ways_give_the_same_tables(postgres_url: str, tmp_path: Path):
    urls = [new_database(postgres_url, name) for name in ("at_once", "by_migrations")]
    filled_both_ways(*urls, tmp_path)
    for question in SAYS:
        seen = []
        for url in urls:
            with psycopg.connect(url) as database:
                rows = database.execute(question, [["public", *SCHEMAS]]).fetchall()
            seen.append(sorted(str(row) for row in rows if row[:3] != AS_WIDE_AS_THE_STATE_SAYS))
        assert len(seen[0]) > 20, question
        assert seen[0] == seen[1], question


@pytest.mark.django_db
def test_a_database_that_holds_something_is_migrated(capsys):
    call_command("migrate", verbosity=1)
    said = capsys.readouterr().out
    assert "Made" not in said and "No migrations to apply" in said


BROKEN_OFF = """
import django; django.setup()
from django.core.management import call_command
from django.db.models.query import QuerySet
def break_off(*_arguments, **_options): raise SystemExit("the plug was pulled")
QuerySet.bulk_create = break_off
call_command("migrate", verbosity=0)
"""


def test_who_is_interrupted_finds_the_database_as_empty_as_it_was(tmp_path: Path):
    """Broken off once all tables are made, before it is noted."""
    file = tmp_path / "db.sqlite3"
    with pytest.raises(subprocess.CalledProcessError):
        run_on(f"sqlite:///{file}", tmp_path, "-c", BROKEN_OFF)
    assert described(file) == {}
    migrate(f"sqlite:///{file}", tmp_path)
    assert "proposals_proposal" in described(file)
