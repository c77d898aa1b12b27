from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OperationsConfig(AppConfig):
    name = "server.operations"

    def ready(self) -> None:
        """Every room may have a module ``days``: what it does when a day has begun."""
        autodiscover_modules("days")
