"""Writes: what people do in a thread, whichever door it came by. Each is one record in the log.

Locks are taken in one order: the row of the subject, the row of the comment, then the log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import append
from server.ledger.applying import apply_now
from server.moderation.actions import require_not_blocked
from server.processes.component_types import Activity
from server.processes.models import Door
from server.processes.openness import open_activities, require_open
from server.web.counting import count_once_more

from . import subjects
from .applying import EDITED, USEFUL, WITHDRAWN, WRITTEN
from .mentions import mentioned
from .models import AuthorKind, Comment, Stance
from .refusals import (
    AnswerHasNoPlace,
    DiscussionClosed,
    NotTheAuthor,
    OwnComment,
    TooLateToEdit,
    TooManyComments,
)
from .spam import spam_score, waits_for_a_moderator
from .tidying import tidy

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space
    from server.processes.origin import Origin

    from .subjects import Subject

WINDOW_S = 600
MOST_COMMENTS = 12
MOST_VOTES = 120
LATELY = timedelta(days=1)
EARLIER_TEXTS = 20
MOST_NAMES = 500


@dataclass(frozen=True)
class Author:
    """Who speaks: an account, or a name (or none) that somebody wrote down for them."""

    user: User | None = None
    name: str = ""
    kind: str = AuthorKind.PERSON


@transaction.atomic
def write_comment(
    *,
    subject: Subject,
    ref: str,
    text: str,
    author: Author,
    origin: Origin,
    stance: str = Stance.NEUTRAL,
    parent: str = "",
    language: str = "",
    handed_in: datetime | None = None,
) -> Comment:
    """Say something about a subject. Again with the same ``ref`` is the comment that is there already.

    handed_in: when a card came in that is typed in only now; what was open then is not late. What looks like
    advertising waits for a moderator (``held_at``). Raises PhaseClosed, DiscussionClosed, AccountBlocked,
    AnswerHasNoPlace, TooManyComments.
    """
    subjects.KINDS[subject.kind].hold(subject.ref)
    if there := Comment.objects.filter(ref=ref).first():
        return there
    _require_may_write(subject, author, origin, handed_in)
    if parent and not Comment.objects.about(subject.kind, subject.ref).counted().filter(ref=parent).exists():
        raise AnswerHasNoPlace
    if author.user is not None:
        _require_few("comment", author.user, origin, MOST_COMMENTS)
    text = tidy(text)
    body = body_of(
        ref=ref, subject=subject, parent=parent, text=text, language=language, stance=stance, author=author,
        door=origin.door, at=timezone.now(), operator=origin.operator, waits=_waits(text, author.user),
        mentions=mentioned(text, _names(subject)) if "@" in text else [],
    )  # fmt: skip
    _record(WRITTEN, subject.component.space, ref, body, origin)
    return Comment.objects.get(ref=ref)


def body_of(
    *,
    ref: str,
    subject: Subject,
    parent: str,
    text: str,
    language: str,
    stance: str,
    author: Author,
    door: str,
    at: datetime,
    operator: User | None = None,
    waits: bool = False,
    mentions: Sequence[int] = (),
) -> bytes:
    """What the log keeps of a comment (``applying``)."""
    told = {
        "ref": ref,
        "subject": {"kind": subject.kind, "ref": subject.ref},
        "parent": parent,
        "text": text,
        "language": language,
        "stance": str(stance),
        "author": {"kind": str(author.kind), "name": author.name, "account": author.user.pk if author.user else None},
        "door": str(door),
        "operator": operator.pk if operator else None,
        "at": at.isoformat(),
        "held": waits,
        "mentions": list(mentions),
    }
    return _written(told)


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def _require_may_write(subject: Subject, author: Author, origin: Origin, handed_in: datetime | None = None) -> None:
    was_open = handed_in and Activity.COMMENT in open_activities(subject.component, door=origin.door, at=handed_in)
    require_open(subject.component, Activity.COMMENT, origin=origin, at=handed_in if was_open else None)
    if subject.closed_at is not None and not (handed_in and handed_in < subject.closed_at):
        raise DiscussionClosed(details={"closed_at": subject.closed_at.isoformat()})
    if author.user is not None:
        require_not_blocked(author.user, subject.component.space)


def _require_few(what: str, user: User, origin: Origin, most: int) -> None:
    """What an account sends itself is counted; who copies cards from a stack is not held up. Raises TooManyComments."""
    if origin.door == Door.WEB and count_once_more(f"{what}.{user.pk}", WINDOW_S) > most:
        raise TooManyComments(details={"retry_after_s": WINDOW_S})


def _waits(text: str, user: User | None, *, but: str = "") -> bool:
    """Of what officers copy, only the text itself is looked at: many cards say the same."""
    earlier: list[str] = []
    if user is not None:
        lately = Comment.objects.filter(author=user, written_at__gt=timezone.now() - LATELY).exclude(ref=but)
        earlier = list(lately.order_by("-written_at").values_list("body", flat=True)[:EARLIER_TEXTS])
    return waits_for_a_moderator(spam_score(text, earlier))


def _names(subject: Subject) -> dict[int, str]:
    """Those who take part, the latest of them, by the name that the page shows."""
    written = Comment.objects.about(subject.kind, subject.ref).counted().filter(author__isnull=False)
    found = written.order_by("-written_at").values_list("author_id", "author__display_name")
    return dict(found[:MOST_NAMES])


def _record(type_: str, space: Space, ref: str, body: bytes, origin: Origin) -> None:
    record = append(
        type=type_,
        space=space.slug,
        session=origin.session.ref if origin.session else "",
        actor=_actor(origin),
        subject=f"comment:{ref}",
        body=body,
    )
    apply_now(record)


def _actor(origin: Origin) -> str:
    if origin.door == Door.DESK:
        return "desk"
    return "operator" if origin.operator else "participant"


def held(comment: Comment) -> Comment:
    """The comment as it is now, with its subject and itself locked until the transaction ends."""
    subjects.KINDS[comment.subject_kind].hold(comment.subject_ref)
    rows = Comment.objects.select_for_update(of=("self",), no_key=True).select_related("component__space", "author")
    return rows.get(pk=comment.pk)


@transaction.atomic
def edit_comment(*, comment: Comment, text: str, by: User, origin: Origin) -> Comment:
    """Say it in other words, within ``models.EDIT_FOR``; the words before are kept. The same words change nothing.

    Raises NotTheAuthor, TooLateToEdit, AccountBlocked, TooManyComments.
    """
    comment, text = held(comment), tidy(text)
    if not comment.is_of(by):
        raise NotTheAuthor
    if text == comment.body:
        return comment
    if not comment.may_be_edited_by(by):
        raise TooLateToEdit
    require_not_blocked(by, comment.component.space)
    _require_few("edit", by, origin, MOST_COMMENTS)
    subject = subjects.find(comment.subject_kind, comment.subject_ref)
    told = {
        "ref": comment.ref,
        "text": text,
        "at": timezone.now().isoformat(),
        "held": _waits(text, by, but=comment.ref),
        "mentions": mentioned(text, _names(subject)) if subject and "@" in text else [],
    }
    _record(EDITED, comment.component.space, comment.ref, _written(told), origin)
    comment.refresh_from_db()
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User, origin: Origin) -> Comment:
    """Take one's words back, at any time. Again changes nothing. Raises NotTheAuthor."""
    comment = held(comment)
    if not comment.is_of(by):
        raise NotTheAuthor
    if not comment.is_withdrawn:
        told = {"ref": comment.ref, "at": timezone.now().isoformat()}
        _record(WITHDRAWN, comment.component.space, comment.ref, _written(told), origin)
        comment.refresh_from_db()
    return comment


@transaction.atomic
def vote_comment(*, comment: Comment, right: str, is_useful: bool = True, by: User | None, origin: Origin) -> Comment:
    """Say that a comment is useful, or that it is not any more. Counted once for a right, however often it is said.

    Raises PhaseClosed, OwnComment, AccountBlocked, AnswerHasNoPlace, TooManyComments.
    """
    comment = held(comment)
    if not comment.is_counted:
        raise AnswerHasNoPlace
    require_open(comment.component, Activity.COMMENT, origin=origin)
    if by is not None:
        if comment.is_of(by):
            raise OwnComment
        require_not_blocked(by, comment.component.space)
        _require_few("useful", by, origin, MOST_VOTES)
    if comment.votes.filter(right=right).exists() != is_useful:
        told = {"ref": comment.ref, "right": right, "door": str(origin.door), "is_useful": is_useful}
        _record(USEFUL, comment.component.space, comment.ref, _written(told), origin)
        comment.refresh_from_db()
    return comment
