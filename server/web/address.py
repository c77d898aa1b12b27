"""Where a request comes from when proxies stand between (X16).

Only hops named in ``PARVIS_TRUSTED_PROXIES`` are believed about who asked them. Anyone can write an
``X-Forwarded-For``; what a trusted proxy adds to it stands at its right end, so it is read from there and no further
than trust goes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What proxies say of their clients. Of a peer that is not trusted, all of it is removed.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_X_REQUEST_ID",
)


def read_networks(words: Sequence[str]) -> list[Network]:
    """Addresses and networks, as ``10.0.0.2`` or ``172.30.0.0/24``. Raises ValueError."""
    return [ipaddress.ip_network(word.strip()) for word in words if word.strip() not in ("", "none")]


def _read(text: str) -> Address | None:
    """An address as proxies write it: with brackets, with a port, an IPv4 inside an IPv6. None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def resolve(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of who asked: from the peer leftwards through ``X-Forwarded-For``, as long as the hop is trusted."""
    found = _read(peer)
    for word in reversed(forwarded_for.split(",")[-32:]):
        if not is_trusted(found, trusted):
            break
        if (before := _read(word)) is None:
            break  # what stands further left cannot be vouched for
        found = before
    return str(found) if found else ""


def client_address(request: HttpRequest) -> str:
    """Who asked, for counting tries and for nothing else: it is kept nowhere as it is. "" when it is not known."""
    peer, claimed = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    return resolve(peer, claimed, settings.PARVIS_TRUSTED_PROXIES)


def settle_address(request: HttpRequest) -> None:
    """Put the true address where every library looks for it, and take away what was only claimed."""
    if not is_trusted(_read(request.META.get("REMOTE_ADDR", "")), settings.PARVIS_TRUSTED_PROXIES):
        for name in FORWARDED:
            request.META.pop(name, None)
    request.META["REMOTE_ADDR"] = client_address(request)
    request.META.pop("HTTP_X_FORWARDED_FOR", None)
