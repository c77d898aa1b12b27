"""Sockets: each room brings its own."""

from importlib import import_module
from importlib.util import find_spec

websocket_urlpatterns: list = []
for _room in ("processes",):
    if find_spec(f"server.{_room}.routing"):
        websocket_urlpatterns += import_module(f"server.{_room}.routing").websocket_urlpatterns
