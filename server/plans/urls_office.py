"""``/office/site/plan/``: the plan of the town."""

from django.urls import path

from . import views_office

app_name = "office_plans"
urlpatterns = [path("site/plan/", views_office.plan, name="plan")]
