"""``/office/<space>/moderation/``: what waits, what is hidden, who may not write."""

from django.urls import path

from . import views_office as views

app_name = "office_moderation"
THING = "<slug:slug>/moderation/<slug:kind>/<slug:ref>/"
urlpatterns = [
    path("<slug:slug>/moderation/", views.queue, name="queue"),
    path("<slug:slug>/moderation/hidden/", views.hidden_page, name="hidden"),
    path("<slug:slug>/moderation/blocks/", views.blocks, name="blocks"),
    path("<slug:slug>/moderation/blocks/<int:pk>/lift/", views.lift, name="lift"),
    path(THING, views.thing_page, name="thing"),
    path(f"{THING}hide/", views.hide, name="hide"),
    path(f"{THING}show/", views.show, name="show"),
    path(f"{THING}keep/", views.keep, name="keep"),
    path(f"{THING}block/", views.block, name="block"),
]
