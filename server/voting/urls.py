"""The web door of ballot boxes."""

from django.urls import path

from . import views

app_name = "voting"
urlpatterns = [
    path("spaces/<slug:slug>/vote/<str:ref>/", views.box_page, name="box"),
    path("spaces/<slug:slug>/vote/<str:ref>/enter/", views.enter, name="enter"),
    path("spaces/<slug:slug>/vote/<str:ref>/ballot/", views.ballot, name="ballot"),
    path("spaces/<slug:slug>/vote/<str:ref>/claim/", views.claim, name="claim"),
]
