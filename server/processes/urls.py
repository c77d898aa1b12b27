"""The public pages of spaces."""

from django.urls import path

from . import views

app_name = "processes"
urlpatterns = [path("spaces/<slug:slug>/", views.space_page, name="space")]
