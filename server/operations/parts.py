"""The three parts of an installation that may be backed up apart, each under a passphrase of its own (X24).

    register  who may vote, which passes were handed out, letters with their codes, the pseudonyms' keys
    box       sealed ballots, sheets, scans and what was read on them, opened ballots
    log       the public log, and all the rest: spaces, accounts, settings, published results, the keys that open boxes

Whoever joins a person and a choice needs all three: the register for the name behind a pseudonym or a pass, the box for
the ballot, the log for the key that opens it. So no part alone joins them, and no two. What is split is the backup: on
every database alike. A database that serves holds all three parts (``server/ledger/schemas.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.ledger.schemas import BOX, LOG, REGISTER, SCHEMAS

from .archive import BadArchive, read_passphrase

PARTS = (REGISTER, BOX, LOG)
WHOLE = ""


def of_table(model: Any) -> str:
    """The part of a table; what lies in no schema of its own goes with the log."""
    homes = {table: schema for schema, tables in SCHEMAS.items() for table in tables}
    return homes.get(model._meta.db_table, LOG)


def of_file(name: str, sheets: frozenset[str]) -> str:
    """The part of a file below PARVIS_VAR; sheets: the printed files, below media, that show no code of a person."""
    if name.startswith("keys/"):
        return REGISTER if name.endswith(".pseudonym") else LOG
    if name.startswith("media/print/") and name.removeprefix("media/") not in sheets:
        return REGISTER  # passes, and letters with name and code
    return BOX if name.startswith("media/") else LOG


def read_passphrases(whole: Path | None, parts: Sequence[str]) -> dict[str, bytes]:
    """``{part: passphrase}`` from what was given on the command line: all three parts, or the whole. Raises BadArchive.

    parts: each ``part=FILE``.
    """
    if not parts:
        return {WHOLE: read_passphrase(whole)}
    found: dict[str, bytes] = {}
    for given in parts:
        part, _equals, path = given.partition("=")
        if part not in PARTS or not path or part in found:
            raise BadArchive(f"give --part {'=FILE, --part '.join(PARTS)}=FILE, each once")
        found[part] = read_passphrase(Path(path))
    if whole or set(found) != set(PARTS):
        raise BadArchive(f"a backup in parts has all of them: {', '.join(PARTS)}")
    if len(set(found.values())) < len(PARTS):
        raise BadArchive("give each part a passphrase of its own: under one they are one backup")
    return {part: found[part] for part in PARTS}
