"""The processes of ``compose.yaml`` on one machine, without containers, for a test that votes and for ``make soak``.

PostgreSQL, Redis, page workers, two daphne processes, a worker of tasks, and the very proxy configuration of production
(``deploy/Caddyfile``) with a certificate of a local authority. Standard library only; all of it is gone afterwards.
"""

from __future__ import annotations

import os
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.services import ServiceMissing, free_port, postgres, redis

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60


@dataclass
class Topology:
    """A running installation. ``processes``: by the names of compose; ``ca``: whom to trust for ``origin``."""

    folder: Path
    origin: str
    port: int
    socket_ports: list[int]
    page_port: int
    http_port: int
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def ca(self) -> Path:
        return self.folder / "caddy/caddy/pki/authorities/local/root.crt"

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def start(self, name: str, *command: str, **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env={**self.environment, **environment}, stdout=log, stderr=log
            )

    def run(self, *words: str, timeout_s: int = 300) -> subprocess.CompletedProcess[str]:
        """A command of the installation, to its end. Raises CalledProcessError."""
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True, timeout=timeout_s
        )

    def wait_for(self, name: str, address: str, *, tls: ssl.SSLContext | None = None) -> None:
        """Wait until the process answers 200 there. Raises RuntimeError with the end of its log."""
        until, words = time.monotonic() + PATIENCE_S, ""
        request = urllib.request.Request(address)
        while time.monotonic() < until and self.processes[name].poll() is None:
            try:
                with urllib.request.urlopen(request, timeout=5, context=tls) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                words = error.read().decode(errors="replace")[:300]
                time.sleep(0.1)
            except OSError as error:
                words = str(error)
                time.sleep(0.1)
        raise RuntimeError(f"{name} did not start: {words} {self.log(name)[-3000:]}")

    def stop(self) -> None:
        """Proxy first, so that nobody is sent to a process that is gone; then all the others together."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def caddy_binary() -> str:
    if found := shutil.which("caddy"):
        return found
    raise ServiceMissing("Caddy is not installed: apt-get install caddy")


def settings(folder: Path, database: str, layer: str, port: int, *, log_level: str) -> dict[str, str]:
    """What ``.env`` and compose say, for this machine. Of the caller's environment only where programs are."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "VIRTUAL_ENV", "HOME") if name in os.environ}
    return kept | {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_hex(32),
        "PARVIS_ORIGIN": f"https://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "PARVIS_TRUSTED_PROXIES": "127.0.0.1,::1",
        "EMAIL_URL": "dummymail://",
        "DATABASE_URL": database,
        "REDIS_URL": layer,
        "PARVIS_VAR": str(folder / "var"),
        "PARVIS_STATIC": str(folder / "static"),
        "LOG_LEVEL": log_level,
        "PARVIS_LOGS": "json",
    }


@contextmanager
def topology(*, pages: int = 2, log_level: str = "INFO", database: str = "") -> Iterator[Topology]:
    """Everything started and ready. Raises ServiceMissing where PostgreSQL, Redis or Caddy is not installed.

    database: the address of one to use instead of a PostgreSQL of its own.
    """
    caddy = caddy_binary()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parvis-topology-")))
        database, layer = database or stack.enter_context(postgres()), stack.enter_context(redis())
        port, page_port, http_port, *socket_ports = (free_port() for _number in range(5))
        environment = settings(folder, database, layer, port, log_level=log_level)
        made = Topology(folder, environment["PARVIS_ORIGIN"], port, socket_ports, page_port, http_port, environment)
        stack.callback(made.stop)
        made.run("-m", "server.cli", "setup")
        made.run("manage.py", "collectstatic", "--noinput", "-v", "0")
        _start_program(made, pages)
        _start_proxy(made, caddy)
        yield made


def _start_program(made: Topology, pages: int) -> None:
    """The commands of compose.yaml, with ports of this machine."""
    parvis = (sys.executable, "-m", "server.cli")
    made.start("pages", *parvis, "pages", "--port", str(made.page_port), "--workers", str(pages))
    for number, port in enumerate(made.socket_ports, start=1):
        made.start(f"sockets-{number}", *parvis, "serve", "--no-worker", "--port", str(port))
    made.start("worker", *parvis, "worker")
    # Ready, not only alive: database, migrations, Redis, and the worker's first sign.
    made.wait_for("pages", f"http://127.0.0.1:{made.page_port}/readyz")
    for number, port in enumerate(made.socket_ports, start=1):
        made.wait_for(f"sockets-{number}", f"http://127.0.0.1:{port}/readyz")


def _start_proxy(made: Topology, caddy: str) -> None:
    words = {
        "PARVIS_HOST": "localhost",
        "PARVIS_TLS": "internal",
        "HTTP_PORT": str(made.http_port),
        "HTTPS_PORT": str(made.port),
        "PAGES": f"127.0.0.1:{made.page_port}",
        "SOCKETS": " ".join(f"127.0.0.1:{port}" for port in made.socket_ports),
        "XDG_DATA_HOME": str(made.folder / "caddy"),
        "XDG_CONFIG_HOME": str(made.folder / "caddy"),
    }
    made.start("proxy", caddy, "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile", **words)
    until = time.monotonic() + PATIENCE_S
    while not made.ca.exists() and time.monotonic() < until and made.processes["proxy"].poll() is None:
        time.sleep(0.1)
    if not made.ca.exists():
        raise RuntimeError(f"the proxy did not start: {made.log('proxy')[-3000:]}")
    made.wait_for("proxy", f"{made.origin}/healthz", tls=made.tls())
