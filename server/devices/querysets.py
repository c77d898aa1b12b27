"""Reads: devices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from server.ledger.asked import Asked
from server.ledger.models import Chain
from server.web.counting import of_each

# What a push asks, from the device outwards: each is reached from the one before by the field named in it.
PUSHING = (
    ("devices.Device", "", "session", ("id", "dev", "public_key", "mode", "status", "pack_version", "replaced_at")),
    ("meetings.Session", "session__", "meeting", ("id", "ref", "state")),
    ("meetings.Meeting", "session__meeting__", "space", ("id",)),
    ("processes.Space", "session__meeting__space__", "", ("id", "slug")),
)


@cache
def _pushing() -> Asked:
    device = apps.get_model("devices", "Device")
    names = [way + name for _model, way, _next, fields in PUSHING for name in fields]
    return Asked(lambda dev: device.objects.filter(dev=dev).order_by().values_list(*names), str)


def _joined(row: Sequence[Any]) -> Any:
    """The device that a row of ``PUSHING`` holds, joined to the others."""
    values = iter(reversed(row))
    behind: Any = None
    for label, _way, onward, names in reversed(PUSHING):
        facts = dict(zip(reversed(names), values, strict=False))
        if onward:
            facts[f"{onward}_id"] = behind.pk
        model = apps.get_model(label)
        fields = [field.attname for field in model._meta.concrete_fields if field.attname in facts]
        this = model.from_db(connection.alias, fields, [facts[name] for name in fields])
        if onward:
            setattr(this, onward, behind)
        behind = this
    return behind


class DeviceQuerySet(models.QuerySet):
    def named(self, dev: str):
        """The device of this name with its session, meeting and space, or None."""
        return self.select_related("session__meeting__space").filter(dev=dev).order_by("pk").first()

    def that_pushes(self, dev: str):
        """The same with what a push asks of them at hand; anything else is fetched when it is asked for."""
        rows = _pushing().rows(dev)
        return _joined(rows[0]) if rows else None

    def with_chains(self):
        """``chains``: how many its key has begun. A new chain comes with a new key: a second is a copy's."""
        return self.annotate(chains=of_each(Chain.objects.all(), "dev", of="dev"))
