from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "server.devices"

    def ready(self) -> None:
        from . import newer, on_the_list, standings  # noqa: F401  (what its records say is judged each day, and applied)
