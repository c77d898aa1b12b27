"""Public pages of projects."""

from django.urls import path

from . import views

app_name = "budgets"
urlpatterns = [
    path("spaces/<slug:slug>/projects/", views.projects_page, name="projects"),
    path("spaces/<slug:slug>/projects/<int:pk>/", views.project_page, name="project"),
]
