"""``/enclosures/<ref>/…``: photos and documents."""

from django.urls import path

from . import views

app_name = "enclosures"
urlpatterns = [
    path("enclosures/<slug:ref>/", views.file, name="file"),
    path("enclosures/<slug:ref>/small/", views.small, name="small"),
]
