"""The doorbell of a space, heard by the pages of its staff. It carries no data: who hears it asks over HTTP."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from server.accounts.models import User
from server.web.live import group_of

from .access import has_role
from .models import Space, SpaceRole

FORBIDDEN = 4403  # a close code of our own: do not come back


class BellConsumer(AsyncJsonWebsocketConsumer):
    """One open page. Whoever has no role in the space, or loses it while connected, is let go (X12)."""

    space_id: int | None = None

    async def connect(self) -> None:
        space_id = int(self.scope["url_route"]["kwargs"]["space_id"])
        if not await self._may_listen(space_id):
            await self.close(code=FORBIDDEN)
            return
        self.space_id = space_id
        await self.channel_layer.group_add(group_of(space_id), self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.space_id is not None:
            await self.channel_layer.group_discard(group_of(self.space_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Pages only listen; what one says is not even read."""

    async def bell(self, event: dict[str, Any]) -> None:
        """Pass the ring on, as long as this person still has a part in the space."""
        if self.space_id is None or not await self._may_listen(self.space_id):
            await self.close(code=FORBIDDEN)
            return
        await self.send_json({"bell": str(event.get("what", ""))})

    @database_sync_to_async
    def _may_listen(self, space_id: int) -> bool:
        """Asked anew each time: the user in the scope is as old as the connection."""
        pk = getattr(self.scope.get("user"), "pk", None) or 0
        user = User.objects.filter(pk=pk, is_active=True).first()
        space = Space.objects.filter(pk=space_id).first()
        return bool(user and space and has_role(user, space, *SpaceRole.Role.values))
