"""What the settings say of another service to log in with. Pure, so that it can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def oidc_providers(*, name: str, server: str, client_id: str, secret: str) -> dict[str, Any]:
    """For ``SOCIALACCOUNT_PROVIDERS``; empty where nothing is said. Raises ImproperlyConfigured for half of it."""
    said = {
        "PARVIS_OIDC_NAME": name,
        "PARVIS_OIDC_SERVER": server,
        "PARVIS_OIDC_CLIENT_ID": client_id,
        "PARVIS_OIDC_SECRET": secret,
    }
    if not any(said.values()):
        return {}
    if missing := [one for one, value in said.items() if not value]:
        raise ImproperlyConfigured(f"Set {', '.join(missing)} too: log-in with another service needs all four.")
    town = {"provider_id": "town", "name": name, "client_id": client_id, "secret": secret}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [town | {"settings": {"server_url": server}}]}}


def oidc_origins(server: str, further: Sequence[str]) -> list[str]:
    """Where the button of the other service may lead: its address, and others that it passes on to."""
    parts = urlsplit(server)
    return [f"{parts.scheme}://{parts.netloc}", *further] if parts.netloc else [*further]
