"""What the log says of comments, and the rows it makes.

Five types; ``subject`` beside the header is ``comment:<ref>``, bodies are JSON. Times are ISO 8601, UTC.

    comment.written    ref, subject {kind, ref}, parent (ref or ""), text, language, stance, author {kind, name}
                       by the installation also: door, author.account (number), at, held, mentions [numbers], operator
    comment.edited     ref, text, at, held, mentions
    comment.withdrawn  ref, at
    comment.useful     ref, right, door, is_useful

Of what a device brings, ``door`` is the kiosk's, the time is that of its session, and there is no account: a device is
not believed about those. A comment is as long as ``models.LONGEST``; whatever does not fit is not applied.

A device's comment stays with what its author read: what was withdrawn, hidden or became part of another meanwhile keeps
its thread, and the comment stands in it (``docs/decisions/0050``). Whether it was open is no question of today: the
device's chain says that its session was, and the room of the subject that a pack offered it (``was_offered``).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from server.ledger.applying import Bell, CannotApply, applies
from server.ledger.installation import installation
from server.ledger.models import Record
from server.meetings.models import Session
from server.processes.models import Door
from server.web.plain_text import refuse_hidden_characters

from . import subjects
from .models import LONGEST, LONGEST_NAME, AuthorKind, Comment, CommentVersion, CommentVote, Mention, Stance
from .spam import spam_score, waits_for_a_moderator
from .tidying import tidy

WRITTEN, EDITED, WITHDRAWN, USEFUL = "comment.written", "comment.edited", "comment.withdrawn", "comment.useful"


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CannotApply from error
    if not isinstance(told, dict):
        raise CannotApply
    return told


def _bell(comment: Comment) -> Bell:
    return comment.component.space_id, "discussion"


def recount(comment: Comment) -> None:
    """Tell the room of the subject how many comments it has now."""
    kind, ref = comment.subject_kind, comment.subject_ref
    subjects.KINDS[kind].on_count(ref, Comment.objects.about(kind, ref).counted().count())


# Alone: it holds the row of its subject, and what another record of a batch does may wait for the log, which whoever
# comments on the web holds before that row.
@applies(WRITTEN, writes=Comment, by_house=True, alone=True)
def apply_written(record: Record, body: bytes) -> Bell:
    told = _told(body)
    is_ours = record.dev == installation().dev
    facts = _facts(told) | (_of_house(told) if is_ours else _of_device(record, told))
    subject = subjects.find(facts["subject_kind"], facts["subject_ref"])
    if subject is None:
        raise CannotApply("subject_unknown")
    if not is_ours and not subjects.KINDS[subject.kind].was_offered(subject, record.session_ref):
        raise CannotApply("not_offered")
    parent = Comment.objects.filter(ref=told.get("parent") or "-").first()
    if parent is not None and (parent.subject_kind, parent.subject_ref) != (subject.kind, subject.ref):
        raise CannotApply
    if not subject.asks_stance:
        facts["stance"] = Stance.NEUTRAL
    facts |= {"component": subject.component, "parent": parent, "root": parent and (parent.root or parent)}
    facts |= {"record": record.id, "text_record": record.id, "session_ref": record.session_ref}
    comment, is_new = Comment.objects.get_or_create(ref=told["ref"], defaults=facts)
    if not is_new and comment.record != record.id:
        raise CannotApply  # a name that another comment has
    if is_new:
        if is_ours:
            _mention(comment, told)
        recount(comment)
    return _bell(comment)


def _facts(told: dict[str, Any]) -> dict[str, Any]:
    """What both tell, looked at as if nobody had."""
    try:
        subject, author, text = told["subject"], told["author"], told["text"]
        facts = {
            "subject_kind": subject["kind"],
            "subject_ref": subject["ref"],
            "body": text,
            "text_language": told.get("language", ""),
            "stance": Stance(told["stance"]).value,
            "author_kind": AuthorKind(author["kind"]).value,
            "author_name": author.get("name", ""),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotApply from error
    if not all(isinstance(one, str) for one in [*facts.values(), told.get("ref"), told.get("parent", "")]):
        raise CannotApply
    is_short = len(facts["author_name"]) <= LONGEST_NAME and len(facts["text_language"]) <= 8 and len(told["ref"]) == 32
    is_named = (subject["kind"] + subject["ref"] + told.get("parent", "")).isprintable() and is_hex(told["ref"])
    if not (is_short and is_named and 0 < len(text) <= LONGEST):
        raise CannotApply
    try:
        refuse_hidden_characters(text + facts["author_name"] + facts["text_language"])
    except ValidationError as error:
        raise CannotApply from error
    return facts


def is_hex(ref: str) -> bool:
    return ref.isascii() and all(one in "0123456789abcdef" for one in ref)


def _of_house(told: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(told["at"])
    return {
        "door": told["door"],
        "author_id": told["author"].get("account"),
        "written_at": at,
        "held_at": at if told.get("held") else None,
    }


def _of_device(record: Record, told: dict[str, Any]) -> dict[str, Any]:
    session = Session.objects.select_related("meeting").filter(ref=record.session_ref).first()
    if session is None:
        raise CannotApply
    text = tidy(told["text"])
    # Its subject is what others are told by.
    if not text or record.payload.subject != f"comment:{told['ref']}":
        raise CannotApply
    at = session.meeting.starts_at
    return {
        "body": text,
        "author_name": " ".join(told["author"].get("name", "").split()),
        "author_kind": AuthorKind.PERSON,
        "door": Door.KIOSK,
        "written_at": at,
        "held_at": at if waits_for_a_moderator(spam_score(text)) else None,
    }


def _mention(comment: Comment, told: dict[str, Any]) -> None:
    for user in told.get("mentions", []):
        Mention.objects.get_or_create(comment=comment, user_id=user)


def _comment(told: dict[str, Any]) -> Comment:
    found = Comment.objects.select_related("component").filter(ref=told.get("ref") or "-").first()
    if found is None:
        raise CannotApply("comment_unknown")
    return found


@applies(EDITED, writes=CommentVersion, of_house=True)
def apply_edited(record: Record, body: bytes) -> Bell:
    """The words before are kept as a version."""
    told = _told(body)
    comment, at = _comment(told), datetime.fromisoformat(told["at"])
    is_known = comment.text_record == record.id or comment.versions.filter(record=record.id).exists()
    if not is_known:
        CommentVersion.objects.create(comment=comment, record=comment.text_record, body=comment.body, until=at)
        comment.body, comment.text_record, comment.edited_at = told["text"], record.id, at
        comment.held_at = at if told.get("held") else comment.held_at
        comment.save(update_fields=["body", "text_record", "edited_at", "held_at"])
        _mention(comment, told)
        recount(comment)
    return _bell(comment)


@applies(WITHDRAWN, writes=Comment, of_house=True)
def apply_withdrawn(_record: Record, body: bytes) -> Bell:
    """Its words are gone from the pages, the earlier ones too; its place stays for what was answered."""
    told = _told(body)
    comment = _comment(told)
    comment.withdrawn_at, comment.body = datetime.fromisoformat(told["at"]), ""
    comment.save(update_fields=["withdrawn_at", "body"])
    for beside in (comment.versions, comment.mentions):
        beside.all().delete()
    recount(comment)
    return _bell(comment)


@applies(USEFUL, writes=CommentVote, of_house=True)
def apply_useful(_record: Record, body: bytes) -> Bell:
    told = _told(body)
    comment = _comment(told)
    if told["is_useful"]:
        CommentVote.objects.get_or_create(comment=comment, right=told["right"], defaults={"door": told["door"]})
    else:
        comment.votes.filter(right=told["right"]).delete()
    Comment.objects.filter(pk=comment.pk).update(useful_count=comment.votes.count())
    return _bell(comment)
