"""``/office/…``: the spaces someone runs, their phases, their team."""

from django.urls import path

from . import views_invitations
from . import views_office as views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new_space, name="new_space"),
    path("people/", views_invitations.of_installation, name="people"),
    path("people/<int:pk>/dismiss/", views_invitations.dismiss, name="dismiss"),
    path("invitations/<int:pk>/revoke/", views_invitations.revoke, name="invitation_revoke"),
    path("<slug:slug>/", views.space, name="space"),
    path("<slug:slug>/edit/", views.edit_space, name="edit_space"),
    path("<slug:slug>/delete/", views.delete, name="delete_space"),
    path("<slug:slug>/team/", views.team, name="team"),
    path("<slug:slug>/team/invite/", views_invitations.of_space, name="invitations"),
    path("<slug:slug>/team/<int:pk>/remove/", views.team_remove, name="team_remove"),
    path("<slug:slug>/phases/", views.phases, name="phases"),
    path("<slug:slug>/phases/add/", views.phase_add, name="phase_add"),
    path("<slug:slug>/phases/<int:pk>/", views.phase_edit, name="phase_edit"),
    path("<slug:slug>/phases/<int:pk>/delete/", views.phase_delete, name="phase_delete"),
]
