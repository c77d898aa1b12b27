"""``/office/<space>/budget/``: the amount, the projects, files of projects."""

from django.urls import path

from . import views_office as views

app_name = "office_budgets"
urlpatterns = [
    path("<slug:slug>/budget/", views.budget, name="budget"),
    path("<slug:slug>/budget/projects/add/", views.project_add, name="project_add"),
    path("<slug:slug>/budget/projects/withdraw/", views.projects_deed, {"deed": "withdraw"}, name="withdraw"),
    path("<slug:slug>/budget/projects/restore/", views.projects_deed, {"deed": "restore"}, name="restore"),
    path("<slug:slug>/budget/projects/<int:pk>/", views.project_edit, name="project_edit"),
    path("<slug:slug>/budget/projects/<int:pk>/delete/", views.project_delete, name="project_delete"),
    path("<slug:slug>/budget/import/", views.import_file, name="import"),
    path("<slug:slug>/budget/import/confirm/", views.import_confirm, name="import_confirm"),
    path("<slug:slug>/budget/template.csv", views.template_file, name="template"),
]
