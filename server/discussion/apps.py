from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DiscussionConfig(AppConfig):
    name = "server.discussion"

    def ready(self) -> None:
        """Each room says in its module ``subject`` what of it may be talked about."""
        from . import applying, office_undoing, people  # noqa: F401

        autodiscover_modules("subject")
