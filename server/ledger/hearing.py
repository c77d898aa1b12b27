"""Who listens to the log: told which records changed something, in the transaction that applied them.

A room that wants to know of a type of record registers a listener; the log knows nobody. What is applied anew to make
rows again (``rebuild``) is no news, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Heard(NamedTuple):
    """A record as listeners are told of it: ``subject`` is what lies beside its header."""

    id: str
    type: str
    subject: str


Listener = Callable[[Sequence[Heard]], None]
LISTENERS: dict[str, Listener] = {}
_is_quiet: ContextVar[bool] = ContextVar("ledger.is_quiet", default=False)


def listen(type_: str, listener: Listener) -> None:
    """From now on this one is told of records of a type. One listener for each."""
    LISTENERS[type_] = listener


@contextmanager
def quietly() -> Iterator[None]:
    """What is applied meanwhile happened long ago."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def tell(records: Iterable[Heard]) -> None:
    """Each listener is called once, with all that concerns it."""
    if _is_quiet.get():
        return
    heard: dict[Listener, list[Heard]] = {}
    for one in records:
        if listener := LISTENERS.get(one.type):
            heard.setdefault(listener, []).append(one)
    for listener, told in heard.items():
        listener(told)
