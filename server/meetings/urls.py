"""Public pages of meetings."""

from django.urls import path

from . import views

app_name = "meetings"
urlpatterns = [
    path("spaces/<slug:slug>/meetings/<int:pk>/", views.meeting_page, name="meeting"),
    path("spaces/<slug:slug>/meetings/<int:pk>/calendar.ics", views.meeting_calendar, name="calendar"),
]
