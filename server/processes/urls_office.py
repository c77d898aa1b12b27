"""``/office/…``: the spaces someone runs, their phases, their team."""

from django.urls import path

from . import views_office as views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new_space, name="new_space"),
    path("<slug:slug>/", views.space, name="space"),
    path("<slug:slug>/edit/", views.edit_space, name="edit_space"),
    path("<slug:slug>/delete/", views.delete, name="delete_space"),
    path("<slug:slug>/team/", views.team, name="team"),
    path("<slug:slug>/team/<int:pk>/remove/", views.team_remove, name="team_remove"),
    path("<slug:slug>/phases/", views.phases, name="phases"),
    path("<slug:slug>/phases/add/", views.phase_add, name="phase_add"),
    path("<slug:slug>/phases/<int:pk>/", views.phase_edit, name="phase_edit"),
    path("<slug:slug>/phases/<int:pk>/delete/", views.phase_delete, name="phase_delete"),
]
