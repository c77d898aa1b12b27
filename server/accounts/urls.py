"""``/account/…``: one's own account. Logging in and the like lie under ``/accounts/`` (django-allauth)."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("data/", views.download, name="download"),
    path("erase/", views.erase, name="erase"),
]
