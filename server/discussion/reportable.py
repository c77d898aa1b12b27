"""Comments and debates can be reported and hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from server.moderation.reportables import Reportable, Reported, register

from . import subjects
from .actions import held
from .applying import recount
from .models import Comment, Debate


def _tell_comments(rows: Sequence[Comment]) -> Iterator[Reported]:
    prefetch_related_objects(rows, "component__space", "author")
    for row in rows:
        yield Reported(
            kind="comment",
            ref=row.ref,
            name=_("A comment"),
            space=row.component.space,
            title=row.by_name,
            text=row.body,
            language=row.text_language,
            by=row.by_name,
            door=row.door,
            address=row.get_absolute_url(),
            row=row,
            author=row.author,
            is_public=bool(row.component.published_at and row.component.space.published_at),
        )


def _subject_of(row: Comment) -> str:
    """What it is about."""
    found = subjects.find(row.subject_kind, row.subject_ref)
    return str(found.title) if found else ""


def _tell_debates(rows: Sequence[Debate]) -> Iterator[Reported]:
    prefetch_related_objects(rows, "component__space")
    for row in rows:
        space = row.component.space
        yield Reported(
            kind="debate",
            ref=row.ref,
            name=_("A debate"),
            space=space,
            title=str(row.title),
            text=str(row.description),
            by="",
            door="",
            address=row.get_absolute_url(),
            row=row,
            is_public=bool(row.published_at and row.component.published_at and space.published_at),
        )


register(
    Reportable(
        kind="comment",
        name=_("A comment"),
        model=Comment,
        of_space=lambda space: Comment.objects.filter(component__space=space, withdrawn_at__isnull=True),
        tell=_tell_comments,
        log_name=_subject_of,
        hold=held,
        changed=recount,
    )
)
register(
    Reportable(
        kind="debate",
        name=_("A debate"),
        model=Debate,
        of_space=lambda space: Debate.objects.filter(component__space=space),
        tell=_tell_debates,
        log_name=str,
        hold=lambda row: subjects.KINDS["debate"].hold(row.ref),
        changed=lambda row: None,
    )
)
