"""``/notices/…``: what is new to me, what I follow, how I am told."""

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="read"),
    path("notices/following/", views.following, name="following"),
    path("notices/follow/", views.follow, name="follow"),
    path("notices/how/", views.wishes, name="wishes"),
    path("notices/stop/<str:token>/", views.stop, name="stop"),
    path("notices/<int:pk>/", views.open_notice, name="open"),
]
