"""Fetching a witness's file from the address that the staff named, and from nowhere else (X7).

A server that fetches what it is told can be sent against its own neighbours. So: https only, port 443, one address
resolved once and looked at before anything is sent to it, the connection made to that very address (a name that
resolves otherwise the second time gains nothing), no redirect followed, no cookie, at most 1 MiB, within 20 seconds.
Addresses of private networks are refused unless ``PARVIS_PRIVATE_WITNESSES`` allows them; then port and names are
free too, and https stays.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from server.ledger.statements import MOST_BYTES

PATIENCE_S = 20
HTTPS = 443
# Gateways that lead from IPv6 to any IPv4, also to one behind our own walls.
GATEWAYS = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[str, int, float], socket.socket]


class CannotFetch(Exception):
    """``code``: address, private, unreachable, redirect, answer, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_address(address: str, *, allow_private: bool) -> SplitResult:
    """An https address without a name or password in it. Raises CannotFetch."""
    try:
        parts = urlsplit(address)
        port = parts.port or HTTPS
    except ValueError as error:
        raise CannotFetch("address") from error
    is_plain = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and not parts.fragment
    if not is_plain or not address.isascii() or any(one <= " " or one == "\x7f" for one in address):
        raise CannotFetch("address")
    if port != HTTPS and not allow_private:
        raise CannotFetch("address")
    return parts


def is_public(address: str) -> bool:
    """Whether a resolved address lies in the internet, whatever it is dressed as."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in gateway for gateway in GATEWAYS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, patience_s: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=patience_s)


class _Pinned(http.client.HTTPConnection):
    """Speaks TLS to one address that was looked at, and asks it for the certificate of the name."""

    default_port = HTTPS

    def __init__(self, host: str, port: int, address: str, connect: Connect, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=PATIENCE_S)
        self._address, self._connect, self._tls = address, connect, context

    def connect(self) -> None:
        plain = self._connect(self._address, self.port, PATIENCE_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def fetch(
    address: str,
    *,
    allow_private: bool = False,
    resolve: Resolve = resolve,
    connect: Connect = connect,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """The bytes at this address. Raises CannotFetch."""
    parts = read_address(address, allow_private=allow_private)
    host, port = str(parts.hostname), parts.port or HTTPS
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise CannotFetch("unreachable") from error
    # One private address among public ones is a trap, not a mistake: none of them is asked.
    if not found or not (allow_private or all(map(is_public, found))):
        raise CannotFetch("private" if found else "unreachable")
    connection = _Pinned(host, port, found[0], connect, context or ssl.create_default_context())
    try:
        return _ask(connection, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    except (OSError, http.client.HTTPException) as error:
        raise CannotFetch("unreachable") from error
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    until = time.monotonic() + PATIENCE_S
    connection.request("GET", path, headers={"Accept": "application/json", "Accept-Encoding": "identity"})
    answer: Any = connection.getresponse()
    if 300 <= answer.status < 400:
        raise CannotFetch("redirect")
    if answer.status != 200:
        raise CannotFetch("answer")
    content = b""
    while piece := answer.read1(65536):
        content += piece
        if len(content) > MOST_BYTES:
            raise CannotFetch("too_large")
        if time.monotonic() > until:  # one byte a second is no answer
            raise CannotFetch("unreachable")
    return content
