"""The ASGI door: pages over HTTP, doorbells over WebSocket."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
pages = get_asgi_application()

from .routing import websocket_urlpatterns  # noqa: E402  (needs the apps to be loaded)

application = ProtocolTypeRouter(
    {
        "http": pages,
        # Channels does not check the origin by itself: without this any page could open our sockets (X12).
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
