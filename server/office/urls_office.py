"""``/office/…``: the log, the jobs, and what waits for a second person."""

from django.urls import path

from . import views, views_approvals, views_office

app_name = "acts"
urlpatterns = [
    path("log/", views.whole_log, name="log"),
    path("log.csv", views.whole_log_file, name="file"),
    path("log/<int:pk>/undo/", views.undo, name="undo"),
    path("jobs/<int:pk>/", views_office.job, name="job"),
    path("jobs/<int:pk>/part/", views_office.job_part, name="job_part"),
    path("jobs/<int:pk>/go-on/", views_office.go_on, name="go_on"),
    path("approvals/<int:pk>/", views_approvals.approval, name="approval"),
    path("<slug:slug>/log/", views.space_log, name="space_log"),
    path("<slug:slug>/log.csv", views.space_log_file, name="space_file"),
]
