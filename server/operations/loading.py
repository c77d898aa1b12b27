"""What a process loads before it takes its first request."""

from __future__ import annotations

from django.urls import get_resolver


def load_pages() -> None:
    """All addresses, and with them every page: otherwise Django loads them while the first visitor waits, for a second.

    Whatever cannot be loaded stops the process before anybody is served.
    """
    get_resolver().reverse_dict  # noqa: B018
