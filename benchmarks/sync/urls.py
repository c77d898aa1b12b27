from django.urls import path

from server.config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

from .floor import store

urlpatterns = [path("floor", store), *urlpatterns]
