"""F15: accounts off by one, tampered files and rows, an adversary who wants to know who voted what (P11, X17, X18)."""

from __future__ import annotations

from typing import Any

from . import closings, linking, tampering

FIGURE = (
    "50 closings off by one: 50 blocked; 200 tamperings: 200 found by both verifiers; "
    "linking adversary: at most chance + 2 points"
)


def run(seed: int) -> tuple[bool, dict[str, Any]]:
    from .hall import undone

    with undone():
        closed = closings.close_wrongly(seed)
    with undone():
        altered = tampering.tamper(seed)
    linked = linking.link(seed)
    is_passed = closings.are_all_blocked(closed) and tampering.are_all_found(altered) and linking.is_within(linked)
    return is_passed, {"closing": closed, "tampering": altered, "linking": linked}
