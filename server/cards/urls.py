"""The printed catalogue of proposals, for everyone."""

from django.urls import path

from . import views_catalogue as views

app_name = "catalogue"
HERE = "spaces/<slug:slug>/proposals/<int:component>/catalogue/"
urlpatterns = [
    path(HERE, views.catalogue, name="catalogue"),
    path(f"{HERE}rows/", views.catalogue_rows, name="rows"),
    path(f"{HERE}<int:pk>/file/", views.catalogue_file, name="file"),
]
