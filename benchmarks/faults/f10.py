"""F10: a server is restored from a backup that is 300 events behind (S9, I1, I5).

Three kiosks: one that had sent a part, one that was enrolled after the backup, one whose ballots come only as a file.
Ballots cast online since the backup are on no device: they are lost, and their receipts must say so. At the end the
vote is closed, counted and published, and the program that strangers run finds everything in order.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

FIGURE = "restored 300 events behind, one kiosk by file: 300 back, every earlier receipt proved or listed as affected"
SMALL = {"events": 9, "online": 3}
ENROLLED_SINCE = 1


def run(seed: int, *, events: int = 300, online: int = 20) -> tuple[bool, dict[str, Any]]:
    from server.ledger import recovery
    from server.ledger.models import Log, Record, Recovery

    from .restoring import BEFORE, Evening, answers_to

    with tempfile.TemporaryDirectory(prefix="parvis-f10-") as folder:
        house = House(Path(folder))
        evening = Evening(random.Random(seed), events=events, online=online)
        house.back_up()
        evening.go_on()
        states, size = evening.states, Log.objects.get().size
        house.crash_and_restore()
    behind = size - Log.objects.get().size
    refused = evening.refusals()
    evening.reconnect()
    found = recovery.lost(Recovery.objects.get())
    answers = evening.ask_receipts()
    evening.end()
    ids = {record.id for record in evening.since}
    counts = {
        "events": len(ids),
        "back": Record.objects.filter(pk__in=ids, verdict="accepted").count(),
        "by_kiosk": evening.came_back(),
        "cast_before": BEFORE,
        "behind": behind,
        "lost_online": online,
        "places_proved": found.places,
        "came": found.came,
        "missing_at_least": found.missing,
        **answers,
        "refused_while_recovering": refused,
        "earlier_states": answers_to(states),
        "counted": evening.counted(),
        "verified": evening.verified(),
    }
    return is_passed(counts, events, online), counts


def is_passed(counts: dict[str, Any], events: int, online: int) -> bool:
    return (
        counts["back"] == counts["events"] == events
        and counts["behind"] == counts["places_proved"]
        # That a device was enrolled in the lost span is said anew when it is taken in, by another record.
        and counts["affected"] == online + ENROLLED_SINCE
        and counts["unanswered"] == 0
        and counts["receipts"] == counts["proved"] + counts["affected"] > events
        and counts["missing_at_least"] <= online
        and set(counts["refused_while_recovering"]) == {"recovering"}
        and set(counts["earlier_states"]) == {"goes_on", "restored"}
        and counts["counted"] == events + counts["cast_before"]
        and counts["verified"] is True
    )


class House:
    """The installation of this process: its folder and its SQLite database."""

    def __init__(self, aside: Path) -> None:
        from django.conf import settings
        from django.db import connections

        self.var, self.aside = Path(settings.PARVIS_VAR), aside
        self.database = Path(connections.databases["default"]["NAME"])
        connections.close_all()
        shutil.copy(self.database, aside / "empty.sqlite3")

    def back_up(self) -> None:
        from server.operations import backup

        assert backup.main([str(self.aside / "backup")]) == 0

    def crash_and_restore(self) -> None:
        """The disk is gone, with all that came since; an empty installation reads the backup."""
        from django.db import connections

        from server.operations import restore

        connections.close_all()
        for path in self.var.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copy(self.aside / "empty.sqlite3", self.database)
        assert restore.main([str(self.aside / "backup")]) == 0
