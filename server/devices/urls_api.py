"""``/api/v1/``: the sync protocol (``docs/protocol.md``)."""

from django.urls import path, re_path

from . import views, views_attachments

app_name = "sync"
urlpatterns = [
    path("devices/enrol", views.enrol, name="enrol"),
    re_path(r"^devices/(?P<dev>[0-9a-f]{64})/pack$", views.pack, name="pack"),
    re_path(
        r"^devices/(?P<dev>[0-9a-f]{64})/attachments/(?P<sha256>[0-9a-f]{64})$",
        views_attachments.attachment,
        name="attachment",
    ),
    path("push", views.push, name="push"),
]
