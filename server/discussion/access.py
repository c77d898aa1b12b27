"""Who may reach which subject, comment and debate. Views obtain them here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from server.processes.access import Role, access_space

from .models import Comment, Debate
from .subjects import Subject, find

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User
    from server.processes.models import Space


def access_subject(kind: str, ref: str) -> Subject:
    """Something with a thread that everyone can read. Raises Http404."""
    found = find(kind, ref)
    if found is None or not found.is_public:
        raise Http404
    return found


def access_comment(user: User | AnonymousUser, ref: str) -> tuple[Comment, Subject]:
    """A comment that has a place on a public page for this person, and what it is about. Raises Http404."""
    comment = get_object_or_404(Comment.objects.seen_by(user).with_people(), ref=ref)
    return comment, access_subject(comment.subject_kind, comment.subject_ref)


def access_own_comment(user: User, ref: str) -> tuple[Comment, Subject]:
    """One's own. Raises Http404 also where somebody else wrote it."""
    comment, subject = access_comment(user, ref)
    if not comment.is_of(user):
        raise Http404
    return comment, subject


def access_debate(slug: str, ref: str) -> Debate:
    """A public debate; one that is hidden keeps its place. Raises Http404."""
    return get_object_or_404(Debate.objects.public(), component__space__slug=slug, ref=ref)


def access_office(user: User | AnonymousUser, slug: str) -> Space:
    return access_space(user, slug, to=Role.ORGANISER)


def access_office_debate(user: User | AnonymousUser, slug: str, ref: str) -> Debate:
    """A debate of a space that this person organises, shown or not. Raises Http404."""
    space = access_office(user, slug)
    return get_object_or_404(Debate.objects.select_related("component__space"), component__space=space, ref=ref)
