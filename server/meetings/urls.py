"""Public pages of meetings, and calendars that one can follow."""

from django.urls import path

from . import views

app_name = "meetings"
urlpatterns = [
    path("meetings.ics", views.whole_calendar, name="whole_calendar"),
    path("spaces/<slug:slug>/meetings.ics", views.space_calendar, name="space_calendar"),
    path("spaces/<slug:slug>/meetings/<int:pk>/", views.meeting_page, name="meeting"),
    path("spaces/<slug:slug>/meetings/<int:pk>/calendar.ics", views.meeting_calendar, name="calendar"),
]
