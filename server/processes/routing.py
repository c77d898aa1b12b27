"""Sockets of spaces."""

from django.urls import re_path

from .consumers import BellConsumer

websocket_urlpatterns = [re_path(r"^ws/spaces/(?P<space_id>\d{1,18})/$", BellConsumer.as_asgi())]
