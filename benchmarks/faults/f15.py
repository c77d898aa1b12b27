"""F15: accounts that do not balance, and an adversary who wants to know who voted what (P11, X17, X18)."""

from __future__ import annotations

from typing import Any

from . import closings, linking

FIGURE = "50 closings off by one: 50 blocked; linking adversary: at most chance + 2 points"


def run(seed: int) -> tuple[bool, dict[str, Any]]:
    from .hall import undone

    with undone():
        closed = closings.close_wrongly(seed)
    linked = linking.link(seed)
    is_passed = closings.are_all_blocked(closed) and linking.is_within(linked)
    return is_passed, {"closing": closed, "linking": linked}
