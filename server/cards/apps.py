from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "server.cards"

    def ready(self) -> None:
        from . import days, people  # noqa: F401  (what falls due by date; what is held about an account)
