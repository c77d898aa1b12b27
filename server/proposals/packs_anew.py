"""When kiosks have to fetch their pack anew, because something in it stands no more."""

from __future__ import annotations

from django.apps import apps
from django.db import transaction
from django.db.models import F

from server.meetings.models import Session

TAKES_DEEDS = (Session.State.PREPARED, Session.State.OPEN, Session.State.PAUSED)


def packs_change(space_id: int) -> None:
    """Something that packs of this space hold stands no more: kiosks fetch anew, once this is committed.

    Not before: a push holds its device and then the log, and whoever calls holds the log. A new idea moves no pack; it
    comes with the next one.
    """
    transaction.on_commit(lambda: _move_versions(space_id))


def _move_versions(space_id: int) -> None:
    # By name: nobody imports the room of the devices.
    devices = apps.get_model("devices", "Device").objects.filter(session__meeting__space=space_id)
    told = devices.filter(session__state__in=TAKES_DEEDS, session__offers__isnull=False).values("pk")
    devices.filter(pk__in=told).update(pack_version=F("pack_version") + 1)
