"""``parvis pages``: page workers under gunicorn, for behind a proxy. Sockets stay with daphne."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from .lines import kept_for
from .loading import load_pages

# Longer than a proxy keeps an idle connection, so that it is never the server that closes one in use.
KEEP_ALIVE_S = 65
# A page that takes longer has gone wrong; long work is a task.
LONGEST_S = 120
READ_BYTES = 65_536
# To open a line to PostgreSQL costs it more work than most pages ask of it: each thread keeps its own for a while.
KEEP_LINE_S = 60

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class HouseLogger(Logger):
    """Gunicorn's lines go the way of all others, through the formatter that leaves out what no log may hold."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.handlers, self.error_log.propagate = [], True
        self.access_log.handlers, self.access_log.disabled = [], True

    def reopen_files(self) -> None:
        """There are none."""


class Pages(BaseApplication):
    def __init__(self, *, bind: str, workers: int, threads: int) -> None:
        self.chosen = {"bind": bind, "workers": workers, "threads": threads}
        super().__init__()

    def load_config(self) -> None:
        facts: dict[str, Any] = {
            **self.chosen,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE_S,
            "timeout": LONGEST_S,
            "graceful_timeout": 30,
            # In memory, because a slow disk must not make the master think that a worker hangs.
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "logger_class": HouseLogger,
            "proc_name": "parvis pages",
            "control_socket_disable": True,
            "child_exit": _forget_figures,
        }
        for name, value in facts.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from server.config.wsgi import application

        keep_lines()
        load_pages()
        return read_to_the_end(application)


def keep_lines() -> None:
    """Let this process keep its lines to the database between requests; each is tried before it is used again.

    Only where a thread answers one request after another; under daphne ``handling`` sees to it.
    """
    from django.db import connections

    for facts in connections.settings.values():
        facts.update(kept_for(KEEP_LINE_S))


def read_to_the_end(application: Application) -> Application:
    """The application, made to read what it left of a request's body (a form refused unread) before it answers.

    Gunicorn would read that after the answer, and swallow with it the next request if the proxy has already sent one on
    the same connection: that one then lies in a buffer that nobody looks into, until the proxy gives up.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        parts = application(environ, start_response)
        try:
            while environ["wsgi.input"].read(READ_BYTES):
                pass
        except BaseException:
            getattr(parts, "close", lambda: None)()
            raise
        return parts

    return answer


def _forget_figures(_server: Any, worker: Any) -> None:
    """What a worker that ended had counted stays; what it was doing at the moment does not."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def serve_pages(*, bind: str, workers: int, threads: int) -> int:
    """Serve until SIGTERM. The workers share a folder of figures, so that any of them answers for all.

    The library of figures looks for the folder when it is imported: nothing here may import it before.
    """
    with tempfile.TemporaryDirectory(prefix="parvis-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        try:
            Pages(bind=bind, workers=workers, threads=threads).run()
        except SystemExit as end:
            return int(end.code or 0)
    return 0
