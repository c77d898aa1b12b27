"""The doorbell of a space, heard by the pages of its staff. It carries no data: who hears it asks over HTTP.

Passing a ring on costs a question to the database for each open page, and all pages of a process ask in one thread. So
what rings in quick succession is passed on together: during a vote the first at once, then twice a second at the most.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from server.accounts.models import User
from server.web.live import group_of

from .access import has_role
from .models import Space, SpaceRole

FORBIDDEN = 4403  # a close code of our own: do not come back
PAUSE_S = 0.5


class BellConsumer(AsyncJsonWebsocketConsumer):
    """One open page. Whoever has no role in the space, or loses it while connected, is let go (X12)."""

    space_id: int | None = None

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.rung: dict[str, None] = {}  # in the order in which they rang
        self.passing: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        space_id = int(self.scope["url_route"]["kwargs"]["space_id"])
        if not await self._may_listen(space_id):
            await self.close(code=FORBIDDEN)
            return
        self.space_id = space_id
        await self.channel_layer.group_add(group_of(space_id), self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.passing is not None:
            self.passing.cancel()
        if self.space_id is not None:
            await self.channel_layer.group_discard(group_of(self.space_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Pages only listen; what one says is not even read."""

    async def bell(self, event: dict[str, Any]) -> None:
        """Note the ring; it is passed on at once, or with the next ones after the pause."""
        self.rung[str(event.get("what", ""))] = None
        if self.passing is None or self.passing.done():
            self.passing = asyncio.create_task(self._pass_on())

    async def _pass_on(self) -> None:
        """As long as this person still has a part in the space, and until the page is gone."""
        with suppress(Disconnected):
            while self.rung:
                rung, self.rung = self.rung, {}
                if self.space_id is None or not await self._may_listen(self.space_id):
                    await self.close(code=FORBIDDEN)
                    return
                for what in rung:
                    await self.send_json({"bell": what})
                await asyncio.sleep(PAUSE_S)

    @database_sync_to_async
    def _may_listen(self, space_id: int) -> bool:
        """Asked anew each time: the user in the scope is as old as the connection."""
        pk = getattr(self.scope.get("user"), "pk", None) or 0
        user = User.objects.filter(pk=pk, is_active=True).first()
        space = Space.objects.filter(pk=space_id).first()
        return bool(user and space and has_role(user, space, *SpaceRole.Role.values))
