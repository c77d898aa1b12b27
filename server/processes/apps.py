from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProcessesConfig(AppConfig):
    name = "server.processes"

    def ready(self) -> None:
        """Each room that offers a kind of component says so in its module ``component_type``."""
        autodiscover_modules("component_type")
