"""Indexes that the log does without."""

from __future__ import annotations

from typing import Any

from django.db import connections

# PostgreSQL alone: for each text that is unique or looked up, Django makes a second index, for the beginnings of texts.
# Nobody looks for the beginning of a hash, and each record was written into three of them.
DROP = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT schemaname, indexname FROM pg_indexes
    WHERE tablename IN ('ledger_record', 'ledger_payload') AND right(indexname, 5) = '_like'
  LOOP EXECUTE 'DROP INDEX ' || quote_ident(one.schemaname) || '.' || quote_ident(one.indexname); END LOOP;
END $$
"""


def drop_indexes_of_beginnings(using: str = "default", **_signal: Any) -> None:
    """After every migration; again changes nothing."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(DROP)
