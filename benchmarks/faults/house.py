"""A server and a worker of tasks that are killed and started again, on the database of this process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.services import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 180
COMMANDS = {"server": ("serve", "--no-worker", "--port"), "worker": ("worker",)}


class House:
    """``server``: daphne with the pages and the devices' door; ``worker``: what is done in the background."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder, self.port = folder, free_port()
        self.points = folder / "failpoints"
        self.points.mkdir()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # As in production: a program that starts reads what was compiled before.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.environment = {
            **kept,
            "DEBUG": "0",
            "SECRET_KEY": secret,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EMAIL_URL": "dummymail://",
            "PARVIS_ORIGIN": f"http://localhost:{self.port}",
            "PARVIS_FAILPOINTS": str(self.points),
            "PARVIS_NO_RATE_LIMITS": "1",
            "PARVIS_STAFF_MFA": "0",
            "PARVIS_LEAST_FREE_MB": "1",
            "LOG_LEVEL": "WARNING",
        }

    def __enter__(self) -> House:
        for name in COMMANDS:
            self.start(name)
        self.wait_until_up()
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "server.cli", *COMMANDS[name], *([str(self.port)] if name == "server" else [])]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait_until_up(self) -> None:
        """Wait until the server answers. Raises RuntimeError with the end of the logs."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.05)
        raise RuntimeError("not up: " + self.log("server") + self.log("worker"))

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def stumbles(self) -> int:
        """How often a process told of an error: what was rolled back, and done later."""
        logs = [(self.folder / f"{name}.log").read_text(errors="replace") for name in COMMANDS]
        return sum(text.count("Traceback") for text in logs)

    # -- killing -----------------------------------------------------------------------------------

    def arm(self, name: str, passes: int, mark: str) -> None:
        """Have the process die that passes this failpoint so many times. Written aside: it is read all the time."""
        (self.points / "new").write_text(f"{name} {passes} {mark}")
        (self.points / "new").rename(self.points / "armed")

    def disarm(self) -> None:
        (self.points / "armed").unlink(missing_ok=True)

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def wait_for_a_death(self, within_s: float) -> str:
        """The name of the process that ended; empty when none did."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.002)
        return ""

    def visited(self) -> set[str]:
        path = self.points / "visited"
        return set(path.read_text().split()) if path.exists() else set()


def failpoints_of_the_code() -> list[str]:
    """Every failpoint in the code of the server, by reading it."""
    text = "".join(path.read_text() for path in sorted((ROOT / "server").rglob("*.py")))
    return sorted(set(re.findall(r'failpoint(?:_on_commit)?\("([a-z_.]+)"\)', text)))
