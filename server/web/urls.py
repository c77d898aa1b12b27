"""The front pages and the reader's display choices."""

from django.urls import path

from . import display, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("search/", views.search_page, name="search"),
    path("v/<str:ref>/", views.short_link, name="short_link"),
    path("display/", display.set_display, name="display"),
]
