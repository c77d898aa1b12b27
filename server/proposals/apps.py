from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "server.proposals"

    def ready(self) -> None:
        from . import answering, endorsing, from_devices, jobs  # noqa: F401  registers what devices bring, and work in the background
