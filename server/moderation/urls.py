"""Reporting, from any public page."""

from django.urls import path

from . import views

app_name = "moderation"
urlpatterns = [path("report/<slug:kind>/<slug:ref>/", views.report_page, name="report")]
