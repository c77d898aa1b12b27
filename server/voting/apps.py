from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class VotingConfig(AppConfig):
    name = "server.voting"

    def ready(self) -> None:
        from . import desk_records  # noqa: F401  (what desks without network bring is applied)
        from .guards import lower_guards, raise_guards

        pre_migrate.connect(lower_guards, sender=self)
        post_migrate.connect(raise_guards, sender=self)
