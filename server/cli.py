"""``parvis``: the command of those who run an installation."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from importlib import import_module

SUBCOMMANDS = {
    "rehearse": ("server.rehearsal.command", "replay a real vote through the three doors"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code says whether it did what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == "manage":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["parvis manage", *words[1:]])
        return 0
    if words and words[0] in SUBCOMMANDS:
        return import_module(SUBCOMMANDS[words[0]][0]).main(words[1:])
    parser = argparse.ArgumentParser(prog="parvis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the site, sockets and tasks in one process")
    serving.add_argument("--port", type=int, default=8000)
    serving.add_argument("--bind", default="127.0.0.1")
    serving.add_argument("--no-worker", action="store_true", help="leave tasks to a process of their own")
    commands.add_parser("manage", help="Django's own commands")
    for name, (_module, words_) in SUBCOMMANDS.items():
        commands.add_parser(name, help=words_)
    chosen = parser.parse_args(words)
    return serve(port=chosen.port, bind=chosen.bind, has_worker=not chosen.no_worker)


def serve(*, port: int, bind: str, has_worker: bool) -> int:
    """Daphne in this process, with the worker of tasks in a thread.

    The worker shares the process because the in-memory channel layer reaches no other one.
    """
    import django

    django.setup()
    if has_worker:
        start_worker()
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    from server.config.asgi import application

    print(f"Parvis: http://localhost:{port}/   kiosk: http://localhost:{port}/kiosk/", flush=True)
    Server(
        application=application,
        endpoints=build_endpoint_description_strings(host=bind, port=port),
        server_name="parvis",
        action_logger=None,
        verbosity=0,
    ).run()
    return 0


def start_worker() -> threading.Thread:
    """Run queued tasks in a daemon thread. Its signals stay with daphne: a thread may not set handlers."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["default"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="in-process",
        excluded_queue_names=[],
    )
    worker.configure_signals = lambda: None  # type: ignore[method-assign]
    thread = threading.Thread(target=worker.run, name="tasks", daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.exit(main())
