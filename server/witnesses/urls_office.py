"""``/office/witnesses/…``: who co-signs our list, and what they report."""

from django.urls import path

from . import views_office as views

app_name = "office_witnesses"
urlpatterns = [
    path("witnesses/", views.witnesses, name="witnesses"),
    path("witnesses/file/", views.file, name="file"),
    path("witnesses/ask/", views.ask, name="ask"),
    path("witnesses/<int:pk>/", views.witness, name="witness"),
    path("witnesses/<int:pk>/end/", views.end, name="end"),
    path("witnesses/alarms/<int:pk>/", views.alarm, name="alarm"),
]
