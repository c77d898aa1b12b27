"""Receipts."""

from django.urls import path

from . import views

app_name = "receipts"
urlpatterns = [
    path("receipt/", views.look_up, name="look_up"),
    path("receipt/<str:identifier>", views.receipt),
    path("receipt/<str:identifier>/", views.receipt, name="receipt"),
]
