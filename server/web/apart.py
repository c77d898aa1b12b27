"""Processes that open strangers' files: started apart, without any of our secrets."""

from __future__ import annotations

import os

from django.conf import settings

NEEDED = ("PATH", "LANG", "SYSTEMROOT", "VIRTUAL_ENV")


def bare_environment() -> dict[str, str]:
    """What Python needs to start, and nothing else."""
    kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
    return kept | {"PYTHONPATH": str(settings.BASE_DIR)}
