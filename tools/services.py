"""PostgreSQL and Redis of one's own, for tests and benches: started from Debian's binaries, gone afterwards.

Standard library only. Both listen on a free loopback port and live in a folder of their own. PostgreSQL refuses to run
as root, so as root it is started as the system user ``postgres``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.rehearsal.site import free_port

__all__ = ["ServiceMissing", "free_port", "postgres", "redis"]


class ServiceMissing(Exception):
    """The binaries are not on this machine. The sentence names the Debian package."""


def postgres_binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``. Raises ServiceMissing."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not versions:
        raise ServiceMissing("PostgreSQL is not installed: apt-get install postgresql")
    return versions[0].parent


def redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise ServiceMissing("Redis is not installed: apt-get install redis-server")


def _as_service_user(folder: Path) -> list[str]:
    """Words to put before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError as error:
        raise ServiceMissing("there is no system user postgres: apt-get install postgresql") from error
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the service did not start: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; gives the URL of an empty database. Raises ServiceMissing.

    Durability is off (fsync): what is tested is who sees what and when, not the disk of the test machine.
    """
    binaries = postgres_binaries()
    with tempfile.TemporaryDirectory(prefix="parvis-postgres-") as name:
        folder, port = Path(name), free_port()
        user = _as_service_user(folder)
        data, log = folder / "data", folder / "log"
        setup = [*user, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "parvis"]
        setup += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(setup, check=True, capture_output=True, cwd="/")
        options = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]
        options += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
        with log.open("wb") as output:
            command = [*user, str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd="/")
        try:
            _wait_for(port, process, log)
            create = [str(binaries / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "parvis", "parvis"]
            _retry(create)
            yield f"postgres://parvis@127.0.0.1:{port}/parvis"
        finally:
            _stop(process)


def _retry(command: list[str]) -> None:
    """The port answers a moment before the server takes work."""
    for attempt in range(50):
        done = subprocess.run(command, capture_output=True, cwd="/")
        if done.returncode == 0:
            return
        time.sleep(0.1 * (attempt < 49))
    raise RuntimeError(done.stderr.decode(errors="replace"))


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis without persistence; gives its URL. Raises ServiceMissing."""
    binary = redis_binary()
    with tempfile.TemporaryDirectory(prefix="parvis-redis-") as name:
        folder, port = Path(name), free_port()
        log = folder / "log"
        with log.open("wb") as output:
            command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            process = subprocess.Popen([*command, "--dir", str(folder)], stdout=output, stderr=output)
        try:
            _wait_for(port, process, log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            _stop(process)
