"""``/office/…``: the devices of a session."""

from django.urls import path, re_path

from . import views_office as views

app_name = "office_devices"
REF = r"^sessions/(?P<ref>[0-9a-f]{16})/devices/"
urlpatterns = [
    re_path(rf"{REF}$", views.devices, name="devices"),
    re_path(rf"{REF}rows/$", views.rows, name="rows"),
    re_path(rf"{REF}invite/$", views.invite, name="invite"),
    re_path(rf"{REF}revoke/$", views.revoke_several, name="revoke_several"),
    re_path(rf"{REF}import/$", views.import_file, name="import"),
    path("enrolments/<int:pk>/", views.enrolment, name="enrolment"),
    path("devices/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("devices/<int:pk>/missing/", views.missing, name="missing"),
]
