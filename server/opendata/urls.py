"""Results and open data."""

from django.urls import path

from . import views

app_name = "results"
urlpatterns = [
    path("open-data/check_roll.py", views.roll_program, name="roll_program"),
    path("spaces/<slug:slug>/vote/<str:ref>/result/", views.result, name="result"),
    path("spaces/<slug:slug>/vote/<str:ref>/check/", views.check, name="check"),
    path("spaces/<slug:slug>/vote/<str:ref>/files.zip", views.archive, name="archive"),
    path("spaces/<slug:slug>/vote/<str:ref>/files/<str:name>", views.published_file, name="file"),
]
