"""The ASGI door: pages over HTTP, doorbells over WebSocket."""

import os

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
django.setup(set_prefix=False)

from server.operations.handling import Handler  # noqa: E402  (needs the apps to be loaded)

from .routing import websocket_urlpatterns  # noqa: E402

pages = Handler()

application = ProtocolTypeRouter(
    {
        "http": pages,
        # Channels does not check the origin by itself: without this any page could open our sockets (X12).
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
