"""The installation's own settings, with the floor's address beside the product's."""

from server.config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.sync.urls"
