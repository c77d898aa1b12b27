"""What was reckoned of a page of a layout is kept for the last few: a batch is of one box, of which there are few."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from printouts.geometry import Layout, Page

Found = TypeVar("Found")


def kept(most: int) -> Callable[[Callable[..., Found]], Callable[..., Found]]:
    """Keep what a function of ``(layout, page, *more)`` returned, by the layout's hash; ``most`` at a time."""

    def decorate(reckon: Callable[..., Found]) -> Callable[..., Found]:
        known: dict[tuple[object, ...], Found] = {}

        @wraps(reckon)
        def asked(layout: Layout, page: Page, *more: object) -> Found:
            key = (layout.sha256, page.number, *more)
            if key not in known:
                if len(known) >= most:
                    known.clear()
                known[key] = reckon(layout, page, *more)
            return known[key]

        return asked

    return decorate
