"""How a device says that it is, in words for the office: the light of its last readiness check, and calls for help.

What it says is a remark that comes with a push (``docs/protocol.md`` §7); a check that this release does not know is
passed over, the light stays what the device said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

LIGHTS = {
    "green": (gettext_lazy("Ready"), "ok", "check"),
    "amber": (gettext_lazy("Ready, with remarks"), "wait", "warn"),
    "red": (gettext_lazy("Not ready"), "bad", "cross"),
}
#: What keeps a light from being green, by the name of the check.
FAULTS = {
    "pack": gettext_lazy("it lacks the meeting, the passes or the vote"),
    "disk": gettext_lazy("its disk does not keep what it is given"),
    "space": gettext_lazy("little free space"),
    "durable": gettext_lazy("its memory is not protected"),
    "release": gettext_lazy("its offline copy is incomplete"),
    "clock": gettext_lazy("its clock is off by %(span)s"),
    "battery": gettext_lazy("the battery is low"),
    "camera": gettext_lazy("no camera"),
    "voices": gettext_lazy("no voice for some language"),
    "trip": gettext_lazy("its test record has not come back"),
}
UNITS = [
    (86_400, gettext_lazy("%(count)d d")),
    (3_600, gettext_lazy("%(count)d h")),
    (60, gettext_lazy("%(count)d min")),
    (1, gettext_lazy("%(count)d s")),
]


@dataclass(frozen=True)
class Light:
    """``colour``: green, amber or red; never shown without ``word`` and ``icon``. ``kind``: the look of a state."""

    colour: str
    word: str
    kind: str
    icon: str
    faults: tuple[str, ...]


def light_of(condition: Mapping[str, Any]) -> Light | None:
    """The light that a device told last; None: it was not checked, or runs an earlier release."""
    colour = condition.get("light", "")
    if colour not in LIGHTS:
        return None
    word, kind, icon = LIGHTS[colour]
    facts = {"span": span(abs(condition.get("clock_s", 0)))}
    told = (FAULTS[name] for name in condition.get("checks", []) if name in FAULTS)
    return Light(colour, str(word), kind, icon, tuple(str(fault) % facts for fault in told))


def span(seconds: int) -> str:
    """So many seconds in the largest unit of which there are two."""
    size, words = next(((size, words) for size, words in UNITS if seconds >= 2 * size), UNITS[-1])
    return str(words) % {"count": round(seconds / size)}
