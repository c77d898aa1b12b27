"""Many comments at once: what ``actions.write_comment`` does for each, in a few statements for hundreds.

For what happened elsewhere and is brought whole: nobody's limits are asked, nothing waits for a moderator, and nobody
is named. A test brings two hundred by both ways and compares every row and every record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from server.ledger.actions import append_many

from . import subjects
from .actions import Author, body_of
from .applying import WRITTEN
from .models import Comment, Stance, new_ref
from .tidying import tidy

if TYPE_CHECKING:
    from server.processes.models import Component

    from .subjects import Subject


@dataclass(frozen=True)
class Said:
    """One comment as it came in. ``parent``: the ref of one that it answers, which is there or comes before it."""

    subject: Subject
    text: str
    author: Author
    door: str
    at: datetime
    stance: str = Stance.NEUTRAL
    parent: str = ""
    language: str = ""
    ref: str = field(default_factory=new_ref)


@transaction.atomic
def write_many(*, component: Component, said: Sequence[Said]) -> int:
    """Write them in their order; returns how many were new. All are about things of this component."""
    there = set(Comment.objects.filter(ref__in=[one.ref for one in said]).values_list("ref", flat=True))
    new = [one for one in said if one.ref not in there]
    for kind, ref in sorted({(one.subject.kind, one.subject.ref) for one in new}):
        subjects.KINDS[kind].hold(ref)
    deeds = [(WRITTEN, f"comment:{one.ref}", _body(one)) for one in new]
    records = append_many(deeds, space=component.space.slug, actor="participant")
    roots = _roots(new)
    Comment.objects.bulk_create(
        Comment(
            ref=one.ref,
            subject_kind=one.subject.kind,
            subject_ref=one.subject.ref,
            component=component,
            parent_id=one.parent or None,
            root_id=roots[one.ref],
            body=tidy(one.text),
            text_language=one.language,
            stance=one.stance,
            author=one.author.user,
            author_name=one.author.name,
            author_kind=one.author.kind,
            door=one.door,
            record=record.id,
            text_record=record.id,
            written_at=one.at,
        )
        for one, record in zip(new, records, strict=True)
    )
    _count(new)
    return len(new)


def _body(one: Said) -> bytes:
    return body_of(
        ref=one.ref, subject=one.subject, parent=one.parent, text=tidy(one.text), language=one.language,
        stance=one.stance, author=one.author, door=one.door, at=one.at,
    )  # fmt: skip


def _roots(said: Sequence[Said]) -> dict[str, str | None]:
    """By ref, the comment that began the branch."""
    known = [one.parent for one in said if one.parent]
    found: dict[str, str | None] = dict(Comment.objects.filter(ref__in=known).values_list("ref", "root"))
    for one in said:
        found[one.ref] = (found.get(one.parent) or one.parent) if one.parent else None
    return found


def _count(said: Sequence[Said]) -> None:
    """Each thing that was talked about knows how many comments it has now."""
    places = {(one.subject.kind, one.subject.ref) for one in said}
    for kind in {kind for kind, _ref in places}:
        refs = [ref for one, ref in places if one == kind]
        rows = Comment.objects.counted().filter(subject_kind=kind, subject_ref__in=refs).order_by()
        for ref, count in rows.values_list("subject_ref").annotate(n=Count("pk")):
            subjects.KINDS[kind].on_count(ref, count)
