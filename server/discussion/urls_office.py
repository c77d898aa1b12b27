"""``/office/<space>/debates/``: debates, and what is copied into threads."""

from django.urls import path

from . import views_office as views

app_name = "office_discussion"
DEEDS = "publish", "unpublish", "close", "reopen"
urlpatterns = [
    path("<slug:slug>/debates/", views.debates, name="debates"),
    path("<slug:slug>/debates/add/", views.add, name="add"),
    path("<slug:slug>/debates/<slug:ref>/", views.debate, name="debate"),
    path("<slug:slug>/debates/<slug:ref>/edit/", views.edit, name="edit"),
    path("<slug:slug>/debates/<slug:ref>/conclude/", views.conclude, name="conclude"),
    *(path(f"<slug:slug>/debates/<slug:ref>/{name}/", views.deed, {"name": name}, name=name) for name in DEEDS),
    path("<slug:slug>/threads/<slug:kind>/<slug:ref>/enter/", views.enter, name="enter"),
]
