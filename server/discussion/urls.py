"""Public pages of debates, and the deeds of every thread."""

from django.urls import path

from . import views, views_debates

app_name = "discussion"
urlpatterns = [
    path("spaces/<slug:slug>/debates/<int:pk>/", views_debates.debates, name="debates"),
    path("spaces/<slug:slug>/debate/<slug:ref>/", views_debates.debate, name="debate"),
    path("discussion/<slug:kind>/<slug:ref>/write/", views.write, name="write"),
    path("comments/<slug:ref>/", views.comment, name="comment"),
    path("comments/<slug:ref>/edit/", views.edit, name="edit"),
    path("comments/<slug:ref>/withdraw/", views.withdraw, name="withdraw"),
    path("comments/<slug:ref>/useful/", views.useful, name="useful"),
]
