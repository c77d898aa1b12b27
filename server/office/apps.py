from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OfficeConfig(AppConfig):
    name = "server.office"

    def ready(self) -> None:
        """Every room may have a ``jobs`` module; the worker must know all of them before the first job comes."""
        autodiscover_modules("jobs")
