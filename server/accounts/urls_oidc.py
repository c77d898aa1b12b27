"""Log-in with another service: the library's addresses and their names, our checks. They stand before the library's."""

from django.urls import path

from . import oidc

urlpatterns = [
    path("oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
]
