"""Which share links a browser has opened: its session remembers, the user of the request carries them to ``access``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

KEY = "shared"
MOST = 20


class SharedSpaces(MiddlewareMixin):
    """Asks nothing of the database that looking at the user does not ask anyway."""

    async_capable = False

    def process_request(self, request: HttpRequest) -> None:
        found = request.user
        request.user = SimpleLazyObject(lambda: _carrying(found, request))  # type: ignore[assignment]


def _carrying(user: Any, request: HttpRequest) -> Any:
    user.shared = request.session.get(KEY, [])
    return user


def remember(request: HttpRequest, token: int) -> None:
    kept = [one for one in request.session.get(KEY, []) if one != token]
    request.session[KEY] = [*kept, token][-MOST:]
