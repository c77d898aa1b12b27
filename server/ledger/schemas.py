"""On PostgreSQL register, box and log lie in three schemas of the database, each with a role that sees nothing else.

    register   who may vote, which passes were handed out, who was marked as used in person
    box        sealed ballots, images and readings of sheets, and the ballots once they are opened
    log        headers of records, the tree, its checkpoints: what is published anyway
    public     everything else

Between register on one side and box and log on the other there is no foreign key (a test looks). The program's own
role sees all of them, because it marks, seals and settles; ``only`` lets go of that for a step that must not see the
register, and each part is backed up apart (``server/operations/parts.py``). SQLite has no schemas: votes on it
are called small votes, on the public page and in the frozen definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

REGISTER, BOX, LOG = "register", "box", "log"
SCHEMAS = {
    REGISTER: (
        "voting_roll", "voting_rollentry", "voting_rollversion", "voting_rollcorrection", "voting_lookalike",
        "voting_passbatch", "voting_pass", "voting_letterbinding", "voting_presencemark", "voting_wrongcodes",
        "voting_walkin", "voting_walkinpass", "voting_challenge", "voting_envelope", "voting_proxy",
        "voting_assistance", "voting_objection", "voting_matchcode", "voting_matching", "voting_matchquestion",
        "voting_versionlines", "voting_sample", "voting_sampleletter", "voting_burst", "voting_unlockcard",
        "voting_deskdeed", "voting_voice", "paper_sliprun",
    ),
    BOX: (
        "ledger_payload", "ledger_held", "voting_castvoterecord", "voting_polltally", "voting_sealedballot",
        "voting_sealingkey", "paper_printrun", "paper_sheet", "paper_scanbatch", "paper_reading",
        "paper_adjudication", "paper_imageview", "paper_sheetcount", "paper_photo", "paper_reviewlease",
        "paper_keying", "paper_sheetsample", "paper_sampledsheet",
        "attachments_named", "attachments_storedfile",
    ),
    LOG: (
        "ledger_log", "ledger_chain", "ledger_record", "ledger_node", "ledger_checkpoint", "ledger_recovery",
    ),
}  # fmt: skip
# What reads the box reads the log beside it: a ballot is checked against the commitment in its header.
SEES = {REGISTER: (REGISTER,), BOX: (BOX, LOG), LOG: (LOG,)}

WHERE = """SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relname = %s AND c.relkind = 'r' AND n.nspname = ANY(%s)"""
MAKE_ROLE = (
    "DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
)


def role_of(schema: str) -> str:
    return f"parvis_{schema}"


def is_divided() -> bool:
    """Whether this database keeps register, box and log apart."""
    return connection.vendor == "postgresql"


def divide(using: str = "default", **_signal: Any) -> None:
    """After every migration: put each table where it belongs, and let each role see its own. Again changes nothing."""
    if connections[using].vendor != "postgresql":
        return
    with connections[using].cursor() as cursor:
        for schema, tables in SCHEMAS.items():
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            for table in tables:
                _move(cursor, table, schema)
        if _may_make_roles(cursor):
            for schema in SCHEMAS:
                _grant(cursor, schema)


def _move(cursor: CursorWrapper, table: str, schema: str) -> None:
    cursor.execute(WHERE, [table, ["public", *SCHEMAS]])
    found = [name for (name,) in cursor.fetchall()]
    if found and schema not in found:
        cursor.execute(f"ALTER TABLE {found[0]}.{table} SET SCHEMA {schema}")


def _may_make_roles(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _grant(cursor: CursorWrapper, schema: str) -> None:
    role = role_of(schema)
    cursor.execute(MAKE_ROLE.format(role=role))
    for seen in SEES[schema]:
        cursor.execute(f"GRANT USAGE ON SCHEMA {seen} TO {role}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {seen} TO {role}")
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {seen} TO {role}")
    cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {role} TO current_user")


@contextmanager
def only(schema: str) -> Iterator[None]:
    """Read this part of the database, and nothing of the others. On SQLite it changes nothing.

    Where the owner of the database made no roles for us it changes nothing either; ``docs/operators.md`` says how to.
    """
    with transaction.atomic():
        if not is_divided() or not _has_role(role_of(schema)):
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role_of(schema)}")
        # An error rolls back to before the role was taken, and so lets go of it.
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")


def _has_role(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None
