from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "server.accounts"

    def ready(self) -> None:
        """Every room may have a ``people`` module: what it holds about an account, and how it lets go of it."""
        autodiscover_modules("people")
