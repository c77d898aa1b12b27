"""Addresses: each room brings its own."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

urlpatterns = []

# (prefix, module of a room): a room that is not built yet is simply not there.
ROOMS = [
    ("api/v1/", "server.devices.urls_api"),
]
for prefix, module in ROOMS:
    if find_spec(module):
        urlpatterns.append(path(prefix, include(import_module(module))))
