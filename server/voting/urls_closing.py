"""``/office/boxes/<ref>/closing/``."""

from django.urls import re_path

from . import closing_views as views

app_name = "office_closing"
REF = r"^boxes/(?P<ref>[0-9a-f]{16})/closing/"
urlpatterns = [
    re_path(rf"{REF}$", views.box_closing, name="box"),
    re_path(rf"{REF}(?P<name>close|reconcile|open|certify)/$", views.box_deed, name="deed"),
]
