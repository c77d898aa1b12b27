"""``parvis recover``: the database was put back by other means than ``parvis restore``, as a copy of the disk.

Nothing in such a copy says that it is one. This does: the log's epoch is one more, the server's own chain of records
begins anew, and the recovery begins, as after a restore. Stop everything that serves first; once for each time that
something was put back.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.ledger.models import Recovery


def main(arguments: list[str]) -> int:
    """0: it is recovering; 2: nothing was changed, because ``--yes`` was not said."""
    parser = argparse.ArgumentParser(prog="parvis recover", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--yes", action="store_true", help="everything that serves is stopped")
    if not parser.parse_args(arguments).yes:
        print("parvis recover: stop everything that serves, then say --yes. Nothing was changed.")
        return 2
    import django

    django.setup()
    recovery = begin_anew()
    print(f"The list goes on from its {recovery.size} records, as epoch {recovery.log_epoch}.")
    return 0


def begin_anew() -> Recovery:
    """Begin the list and the server's own chain another time, where they stand."""
    from django.db import transaction
    from django.db.models import F

    from server.ledger.installation import begin_chain_anew
    from server.ledger.models import Log
    from server.ledger.recovery import begin

    # The chain first: should this stop half way, numbers are given twice in no case.
    begin_chain_anew()
    with transaction.atomic():
        Log.objects.filter(pk=1).update(log_epoch=F("log_epoch") + 1)
        return begin()
