"""``/api/v1/log/``: the public log for those who watch it (``docs/protocol.md`` §9)."""

from django.urls import path

from . import views_api

app_name = "log"
urlpatterns = [
    path("checkpoint", views_api.checkpoint, name="checkpoint"),
    path("consistency", views_api.consistency, name="consistency"),
    path("epochs", views_api.epochs, name="epochs"),
]
