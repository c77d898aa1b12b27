"""The front pages and the reader's display choices."""

from django.urls import path

from . import display, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("display/", display.set_display, name="display"),
]
