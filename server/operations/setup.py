"""``parvis setup``: bring the database to this release, once per update and before anything serves.

Not while a session is open: whoever stands at a kiosk or a desk must not meet half of two releases (S17).
"""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str]) -> int:
    """0: the database is of this release; 2: it must wait, and nothing was changed."""
    parser = argparse.ArgumentParser(prog="parvis setup", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--anyway", action="store_true", help="even while a session is open")
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    from django.core.management import call_command

    if not chosen.anyway and (count := open_sessions()) and is_behind():
        print(f"parvis setup: {count} sessions are open. Close them first, or say --anyway.", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=1, interactive=False)
    from server.devices.newer import judge_newer

    if count := judge_newer():
        print(f"parvis setup: {count} records of kiosks waited for this release and are judged.")
    return 0


def is_behind() -> bool:
    from .health import _migrations

    return _migrations() != "ok"


def open_sessions() -> int:
    """Asked in plain SQL: the tables may be of an older release than the models."""
    from django.db import connection

    if "meetings_session" not in connection.introspection.table_names():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM meetings_session WHERE state IN ('open', 'paused')")
        return int(cursor.fetchone()[0])
