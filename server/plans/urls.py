"""``/plan/<version>.svg``: the plan of the town."""

from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [path("plan/<slug:version>.svg", views.picture, name="picture")]
