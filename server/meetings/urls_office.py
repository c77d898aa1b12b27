"""``/office/…``: meetings, sessions and their closing."""

from django.urls import path, re_path

from . import views_closing, views_ideas, views_office, views_printed

app_name = "office_meetings"
REF = r"^sessions/(?P<ref>[0-9a-f]{16})/"
LANGUAGE = r"(?P<language>fr|en)"
urlpatterns = [
    path("<slug:slug>/meetings/", views_office.meetings, name="meetings"),
    path("<slug:slug>/meetings/new/", views_office.new_meeting, name="new_meeting"),
    path("meetings/<int:pk>/edit/", views_office.edit_meeting, name="edit_meeting"),
    path("meetings/<int:pk>/sessions/new/", views_office.add_session, name="add_session"),
    re_path(rf"{REF}$", views_office.session_page, name="session"),
    re_path(rf"{REF}edit/$", views_office.edit_session, name="edit_session"),
    re_path(rf"{REF}live/$", views_office.session_live, name="session_live"),
    re_path(rf"{REF}ideas/$", views_ideas.ideas, name="ideas"),
    re_path(rf"{REF}ideas/(?P<record>[0-9a-f]{{64}})/$", views_ideas.decide, name="decide_idea"),
    re_path(rf"{REF}do/(?P<name>[a-z]{{4,8}})/$", views_office.session_deed, name="deed"),
    re_path(rf"{REF}closing/$", views_closing.closing, name="closing"),
    re_path(rf"{REF}closing/live/$", views_closing.closing_live, name="closing_live"),
    re_path(rf"{REF}closing/count/$", views_closing.count, name="count"),
    re_path(rf"{REF}closing/count/confirm/$", views_closing.confirm, name="confirm_count"),
    re_path(rf"{REF}closing/explain/$", views_closing.explain, name="explain"),
    re_path(rf"{REF}closing/late/(?P<record>[0-9a-f]{{64}})/$", views_closing.decide_late, name="decide_late"),
    re_path(rf"{REF}closing/group/(?P<root>[0-9a-f]{{64}})/$", views_closing.group, name="group"),
    re_path(rf"{REF}closing/reconcile/$", views_closing.reconcile, name="reconcile"),
    re_path(rf"{REF}closing/report\.{LANGUAGE}\.pdf$", views_printed.report, name="report"),
    re_path(rf"{REF}list/(?P<moment>opening|closing)\.{LANGUAGE}\.pdf$", views_printed.state, name="state"),
]
