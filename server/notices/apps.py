from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "server.notices"

    def ready(self) -> None:
        """Each room says in its module ``news`` what of it can be followed, and what is news about it."""
        from . import people, remembering  # noqa: F401

        autodiscover_modules("news")
