"""The web door of ballot boxes."""

from django.urls import path

from . import ballot_views, views, views_match_code

app_name = "voting"
urlpatterns = [
    path("me/", views.my_votes, name="my_votes"),
    path("me/code/", views_match_code.match_code, name="match_code"),
    path("spaces/<slug:slug>/vote/<str:ref>/", views.box_page, name="box"),
    path("spaces/<slug:slug>/vote/<str:ref>/numbers/", views.numbers, name="numbers"),
    path("spaces/<slug:slug>/vote/<str:ref>/enter/", views.enter, name="enter"),
    path("spaces/<slug:slug>/vote/<str:ref>/ballot/", ballot_views.ballot, name="ballot"),
    path("spaces/<slug:slug>/vote/<str:ref>/claim/", views.claim, name="claim"),
]
