"""The doorbell: tells open pages of a space that something changed, and nothing more.

Rung after commit only; whoever hears it asks over HTTP. Everything works, slower, when nobody hears it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)
# Of the process that serves pages and sockets alike: the loop beside which its requests are at work.
_loop: asyncio.AbstractEventLoop | None = None
# What happens within so long is one bell: a hall that sends after a day without network rings fifty times in a second.
TOGETHER_S = 0.1
_about_to_ring: set[tuple[int, str]] = set()
_ringing: set[asyncio.Future[None]] = set()


def ring_beside(loop: asyncio.AbstractEventLoop) -> None:
    """Have bells rung by this loop while requests go on in their threads."""
    global _loop
    if loop is not _loop:
        _loop = loop
        _about_to_ring.clear()  # what another loop did not come to


def group_of(space_id: int) -> str:
    return f"space.{space_id}"


def ring(space_id: int, what: str) -> None:
    """Ring once the transaction is committed. ``what`` names a part of the page: "devices", "turnout", "batches"."""
    transaction.on_commit(lambda: _ring(space_id, what))


def _ring(space_id: int, what: str) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    if _loop is None or not _loop.is_running():
        async_to_sync(_send)(layer, space_id, what)
        return
    if (space_id, what) in _about_to_ring:
        return
    _about_to_ring.add((space_id, what))
    try:
        _loop.call_soon_threadsafe(_loop.call_later, TOGETHER_S, _let_ring, layer, space_id, what)
    except RuntimeError:  # it ended at this moment, and with it all that listen to it
        _about_to_ring.discard((space_id, what))


def _let_ring(layer: Any, space_id: int, what: str) -> None:
    """In the loop; nobody waits for it. What is committed from here on rings anew, whether or not it is heard now."""
    _about_to_ring.discard((space_id, what))
    bell = asyncio.ensure_future(_send(layer, space_id, what))
    _ringing.add(bell)  # the loop alone would forget it
    bell.add_done_callback(_ringing.discard)


async def _send(layer: Any, space_id: int, what: str) -> None:
    try:
        await layer.group_send(group_of(space_id), {"type": "bell", "what": what})
    except Exception:
        # The bell is a convenience; a deed that is stored must not fail because nobody could be told. What a broken
        # layer raises is its own business: Redis has errors that are no OSError.
        log.warning("doorbell not rung", extra={"what": what})
