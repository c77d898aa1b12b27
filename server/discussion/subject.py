"""Debates have threads."""

from __future__ import annotations

from .models import Debate
from .subjects import Subject, SubjectKind, register


def _find(ref: str) -> Subject | None:
    debate = Debate.objects.select_related("component__space").filter(ref=ref).first()
    if debate is None:
        return None
    component = debate.component
    is_public = bool(debate.published_at and component.published_at and component.space.published_at)
    return Subject(
        kind="debate",
        ref=ref,
        component=component,
        title=debate.title,
        address=debate.get_absolute_url(),
        closed_at=debate.closed_at or debate.hidden_at,
        is_public=is_public,
        asks_stance=bool(component.settings.get("asks_stance", True)),
    )


def _hold(ref: str) -> None:
    list(Debate.objects.select_for_update(no_key=True).filter(ref=ref).values_list("pk"))


def _count(ref: str, count: int) -> None:
    Debate.objects.filter(ref=ref).update(comment_count=count)


register(SubjectKind(kind="debate", find=_find, hold=_hold, on_count=_count))
