from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ModerationConfig(AppConfig):
    name = "server.moderation"

    def ready(self) -> None:
        """Each room says in its module ``reportable`` what of it can be reported."""
        from . import applying, people, undoing  # noqa: F401

        autodiscover_modules("reportable")
