from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "server.ledger"

    def ready(self) -> None:
        from .schemas import divide

        post_migrate.connect(divide, sender=self)
