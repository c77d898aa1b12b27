"""What is news: each room registers its kinds, for types of records of the log and for what else it announces.

    register(NewsKind(type="comment.written", tell=…, sentences={Reason.REPLY: _("An answer to your comment.")}))

in the module ``news`` of the room. Where the type is one of the log, its records become news by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.ledger.hearing import Heard, listen
from server.ledger.models import Record

from .models import News, Reason

if TYPE_CHECKING:
    from .things import Place

ANY = ""


@dataclass(frozen=True)
class Telling:
    """Whom to tell of what. ``about``: the thing under which it stands; ``part``: to what of it the notice leads.

    by: the account that did it, which is not told; besides: others who are told of the same elsewhere. people:
    accounts, each with the reason why. followers: of these things, each with the reason. follows: accounts that follow
    from now on, where their wishes say so, with the name of that wish. hands_on: who follows one of those things
    follows these from now on. once_a_part: who was told of this part already is not told again.
    """

    about: Place
    part: Place | None = None
    by: int | None = None
    besides: Collection[int] = ()
    people: Mapping[int, Reason] = field(default_factory=dict)
    followers: Sequence[tuple[Place, Reason]] = ()
    follows: Sequence[tuple[int, Place, str]] = ()
    hands_on: Sequence[Place] = ()
    once_a_part: bool = False


@dataclass(frozen=True)
class Wait:
    """Not yet: this must be shown first (``release``)."""

    until_shown: Place


Tell = Callable[[News], Telling | Wait | None]


@dataclass(frozen=True)
class NewsKind:
    """``sentences`` by reason, ``ANY`` for every other; ``%(part)s`` is the name of the part. ``wants``: which records
    of the type; ``is_of_log``: False where the room announces by itself."""

    type: str
    tell: Tell
    sentences: Mapping[str, Any] = field(default_factory=dict)
    wants: Callable[[Heard], bool] = lambda heard: True
    is_of_log: bool = True

    def sentence(self, reason: str) -> str:
        return str(self.sentences.get(reason) or self.sentences.get(ANY, ""))


KINDS: dict[str, NewsKind] = {}


def register(kind: NewsKind) -> NewsKind:
    """Raises ValueError where another kind of news has the same type."""
    if kind.type in KINDS and KINDS[kind.type].tell is not kind.tell:
        raise ValueError(f"two kinds of news are called {kind.type}")
    KINDS[kind.type] = kind
    if kind.is_of_log:
        listen(kind.type, _hear)
    return kind


def _hear(records: Sequence[Heard]) -> None:
    note((one.type, one.id) for one in records if KINDS[one.type].wants(one))


def note(news: Any) -> None:
    """Keep ``(type, key)`` to be told in the background. Kept already, they are not news; one query."""
    rows = [News(type=type_, key=key) for type_, key in news]
    if rows:
        News.objects.bulk_create(rows, ignore_conflicts=True)


def announce(type_: str, *keys: Any) -> None:
    """Something happened that is no record of the log. ``keys`` name it for ever: again with the same, it is once."""
    note((type_, f"{type_}/{key}") for key in keys)


def key_of(news: News) -> str:
    """The key with which it was announced."""
    return news.key.partition("/")[2]


def release(kind: str, ref: str) -> None:
    """This is shown now: what waited for it is told."""
    News.objects.filter(waits_for=f"{kind}:{ref}").update(waits_for="", told_at=None)


def facts_of(news: News) -> tuple[Record, dict[str, Any]] | None:
    """The record of a piece of news and what its body says; None where it was emptied."""
    record = Record.objects.select_related("payload").filter(pk=news.key).first()
    try:
        told = json.loads(bytes(record.payload.body)) if record else None
    except ValueError:
        return None
    return (record, told) if record is not None and isinstance(told, dict) else None
