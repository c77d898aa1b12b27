from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "server.proposals"

    def ready(self) -> None:
        # Registers what devices bring, work in the background, and what is news of amendments.
        from . import answering, endorsing, from_devices, jobs, news_amending  # noqa: F401
