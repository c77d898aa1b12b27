from django.apps import AppConfig


class WitnessesConfig(AppConfig):
    name = "server.witnesses"

    def ready(self) -> None:
        from . import days  # noqa: F401 - listens to the day
