"""``/office/…``: the spaces someone runs, their phases, their team."""

from django.urls import path

from . import views_components, views_copies, views_invitations, views_order, views_people, views_phases
from . import views_office as views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views_copies.new_space, name="new_space"),
    path("new/import/", views_copies.import_space, name="import_space"),
    path("groups/", views_people.groups, name="groups"),
    path("groups/<int:pk>/", views_people.group_edit, name="group"),
    path("people/", views_invitations.of_installation, name="people"),
    path("people/<int:pk>/dismiss/", views_invitations.dismiss, name="dismiss"),
    path("invitations/<int:pk>/revoke/", views_invitations.revoke, name="invitation_revoke"),
    path("<slug:slug>/", views.space, name="space"),
    path("<slug:slug>/edit/", views.edit_space, name="edit_space"),
    path("<slug:slug>/copy/", views_copies.copy_space, name="copy_space"),
    path("<slug:slug>/export/", views_copies.export_space, name="export_space"),
    path("<slug:slug>/delete/", views.delete, name="delete_space"),
    path("<slug:slug>/team/", views.team, name="team"),
    path("<slug:slug>/team/invite/", views_invitations.of_space, name="invitations"),
    path("<slug:slug>/team/<int:pk>/remove/", views.team_remove, name="team_remove"),
    path("<slug:slug>/phases/", views_phases.phases, name="phases"),
    path("<slug:slug>/phases/add/", views_phases.phase_add, name="phase_add"),
    path("<slug:slug>/phases/<int:pk>/", views_phases.phase_edit, name="phase_edit"),
    path("<slug:slug>/phases/<int:pk>/delete/", views_phases.phase_delete, name="phase_delete"),
    path("<slug:slug>/phases/<int:pk>/opens/", views_phases.phase_opens, name="phase_opens"),
    path("<slug:slug>/phases/<int:pk>/begin/", views_phases.phase_begin, name="phase_begin"),
    path("<slug:slug>/phases/<int:pk>/end/", views_phases.phase_end, name="phase_end"),
    path("<slug:slug>/phases/<int:pk>/answer/", views_phases.phase_answer, name="phase_answer"),
    path("<slug:slug>/phases/<int:pk>/close/", views_phases.phase_close, name="phase_close"),
    path("<slug:slug>/members/", views_people.members, name="members"),
    path("<slug:slug>/members/only/", views_people.members_only, name="members_only"),
    path("<slug:slug>/members/<int:pk>/remove/", views_people.member_remove, name="member_remove"),
    path("<slug:slug>/shares/", views_people.shares, name="shares"),
    path("<slug:slug>/shares/<int:pk>/revoke/", views_people.share_revoke, name="share_revoke"),
    path("<slug:slug>/ties/", views_people.ties, name="ties"),
    path("<slug:slug>/categories/", views_order.taxons, name="taxons"),
    path("<slug:slug>/categories/<int:pk>/", views_order.taxon_edit, name="taxon"),
    path("<slug:slug>/categories/<int:pk>/move/", views_order.taxon_move, name="taxon_move"),
    path("<slug:slug>/categories/<int:pk>/delete/", views_order.taxon_delete, name="taxon_delete"),
    path("<slug:slug>/components/", views_components.components, name="components"),
    path("<slug:slug>/components/add/", views_components.component_add, name="component_add"),
    path("<slug:slug>/components/<int:pk>/", views_components.component_edit, name="component"),
    path("<slug:slug>/components/<int:pk>/move/", views_components.component_move, name="component_move"),
    path("<slug:slug>/components/<int:pk>/show/", views_components.component_show, name="component_show"),
    path("<slug:slug>/components/<int:pk>/delete/", views_components.component_delete, name="component_delete"),
]
