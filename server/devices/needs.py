"""What somebody must do about a device, the most pressing first: told from facts alone. Pure, but for its words.

People stand before a tablet in a hall: a call for help comes before everything. Then what makes ballots doubtful, what
keeps them from arriving, what will soon stop the device, and what can wait for a quiet hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

LOW_BATTERY = 20  # percent, not charging
LITTLE_ROOM_MB = 200
QUIET = 9  # nothing to do

ALARMS: dict[str, Any] = {
    "server_ahead": _("It says: the server holds more of its records than it does itself."),
    "fork": _("It says: another device sends under its numbers."),
    "cloned": _("It says: it is a copy of another device."),
    "revoked": _("It says: it was told to take no more."),
    "replaced": _("It says: another device stands in its place."),
    "missing": _("It says: records of its own are gone."),
    "altered": _("It says: its own records were altered."),
    "repaired": _("It says: its records were damaged and are mended."),
    "list_shrank": _("It says: the public list became shorter."),
    "list_changed": _("It says: the public list was changed."),
    "list_anew": _("It says: the public list was begun anew."),
    "disk": _("It says: its disk takes nothing more."),
}
#: Alarms that say what somebody did on purpose, or that it is over.
CALM = ("revoked", "replaced", "repaired", "list_anew")


@dataclass(frozen=True)
class DeviceState:
    """What is known of one device. ``is_on``: its session is open or paused; ``is_over``: it is reconciled.

    ``condition``: as the device says it (protocol §7), maybe nothing.
    """

    is_on: bool = False
    is_over: bool = False
    is_silent: bool = False
    is_closed: bool = False
    is_missing: bool = False
    is_trusted: bool = True
    is_replaced: bool = False
    is_session_closed: bool = False
    unsent: int = 0
    gap: int = 0
    branched: int = 0
    chains: int = 0
    has_other_list: bool = False
    has_old_release: bool = False
    has_old_pack: bool = False
    condition: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Need:
    """``rank``: 0 is the most pressing; ``is_bad``: more than a remark."""

    rank: int
    words: Any
    is_bad: bool = True


def needs_of(device: DeviceState) -> list[Need]:
    """In order. Nothing of a device whose session is over: what it says then is of no use to anybody."""
    return [] if device.is_over else sorted(_all(device), key=lambda need: need.rank)


def rank_of(needs: list[Need]) -> int:
    return needs[0].rank if needs else QUIET


def _all(device: DeviceState) -> Iterator[Need]:
    if device.condition.get("help") is True:
        yield Need(0, _("Somebody calls for help at it."))
    yield from _doubtful(device)
    yield from _not_here(device)
    yield from _soon(device)


def _doubtful(device: DeviceState) -> Iterator[Need]:
    """What speaks against the device, or against the server."""
    if device.has_other_list:
        yield Need(1, _("It saw a list that we signed and that is not this one. Was a backup restored?"))
    if device.chains > 1:
        yield Need(1, _("Its key has begun more than one chain: is there a copy of this device?"))
    if device.branched:
        yield Need(1, _("Records came under numbers that were taken: is there a copy of this device?"))
    for code in device.condition.get("alarms", ()):
        words = ALARMS.get(code) or _("It shows an alarm that this release does not know.")
        yield Need(7 if code in CALM else 1, words, code not in CALM)


def _not_here(device: DeviceState) -> Iterator[Need]:
    """What keeps its records from arriving."""
    if device.is_missing and not device.is_closed:
        return
    if device.is_replaced and device.is_on:
        yield Need(3, _("It was replaced. Have it send, or bring its file, so that nothing is lost."))
    elif device.is_session_closed and not device.is_closed:
        yield Need(2, _("The session is closed. Have it send, bring its file, or name it missing."))
    elif device.is_on and device.is_silent and device.is_trusted:
        yield Need(2, _("Nothing is heard of it."))
    if device.gap:
        yield Need(4, _("Records wait for one before them that has not come."))
    if device.unsent and device.is_silent:
        yield Need(3, _("It holds records that have not arrived."))


def _soon(device: DeviceState) -> Iterator[Need]:
    """What will stop it, or is older than it could be."""
    if not device.is_trusted or device.is_replaced:
        return
    told = device.condition
    if told.get("battery", 100) <= LOW_BATTERY and not told.get("charging", False):
        yield Need(5, _("Its battery is low. Plug it in."))
    if told.get("free_mb", LITTLE_ROOM_MB) < LITTLE_ROOM_MB:
        yield Need(5, _("Its disk is nearly full."))
    if told.get("chain") == "former":
        yield Need(6, _("It sends what it holds of an earlier enrolment."), is_bad=False)
    if device.has_old_pack:
        yield Need(6, _("It has not fetched the newest settings."), is_bad=False)
    if device.has_old_release:
        yield Need(8, _("It runs another release than the server offers."), is_bad=False)
