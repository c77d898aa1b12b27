from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "server.ledger"

    def ready(self) -> None:
        from .indexes import drop_indexes_of_beginnings
        from .schemas import divide

        post_migrate.connect(divide, sender=self)
        post_migrate.connect(drop_indexes_of_beginnings, sender=self)
