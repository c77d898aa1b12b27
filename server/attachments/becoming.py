"""What became of the files that a device brought, as the rooms that use them say it.

A room registers a function; a device's signed reply carries what it returns (``docs/protocol.md`` §7). So the devices'
door asks no room by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The device's key hash and the epoch of its chain → plain JSON without floats.
Teller = Callable[[str, str], dict[str, Any]]

# By the name under which the reply carries it, and the mode of the devices that are told.
_TELLERS: dict[tuple[str, str], Teller] = {}


def tells(name: str, *, to: str) -> Callable[[Teller], Teller]:
    """Register what the devices of a mode are told, under which name of the reply."""

    def keep(teller: Teller) -> Teller:
        _TELLERS[name, to] = teller
        return teller

    return keep


def told_to(mode: str, *, dev: str, epoch: str) -> dict[str, Any]:
    """All that a device of this mode is told of its files. Nothing for a mode that brings none."""
    return {name: teller(dev, epoch) for (name, to), teller in _TELLERS.items() if to == mode}
