"""The installation under rehearsal: a real server process, and a client without a browser."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import select
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

PORTS = range(15_000, 30_000)
FIELD = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


class SiteFailed(Exception):
    """The server did not start, or answered what no form of ours expects."""


def free_port() -> int:
    """A loopback port that nobody has, and that the kernel gives to nobody: below those it takes for connections.

    Of those a browser beside us could have taken ours before our server listens, and whoever asks for it again and
    again while nobody listens is in the end given the same number, and speaks to himself.
    """
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Site:
    """Our own server in a process of its own, spoken to over real HTTP. No task worker: stages are run in order."""

    def __init__(self, port: int, folder: Path, *, has_worker: bool = False) -> None:
        self.port, self.folder, self.has_worker = port, folder, has_worker
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Site:
        command = [sys.executable, "-m", "server.cli", "serve", "--port", str(self.port)]
        command += [] if self.has_worker else ["--no-worker"]
        log = (self.folder / "server.log").open("wb")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ.copy())
        self._wait()
        return self

    def _wait(self) -> None:
        for _attempt in range(300):
            if self.process is None or self.process.poll() is not None:
                raise SiteFailed("the server stopped: " + (self.folder / "server.log").read_text()[-2000:])
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SiteFailed("the server did not start within 30 seconds")

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:
            print((self.folder / "server.log").read_text(errors="replace")[-4000:], file=sys.stderr)
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def visitor(self) -> Visitor:
        return Visitor(self.port)


class Page:
    """One answer. ``fields`` are the hidden and prefilled inputs of the page's forms."""

    def __init__(self, url: str, status: int, body: bytes, content_type: str) -> None:
        self.url, self.status, self.body = url, status, body
        self.text = body.decode(errors="replace") if "text" in content_type or "json" in content_type else ""

    def hidden_fields(self) -> dict[str, str]:
        found = {}
        for tag in FIELD.findall(self.text):
            facts = dict(ATTRIBUTE.findall(tag))
            if facts.get("type") == "hidden" and "name" in facts:
                found[facts["name"]] = facts.get("value", "")
        return found


class Visitor:
    """One person's browser without a screen: cookies, forms with their token, redirects.

    ``tls``: whom to trust, where the installation stands behind a proxy that speaks TLS.
    """

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        self.port, self.tls = port, tls
        self.connection = self._connect()
        self.cookies: dict[str, str] = {}
        self.host = f"localhost:{port}"
        self.origin = f"{'https' if tls else 'http'}://{self.host}"

    def _connect(self) -> http.client.HTTPConnection:
        if self.tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def close(self) -> None:
        self.connection.close()

    def post_and_hang_up(self, url: str, body: bytes, content_type: str) -> None:
        """Send it whole, and drop the connection when the answer is there and nobody has read it."""
        line = self._connect()
        line.request("POST", url, body=body, headers={"Host": self.host, "Content-Type": content_type})
        select.select([line.sock], [], [], 60)
        line.close()

    def _ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        sent = {"Host": self.host, "Accept-Language": "fr", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, url, body=body or None, headers=sent)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server may close a connection that idled; a form not answered is sent again, as a browser does.
            self.connection.close()
            self.connection.request(method, url, body=body or None, headers=sent)
            answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        if answer.status in (301, 302, 303):
            return self.get(urlsplit(urljoin(url, answer.headers["Location"])).path)
        return Page(url, answer.status, content, answer.headers.get("Content-Type", ""))

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        return self._ask("GET", url, headers=headers)

    def submit(self, page: Page, fields: list[tuple[str, str]] | dict[str, str], url: str = "") -> Page:
        """Send the page's form: its hidden fields (the token among them) and these."""
        own = list(fields.items()) if isinstance(fields, dict) else fields
        names = {name for name, _value in own}
        hidden = [(name, value) for name, value in page.hidden_fields().items() if name not in names]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"{self.origin}{page.url}",
            "Origin": self.origin,
        }
        return self._ask("POST", url or page.url, urlencode(hidden + own).encode(), headers)

    def post(self, url: str, body: bytes, content_type: str = "application/json") -> Page:
        return self._ask("POST", url, body, {"Content-Type": content_type, "Accept": "application/json"})
