"""Addresses of the kiosk, to be included under ``kiosk/``."""

from django.urls import path

from server.devices import kiosk_files

urlpatterns = [
    path("", kiosk_files.kiosk_index, name="kiosk"),
    path("release.json", kiosk_files.kiosk_release, name="kiosk_release"),
    path("<path:path>", kiosk_files.kiosk_file, name="kiosk_file"),
]
