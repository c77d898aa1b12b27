"""``/office/<space>/documents/<component>/``: documents and photos of a space."""

from django.urls import path

from . import views_office

app_name = "office_enclosures"
urlpatterns = [path("<slug:slug>/documents/<int:component>/", views_office.documents, name="documents")]
