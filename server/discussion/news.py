"""Debates can be followed; what is said in a thread is news of its subject."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from server.notices.kinds import ANY, NewsKind, Telling, Wait, facts_of, key_of, register
from server.notices.models import News, Reason
from server.notices.things import Thing, ThingKind
from server.notices.things import register as register_thing
from server.processes.news import space_place

from . import subjects
from .applying import EDITED, WRITTEN
from .models import Comment, Debate


def _comments(refs: Collection[str]) -> dict[str, Thing]:
    rows = Comment.objects.filter(ref__in=refs).select_related("component__space")
    return {
        one.ref: Thing(
            "comment",
            one.ref,
            "",
            one.get_absolute_url(),
            one.component.space,
            is_shown=one.is_counted and one.component.published_at is not None,
            under=(one.subject_kind, one.subject_ref),
        )
        for one in rows
    }


def _debates(refs: Collection[str]) -> dict[str, Thing]:
    rows = Debate.objects.filter(ref__in=refs).select_related("component__space")
    return {
        one.ref: Thing(
            "debate",
            one.ref,
            one.title,
            one.get_absolute_url(),
            one.component.space,
            is_shown=bool(one.is_shown and one.is_published and one.component.published_at),
        )
        for one in rows
    }


def _tell_written(news: News) -> Telling | Wait | None:
    """What waits for a moderator is told when it is shown; what was hidden or taken back meanwhile, not at all."""
    comment = _comment(news)
    if comment is None or comment.is_withdrawn or comment.hidden_at:
        return None
    if comment.held_at:
        return Wait(("comment", comment.ref))
    subject = (comment.subject_kind, comment.subject_ref)
    people = dict.fromkeys(subjects.KINDS[subject[0]].authors(subject[1]), Reason.OWN)
    if comment.parent is not None and comment.parent.author_id:
        people[comment.parent.author_id] = Reason.REPLY
    people |= _named(comment)
    author = comment.author_id
    return Telling(
        about=subject,
        part=("comment", comment.ref),
        by=author,
        people=people,
        followers=[(subject, Reason.COMMENT)],
        follows=[(author, subject, "follows_talk")] if author else (),
    )


def _tell_edited(news: News) -> Telling | None:
    """New words may name somebody whom the first did not."""
    comment = _comment(news)
    if comment is None or not comment.is_counted:
        return None
    return Telling(
        about=(comment.subject_kind, comment.subject_ref),
        part=("comment", comment.ref),
        by=comment.author_id,
        people=_named(comment),
        once_a_part=True,
    )


def _comment(news: News) -> Comment | None:
    found = facts_of(news)
    rows = Comment.objects.select_related("parent")
    return rows.filter(ref=found[1].get("ref") or "-").first() if found else None


def _named(comment: Comment) -> dict[int, Reason]:
    return dict.fromkeys(comment.mentions.values_list("user_id", flat=True), Reason.MENTION)


def _debate(news: News) -> Debate | None:
    return Debate.objects.public().shown().filter(ref=key_of(news)).first()


def _tell_published(news: News) -> Telling | None:
    debate = _debate(news)
    if debate is None:
        return None
    space = space_place(debate.component.space)
    return Telling(about=space, part=("debate", debate.ref), followers=[(space, Reason.PROPOSAL)])


def _tell_concluded(news: News) -> Telling | None:
    debate = _debate(news)
    place = ("debate", debate.ref) if debate else None
    return Telling(about=place, followers=[(place, Reason.ANSWER)]) if place else None


register_thing(ThingKind(kind="debate", name=_("Debate"), find=_debates))
register_thing(ThingKind(kind="comment", name=_("Comment"), find=_comments, can_be_followed=False))
_SAID = {
    Reason.MENTION: _("Somebody named you in a comment."),
    Reason.REPLY: _("Somebody answered your comment."),
    Reason.OWN: _("A new comment on what you proposed."),
    ANY: _("A new comment."),
}
register(NewsKind(type=WRITTEN, tell=_tell_written, sentences=_SAID))
register(NewsKind(type=EDITED, tell=_tell_edited, sentences=_SAID))
register(
    NewsKind(
        type="debate.published", tell=_tell_published, sentences={ANY: _("A new debate: “%(part)s”.")}, is_of_log=False
    )
)
register(
    NewsKind(type="debate.concluded", tell=_tell_concluded, sentences={ANY: _("The town concluded.")}, is_of_log=False)
)
