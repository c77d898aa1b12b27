"""``/api/v1/log/statements``: what witnesses say of the public log (``docs/protocol.md`` §9)."""

from django.urls import path

from . import views

app_name = "witnesses"
urlpatterns = [path("statements", views.statements, name="statements")]
