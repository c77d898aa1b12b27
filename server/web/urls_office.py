"""``/office/site/…``: the texts of the installation."""

from django.urls import path

from . import views_office

app_name = "office_site"
urlpatterns = [
    path("site/", views_office.site, name="site"),
    path("site/<str:name>/", views_office.text, name="text"),
]
