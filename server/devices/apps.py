from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "server.devices"

    def ready(self) -> None:
        from . import standings  # noqa: F401  (what its records say is applied)
