"""``/office/…``: the devices of a session."""

from django.urls import path, re_path

from . import views_answers, views_cards, views_files, views_fleet, views_recovery, views_revoking
from . import views_office as views

app_name = "office_devices"
REF = r"^sessions/(?P<ref>[0-9a-f]{16})/devices/"
urlpatterns = [
    path("<slug:slug>/devices/", views_fleet.fleet, name="fleet"),
    path("<slug:slug>/devices/rows/", views_fleet.rows, name="fleet_rows"),
    re_path(rf"{REF}$", views.devices, name="devices"),
    re_path(rf"{REF}rows/$", views.rows, name="rows"),
    re_path(rf"{REF}invite/$", views.invite, name="invite"),
    re_path(rf"{REF}revoke/$", views_revoking.revoke_several, name="revoke_several"),
    re_path(rf"{REF}cards/$", views_cards.cards, name="cards"),
    path("cards/<int:pk>/void/", views_cards.void, name="card_void"),
    re_path(rf"{REF}import/$", views_files.import_file, name="import"),
    re_path(rf"{REF}import/part/$", views_files.part, name="part"),
    path("devices/files/<int:pk>/", views_files.file, name="file"),
    path("enrolments/<int:pk>/", views.enrolment, name="enrolment"),
    path("devices/<int:pk>/revoke/", views_revoking.revoke, name="revoke"),
    path("devices/<int:pk>/replace/", views.replace, name="replace"),
    path("devices/<int:pk>/answer/", views_answers.answer, name="answer"),
    path("devices/<int:pk>/answer.json", views_answers.answer_file, name="answer_file"),
    path("devices/<int:pk>/missing/", views.missing, name="missing"),
    path("devices/unknown/<int:pk>/", views_recovery.stranger, name="stranger"),
    path("devices/recovery/", views_recovery.recovery, name="recovery"),
    path("devices/recovery/end/", views_recovery.end, name="recovery_end"),
]
