#!/usr/bin/env python3
"""The commands of a developer and of a newcomer: install, run, test, check, lock, messages.

Standard library only, so that it runs before anything is installed: ``python3 tools/dev.py run``.
The Makefile calls it.
"""

from __future__ import annotations

import hashlib
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.services import ServiceMissing, postgres  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements/run.lock.txt", "dev": ROOT / "requirements/dev.lock.txt"}
OLDEST = (3, 11)
# Rooms whose tests run on SQLite and again on PostgreSQL: where rows, locks and constraints are. Races run on both by
# themselves. The searches and the wild words too: PostgreSQL takes no NUL, and compares letters in a way of its own.
ON_BOTH_DATABASES = ("ledger", "devices", "meetings", "voting", "web/test_finding.py", "web/test_wild_parameters.py")
# Of them, those that reckon much and ask the database little, and nothing that the others do not ask.
OF_RECKONING = (
    "voting/test_counting.py", "voting/test_merge.py", "voting/test_trustees.py", "voting/test_wrong_contexts.py",
    "web/test_wild_parameters.py::test_the_walk_finds_the_whole_site",
    "web/test_wild_parameters.py::test_one_wild_line_in_a_form_that_is_otherwise_well_filled",
)  # fmt: skip


def say(words: str) -> None:
    print(f"\n\033[1m{words}\033[0m" if sys.stdout.isatty() else f"\n{words}", flush=True)


def stop(words: str) -> None:
    sys.exit(f"\n{words}\n")


def call(*command: str | Path, **environment: str) -> int:
    return subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **environment}).returncode


def become(*command: str | Path, **environment: str) -> NoReturn:
    """Be this command from here on: Ctrl-C is then its own affair, and it ends as it wishes to."""
    words = [str(part) for part in command]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(words[0], words, {**os.environ, **environment})


def must(*command: str | Path, **environment: str) -> None:
    if code := call(*command, **environment):
        stop(f"This command failed ({code}): {' '.join(str(part) for part in command)}")


# -- install ------------------------------------------------------------------------------------------


def base_python() -> str:
    """A Python that is new enough, to make the environment from."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in (14, 13, 12, 11):
        if found := shutil.which(f"python3.{minor}"):
            return found
    stop("Parvis needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv")
    raise AssertionError


def make_environment() -> None:
    if PYTHON.exists():
        return
    say("Making .venv")
    if shutil.which("uv"):
        must("uv", "venv", "-q", "--python", base_python(), VENV)
    elif call(base_python(), "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Python cannot make environments here. On Debian: apt-get install python3-venv")


def install(kind: str) -> None:
    """Install the locked libraries, with their hashes, unless this very lock is installed already."""
    make_environment()
    lock = LOCKS[kind]  # what developers need holds all that is needed to run
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"parvis-{kind}.stamp"
    if not (stamp.exists() and stamp.read_text() == wanted):
        say("Installing the locked libraries")
        # The lock names all of it: there is nothing to resolve.
        options = ["-q", "--no-deps", "--require-hashes", "-r", lock]
        if shutil.which("uv"):
            must("uv", "pip", "install", "--python", PYTHON, "--compile-bytecode", *options)
        else:
            must(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *options)
        stamp.write_text(wanted)
    link_project()
    must(PYTHON, ROOT / "tools/messages.py", "compile")


def link_project() -> None:
    """Let ``.venv`` find this folder and give it the command ``parvis``, without building anything."""
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=True)
    path = Path(site.stdout.strip()) / "parvis.pth"
    script = VENV / "bin" / "parvis"
    # Guarded, because processes that are spawned import this file anew.
    lines = [f"#!{PYTHON}", "import sys", "", "from server.cli import main", ""]
    lines += ['if __name__ == "__main__":', "    sys.exit(main())"]
    for file, text in ((path, f"{ROOT}\n"), (script, "\n".join(lines) + "\n")):
        if not (file.exists() and file.read_text() == text):  # somebody may be using it
            file.write_text(text)
    script.chmod(0o755)


# -- run ----------------------------------------------------------------------------------------------


def kept_secret(folder: Path) -> str:
    """The demo's secret key, made once and readable by its owner only."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def demo_settings(port: str) -> dict[str, str]:
    """The demo runs as production does: a wrong address shows nothing of our insides. What the environment says wins;
    who changes templates wants ``DEBUG=1 make run``."""
    ours = {"PARVIS_ORIGIN": f"http://localhost:{port}"}
    if "DEBUG" not in os.environ:
        folder = Path(os.environ.get("PARVIS_VAR", ROOT / "var"))
        ours |= {"DEBUG": "0", "SECRET_KEY": kept_secret(folder), "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}
        ours |= {"PARVIS_STAFF_MFA": "0"}  # whoever tries the demo has no time for an app
        # Letters are shown in this window, and so is what goes wrong.
        ours |= {"EMAIL_URL": "consolemail://", "PARVIS_LOGS": "lines", "LOG_LEVEL": "WARNING"}
    return {name: value for name, value in ours.items() if name not in os.environ}


def run(arguments: list[str]) -> NoReturn:
    install("run")
    port = arguments[0] if arguments else os.environ.get("PORT", "8000")
    chosen = demo_settings(port)
    must(PYTHON, "manage.py", "migrate", "-v", "0", **chosen)
    must(PYTHON, "manage.py", "collectstatic", "--noinput", "-v", "0", **chosen)
    must(PYTHON, "manage.py", "load_town", "--if-empty", **chosen)
    become(VENV / "bin/parvis", "serve", "--port", port, **chosen)


# -- test ---------------------------------------------------------------------------------------------


def chromium(is_light: bool = False) -> str:
    """A browser: ``CHROMIUM``, or one on the path; empty when there is none.

    ``is_light``: rather the same Chromium without a window's machinery, which takes a third less of the processor.
    """
    if named := os.environ.get("CHROMIUM"):
        return named
    names = ["chromium-headless-shell"] if is_light else []
    names += ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), "")


def node() -> str:
    """Node on the path, or the one inside Playwright's package."""
    if found := shutil.which("node"):
        return found
    inside = sorted(VENV.glob("lib/python*/site-packages/playwright/driver/node"))
    return str(inside[0]) if inside else ""


def work_of_children() -> float:
    """Seconds of a processor that what we called has used, with all that it called and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Parts:
    """The parts of the tests: each is run, even when an earlier one failed. ``shared``: what all of them may know."""

    PYTEST = (PYTHON, "-m", "pytest", "-q")
    # What a file builds for all its tests, a server or a town, is built once: its tests stay together.
    # More processes than two cores have: of the time of the tests, two fifths are waiting. Browsers are more than one.
    SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder")
    PROCESSES, BROWSERS = ("-n", "4"), ("-n", "3")

    def __init__(self, arguments: list[str], shared: dict[str, str]) -> None:
        self.arguments, self.shared = arguments, shared
        self.results: dict[str, str] = {}

    def part(self, name: str, *command: str | Path, **environment: str) -> None:
        say(name)
        started, worked = time.monotonic(), work_of_children()
        code = call(*command, **self.shared, **environment)
        took, worked = time.monotonic() - started, work_of_children() - worked
        self.results[name] = f"{'passed' if code == 0 else 'FAILED'} ({took:.0f} s, {worked:.0f} s of a processor)"

    def missing(self, name: str, words: str, required_by: str = "REQUIRE_E2E") -> None:
        self.results[name] = f"{'FAILED' if os.environ.get(required_by) else 'SKIPPED'}: {words}"

    def python(self) -> None:
        self.part("Python", *self.PYTEST, *self.SPREAD, *self.PROCESSES, "-m", "not e2e", *self.arguments)

    def postgresql(self, url: str) -> None:
        rooms = [f"tests/server/{room}" for room in ON_BOTH_DATABASES]
        rooms += [f"--deselect=tests/server/{name}" for name in OF_RECKONING]
        only = ["-m", "not e2e and not services", "--only-with-database"]
        self.part("PostgreSQL", *self.PYTEST, *self.SPREAD, *self.PROCESSES, *only, *rooms, DATABASE_URL=url)

    def browser(self) -> None:
        if not chromium():
            self.missing("Browser", "no Chromium; on Debian: apt-get install chromium")
            return
        # To look for them in all files takes each process as long as several of them.
        every = (path for path in (ROOT / "tests").rglob("test_*.py") if "mark.e2e" in path.read_text())
        files = [] if self.arguments else sorted(every)
        # Playwright and pytest-asyncio want the same event loop; where the latter is installed, it stays out.
        only = ["-m", "e2e", "-p", "no:asyncio"]
        command = [*self.PYTEST, *self.SPREAD, *self.BROWSERS, *only, *files, *self.arguments]
        self.part("Browser", *command, DJANGO_ALLOW_ASYNC_UNSAFE="1")

    def javascript(self) -> None:
        if not (found := node()):
            self.missing("JavaScript", "no Node")
            return
        tests = sorted(path for room in ("kiosk", "static") for path in (ROOT / "tests" / room).glob("*.test.js"))
        self.part("JavaScript", found, "--test", *tests)


def test(arguments: list[str]) -> int:
    """Python, its database rooms on PostgreSQL, browser, JavaScript; all share one PostgreSQL and what is made once."""
    install("dev")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parvis-tests-"))
        parts = Parts(arguments, {"PARVIS_TEST_SHARED": folder})
        try:
            url = parts.shared["PARVIS_TEST_POSTGRES"] = stack.enter_context(postgres())
        except ServiceMissing as words:
            url = ""
            parts.missing("PostgreSQL", str(words), "REQUIRE_SERVICES")
        parts.python()
        if url:
            parts.postgresql(url)
        parts.browser()
        parts.javascript()
    return summary(parts.results)


def summary(results: dict[str, str]) -> int:
    say("Summary")
    for name, words in results.items():
        print(f"  {name:<12} {words}")
    return 1 if any(words.startswith("FAILED") for words in results.values()) else 0


def check(arguments: list[str]) -> int:
    """What a reviewer runs: form, types, migrations, translations, then the tests."""
    install("dev")
    results: dict[str, str] = {}
    for name, command in {
        "Lint": [PYTHON, "-m", "ruff", "check", "."],
        "Format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "Templates": [PYTHON, "-m", "djlint", "--check", "--quiet", "server"],
        "Types": [PYTHON, "-m", "mypy", "server", "printouts"],
        "Migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "-v", "0"],
        "Translations": [PYTHON, "tools/messages.py", "check"],
    }.items():
        say(name)
        results[name] = "FAILED" if call(*command) else "passed"
    if "--quick" not in arguments:
        results["Tests"] = "FAILED" if test([a for a in arguments if a != "--quick"]) else "passed"
    return summary(results)


def lock(_arguments: list[str]) -> int:
    """Resolve anew. The files name no host: they install from whatever index the machine uses."""
    base = ["uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    base += ["--no-annotate", "--no-emit-index-url", "--upgrade", "pyproject.toml"]
    must(*base, "-o", LOCKS["run"])
    must(*base, "--group", "dev", "-c", LOCKS["run"], "-o", LOCKS["dev"])
    return 0


def main() -> int:
    commands = {"run": run, "test": test, "check": check, "lock": lock}
    name, *arguments = sys.argv[1:] or ["help"]
    if name == "install":
        install("dev" if "--dev" in arguments else "run")
        return 0
    if name not in commands:
        stop("python3 tools/dev.py install|run|test|check|lock")
    return commands[name](arguments)


if __name__ == "__main__":
    sys.exit(main())
