"""``/office/<space>/cards/<component>/…``: order cards, send scans, type them in."""

from django.urls import path

from . import views, views_scans, views_typing

app_name = "cards"
HERE = "<slug:slug>/cards/<int:component>/"
urlpatterns = [
    path(HERE, views.runs, name="runs"),
    path(f"{HERE}rows/", views.run_rows, name="run_rows"),
    path(f"{HERE}scans/", views_scans.scans, name="scans"),
    path(f"{HERE}scans/rows/", views_scans.scan_rows, name="scan_rows"),
    path(f"{HERE}queue/", views_typing.queue, name="queue"),
    path(f"{HERE}queue/next/", views_typing.next_card, name="next"),
    path("cards/runs/<int:pk>/file/", views.run_file, name="file"),
    path("cards/runs/<int:pk>/draw/", views.draw_again, name="draw"),
    path("cards/scans/<int:pk>/", views_scans.pages, name="batch"),
    path("cards/scans/<int:pk>/read/", views_scans.read_on, name="read_on"),
    path("cards/<int:pk>/", views_typing.card, name="card"),
    path("cards/<int:pk>/take/", views_typing.take, name="take"),
    path("cards/<int:pk>/hold/", views_typing.hold, name="hold"),
    path("cards/<int:pk>/skip/", views_typing.skip, name="skip"),
    path("cards/images/<int:pk>/", views_typing.image, name="image"),
]
