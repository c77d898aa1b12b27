"""Is this process able to serve? Each check is a word and an answer; none of them tells our insides."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import lru_cache

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from .figures import free_bytes
from .models import WorkerSign

# Three signs may be missed: one busy second of the database is no alarm.
WORKER_SILENT_S = 60
WAIT_S = 3


def worker_age_s() -> float | None:
    """Seconds since any worker gave a sign; None when none ever did."""
    seen = WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return max(0.0, (timezone.now() - seen).total_seconds()) if seen else None


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


@lru_cache(maxsize=1)
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this program brings. Read from disk once: they do not change under a running process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {})


def _migrations() -> str:
    missing = wanted_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return "missing" if missing else "ok"


def _layer() -> str:
    """A message to ourselves must come back."""
    layer = get_channel_layer()
    if layer is None:
        return "missing"

    async def there_and_back() -> str:
        import asyncio

        name = await layer.new_channel("ready")
        await layer.send(name, {"type": "ready"})
        message = await asyncio.wait_for(layer.receive(name), timeout=WAIT_S)
        return "ok" if message["type"] == "ready" else "failed"

    return async_to_sync(there_and_back)()


def _worker() -> str:
    since = timezone.now() - timedelta(seconds=WORKER_SILENT_S)
    return "ok" if WorkerSign.objects.filter(seen_at__gt=since).exists() else "silent"


def _disk() -> str:
    return "ok" if free_bytes() >= settings.PARVIS_LEAST_FREE_MB * 1_000_000 else "full"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "channel_layer": _layer,
    "worker": _worker,
    "disk": _disk,
}


def readiness(names: Iterable[str] = tuple(CHECKS)) -> dict[str, str]:
    """``{check: "ok"}``, or one word of what is wrong. A check that breaks has failed: that is what it is for."""
    found = {}
    for name in names:
        started = time.monotonic()
        try:
            found[name] = CHECKS[name]()
        except Exception:
            found[name] = "failed"
        if time.monotonic() - started > WAIT_S:
            found[name] = "slow"
    return found
