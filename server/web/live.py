"""The doorbell: tells open pages of a space that something changed, and nothing more.

Rung after commit only; whoever hears it asks over HTTP. Everything works, slower, when nobody hears it.
"""

from __future__ import annotations

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)


def group_of(space_id: int) -> str:
    return f"space.{space_id}"


def ring(space_id: int, what: str) -> None:
    """Ring once the transaction is committed. ``what`` names a part of the page: "devices", "turnout", "batches"."""
    transaction.on_commit(lambda: _ring(space_id, what))


def _ring(space_id: int, what: str) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group_of(space_id), {"type": "bell", "what": what})
    except Exception:
        # The bell is a convenience; a deed that is stored must not fail because nobody could be told. What a broken
        # layer raises is its own business: Redis has errors that are no OSError.
        log.warning("doorbell not rung", extra={"what": what})
