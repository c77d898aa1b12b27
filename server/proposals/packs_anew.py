"""When kiosks have to fetch their pack anew: something in it stands no more, or something else may be done."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from server.meetings.models import Session
from server.processes.models import Component, Opening, Phase

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
    told = devices.filter(session__state__in=TAKES_DEEDS).values("pk")
    devices.filter(pk__in=told).update(pack_version=F("pack_version") + 1)


@receiver([post_save, post_delete], sender=Phase)
@receiver([post_save, post_delete], sender=Component)
def what_is_open_changed(instance: Phase | Component, **_named: Any) -> None:
    """What kiosks may offer follows from phases and components, whose room knows no packs: it is only heard here."""
    packs_change(instance.space_id)


@receiver([post_save, post_delete], sender=Opening)
def an_opening_changed(instance: Opening, **_named: Any) -> None:
    packs_change(instance.phase.space_id)
