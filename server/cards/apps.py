from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "server.cards"

    def ready(self) -> None:
        from . import days, keeping, people  # noqa: F401  (what falls due by date, and is held about components and accounts)
