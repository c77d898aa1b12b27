"""How long work says how far it is: it calls ``tell(done, of)`` as often as it likes, whoever hears it."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """For whoever does the work while somebody waits: nobody listens."""
