"""``parvis``: the command of those who run an installation."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module

SUBCOMMANDS = {
    "setup": ("server.operations.setup", "bring the database to this release"),
    "backup": ("server.operations.backup", "write the whole installation into one file, or three"),
    "restore": ("server.operations.restore", "read a backup into an empty installation"),
    "recover": ("server.operations.recover", "say that the database was put back by other means than restore"),
    "apply": ("server.ledger.apply_command", "apply the records that devices brought and that wait"),
    "rebuild": ("server.ledger.rebuild_command", "make rows anew from the log, or compare them with it"),
    "probe": ("server.operations.probe", "ask this machine's own server whether it is well"),
    "ready": ("server.operations.ready", "check database, migrations, channel layer, worker and disk"),
    "kiosk-policy": ("server.operations.kiosk_policy", "write the rules that close a browser in on the kiosk"),
    "witness": ("server.ledger.witness", "co-sign another installation's log, if it only grew"),
    "score-scans": ("server.paper.score_scans", "show how the marks on a folder of scans score"),
    "make-city": ("server.rehearsal.city", "fill an empty database with an invented city plan, for measuring"),
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
    chosen = parser().parse_args(words)
    return plainly(chosen)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="parvis", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the site, sockets and tasks in one process")
    serving.add_argument("--port", type=int, default=8000)
    serving.add_argument("--bind", default="127.0.0.1")
    serving.add_argument("--no-worker", action="store_true", help="leave tasks to a process of their own")
    paging = commands.add_parser("pages", help="serve pages alone, by several workers, behind a proxy")
    paging.add_argument("--port", type=int, default=8000)
    paging.add_argument("--bind", default="127.0.0.1")
    paging.add_argument("--workers", type=int, default=2)
    paging.add_argument("--threads", type=int, default=4)
    commands.add_parser("worker", help="run background tasks, in a process of its own")
    commands.add_parser("manage", help="Django's own commands")
    for name, (_module, words) in SUBCOMMANDS.items():
        commands.add_parser(name, help=words)
    return made


def plainly(chosen: argparse.Namespace) -> int:
    """Run what serves. What an operator forgot to say is one sentence, not a trace."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        print(f"parvis: {problem}", file=sys.stderr)
        return 2
    if chosen.command == "worker":
        from server.operations.worker import work

        return work()
    if chosen.command == "pages":
        from server.operations.pages import serve_pages

        bind = f"{chosen.bind}:{chosen.port}"
        return serve_pages(bind=bind, workers=chosen.workers, threads=chosen.threads)
    from server.operations.serving import serve

    return serve(port=chosen.port, bind=chosen.bind, has_worker=not chosen.no_worker)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.exit(main())
