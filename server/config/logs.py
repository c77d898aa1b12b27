"""Logs for operators: one line per fact, as JSON or as words. What may stand in them is listed (X23).

Three fences: fields come from ``FIELDS`` alone; a library's message is its template without what was put in; and what
looks like a code, an address or a query is blotted out of whatever is left. Of an error its type and its places in the
program are told, not its words, for a database quotes the row that it refused.
"""

from __future__ import annotations

import copy
import logging
import re
import traceback
from typing import Any

import structlog
from structlog.types import EventDict, Processor

# Facts that our own lines may carry (``extra=``). None of them names a person, a code or a choice.
FIELDS = [
    "batch", "count", "device", "duration_ms", "method", "reason", "route", "run", "size", "status", "task", "what",
    "worker",
]  # fmt: skip
# Whose messages are written whole: our own, and two libraries that put in nothing but numbers and names of functions.
OUTSPOKEN = ("server", "django_tasks", "django_tasks_db", "gunicorn.error")
# Errors whose words speak of the machine, not of people. The first line alone.
TELLABLE = ("OSError", "ConnectionError", "ImproperlyConfigured", "OperationalError", "TimeoutError", "RedisError")
QUIET = {
    "django.request": "ERROR",  # each request has its line; what is not found is no warning
    "django.db.backends": "WARNING",  # statements hold values
    "django.template": "WARNING",
    "django.utils.autoreload": "WARNING",
    "asyncio": "WARNING",
    "PIL": "WARNING",
    "daphne": "WARNING",
    "channels": "WARNING",
    "django.channels.server": "WARNING",
    "channels_redis": "WARNING",
    "urllib3": "WARNING",
    "fontTools": "WARNING",
}
BLOTS = [
    # The code of a letter, a pass or a sheet (``ledger.codes``), in groups or not.
    (re.compile(r"(?<![0-9a-z])SSSS([- ]?)SSSS\1SSSS\1SSSS\1SS(?![0-9a-z])".replace("S", "[0-9a-z]"), re.I), "(code)"),
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.\w+"), "(address)"),
    (re.compile(r"\?[^\s\"'?]*=[^\s\"']*"), "?…"),
    (re.compile(r"(?<![\w.-])(?=[\w-]*\d)(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9_-]{20,}(?![\w.-])"), "(token)"),
]


def blot(text: str) -> str:
    """The text without codes, e-mail addresses, query strings and long tokens; names of tasks (UUIDs) stay."""
    for pattern, instead in BLOTS:
        text = pattern.sub(instead, text)
    return text


def _is_outspoken(name: str) -> bool:
    return any(name == own or name.startswith(f"{own}.") for own in OUTSPOKEN)


def _tell_error(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """``error``: type; ``trace``: file, line and function, innermost last; ``words`` where they are of the machine."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if not isinstance(error, BaseException):
        return event
    kinds = {kind.__name__ for kind in type(error).__mro__}
    event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
    frames = traceback.extract_tb(error.__traceback__)[-25:]
    event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    if error.__cause__ is not None:
        event["cause"] = type(error.__cause__).__qualname__
    if kinds & set(TELLABLE):
        event["words"] = (str(error).splitlines() or [""])[0]
    return event


def _blot_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: blot(value) if isinstance(value, str) else value for name, value in event.items()}


class SafeFormatter(structlog.stdlib.ProcessorFormatter):
    """Takes what a library put into its message away before anything is written."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_text = record.stack_info = None
        if not _is_outspoken(record.name):
            record.msg, record.args = str(record.msg), None
        return super().format(record)


def _chain(*, has_full_trace: bool) -> list[Processor]:
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return chain if has_full_trace else [*chain, _tell_error, _blot_values]


def formatter(style: str, *, is_debug: bool) -> SafeFormatter:
    """``json`` for machines that collect, ``lines`` for people who look; with ``is_debug`` lines hold all."""
    has_full_trace = is_debug and style == "lines"
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if style == "lines":
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    return SafeFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        foreign_pre_chain=_chain(has_full_trace=has_full_trace),
    )


def logging_config(style: str, level: str, *, is_debug: bool) -> dict[str, Any]:
    """Django's ``LOGGING``. Raises ValueError for a style or a level that there is not."""
    if style not in ("json", "lines"):
        raise ValueError(f"PARVIS_LOGS is json or lines, not {style!r}.")
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(f"LOG_LEVEL is DEBUG, INFO, WARNING or ERROR, not {level!r}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": formatter, "style": style, "is_debug": is_debug}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": least} for name, least in QUIET.items()},
    }
