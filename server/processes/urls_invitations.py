"""``/invitation/…``: what the link of a letter opens."""

from django.urls import path

from . import views_invitations

app_name = "invitations"
urlpatterns = [path("invitation/<str:code>/", views_invitations.answer, name="answer")]
