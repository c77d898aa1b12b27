"""The public pages of spaces."""

from django.urls import path

from . import views

app_name = "processes"
urlpatterns = [
    path("spaces/<slug:slug>/", views.space_page, name="space"),
    path("groups/<slug:slug>/", views.group_page, name="group"),
    path("shared/<str:code>/", views.shared, name="shared"),
]
