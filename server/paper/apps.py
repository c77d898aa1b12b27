from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "server.paper"

    def ready(self) -> None:
        from . import photos  # noqa: F401  (photos of scanner stations are applied, and read when their images arrive)
