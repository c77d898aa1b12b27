"""Receipts, and states of the list that people kept."""

from django.urls import path

from . import views, views_kept

app_name = "receipts"
urlpatterns = [
    path("receipt/", views.look_up, name="look_up"),
    path("list/", views_kept.state, name="state"),
    path("receipt/<str:identifier>", views.receipt),
    path("receipt/<str:identifier>/", views.receipt, name="receipt"),
]
