from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EnclosuresConfig(AppConfig):
    name = "server.enclosures"

    def ready(self) -> None:
        """Each room says in its module ``enclosing`` to what of it photos and documents can be added."""
        autodiscover_modules("enclosing")
