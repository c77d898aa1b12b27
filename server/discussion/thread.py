"""A thread as a page shows it: all that is needed, in a fixed number of queries whatever its size.

    facts["thread"] = thread_of(request, subject)          {% include "discussion/_thread.html" %}

Asked for in the address: ``page``; ``order`` (newest, oldest, useful); ``only`` (a stance or a door: then answers
stand among the others, each with what it answers); ``reply`` (the ref of what is answered). What is unknown is passed
over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.moderation.access import may_moderate
from server.moderation.actions import blocked
from server.moderation.models import Block
from server.processes.component_types import Activity
from server.processes.models import Door, Phase
from server.processes.openness import Times as Opened
from server.processes.openness import times_of

from .forms import CommentForm
from .models import Comment, CommentVote, Stance
from .querysets import CommentQuerySet
from .subjects import Subject

PER_PAGE = 20
MOST_ANSWERS = 5  # of one branch on a page of the thread; the branch has a page of its own
ANSWERS_A_PAGE = 50  # there
DEEPEST = 3
ANY_REF = "0" * 32
ORDERS = {
    "newest": (_("Newest first"), ("-written_at", "-pk")),
    "oldest": (_("Oldest first"), ("written_at", "pk")),
    "useful": (_("Most useful first"), ("-useful_count", "-written_at", "-pk")),
}


@cache
def _pattern(name: str, *before: str) -> str:
    return reverse(name, args=[*before, ANY_REF])


def _leads(name: str, *before: str) -> Any:
    """Where a line leads: the address is looked up once, and not forty times a page."""
    return property(lambda line: _pattern(name, *before).replace(ANY_REF, line.comment.ref))


@dataclass
class Line:
    """One comment in its place. ``more``: answers of its branch that are not on this page; ``where``: the meeting."""

    comment: Comment
    depth: int = 0
    more: int = 0
    is_mine: bool = False
    is_found_useful: bool = False
    may_edit: bool = False
    where: Any = ""

    page_address = _leads("discussion:comment")
    useful_address = _leads("discussion:useful")
    edit_address = _leads("discussion:edit")
    withdraw_address = _leads("discussion:withdraw")
    report_address = _leads("moderation:report", "comment")


@dataclass(frozen=True)
class Link:
    label: Any
    address: str
    is_here: bool
    count: int | None = None


@dataclass(frozen=True)
class Times:
    """Whether comments are open online, by which doors, and until, since or from when."""

    is_open: bool
    doors: dict[str, bool]
    until: datetime | None = None
    closed_at: datetime | None = None
    begins_at: datetime | None = None

    @property
    def is_open_elsewhere(self) -> bool:
        return not self.is_open and any(self.doors.values())


@dataclass
class Thread:
    subject: Subject
    times: Times
    lines: list[Line]
    page: Page[Any]
    count: int
    filters: list[Link]
    orders: list[Link]
    before: str = ""
    after: str = ""
    form: CommentForm | None = None
    answered: Comment | None = None
    block: Block | None = None
    may_moderate: bool = False
    by_door: dict[str, int] = field(default_factory=dict)


def thread_of(request: HttpRequest, subject: Subject, times: Opened | None = None) -> Thread:
    """times: of commenting there, where whoever calls has asked."""
    rows = Comment.objects.about(subject.kind, subject.ref)
    figures = list(rows.counted().order_by().values_list("stance", "door").annotate(n=Count("pk")))
    only = request.GET.get("only", "")
    only = only if only in {Stance.FOR, Stance.AGAINST, *Door.values} else ""
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "newest"
    page = _page(request, rows, only, order)
    lines = _flat(page) if only else _branches(list(page), rows.seen_by(request.user))
    _dress(lines, request.user)
    told = _times(subject, times or times_of(subject.component)[Activity.COMMENT])
    block = blocked(request.user, subject.component.space) if request.user.is_authenticated else None
    answered = _answered(request, lines, rows) if told.is_open else None
    is_writing = told.is_open and request.user.is_authenticated and block is None
    return Thread(
        subject=subject,
        times=told,
        lines=lines,
        page=page,
        count=sum(n for _stance, _door, n in figures),
        filters=_filters(request, figures, only),
        orders=[Link(label, _address(request, order=name), name == order) for name, (label, _by) in ORDERS.items()],
        before=_address(request, page=str(page.previous_page_number())) if page.has_previous() else "",
        after=_address(request, page=str(page.next_page_number())) if page.has_next() else "",
        form=comment_form(subject, parent=answered.ref if answered else "") if is_writing else None,
        answered=answered,
        block=block,
        may_moderate=may_moderate(request.user, subject.component.space),
        by_door={door: sum(n for _stance, by, n in figures if by == door) for door in Door.values},
    )


def comment_form(subject: Subject, data: Any = None, *, parent: str = "") -> CommentForm:
    form = CommentForm(data, parent=parent)
    if not subject.asks_stance:
        del form.fields["stance"]
    return form


def _page(request: HttpRequest, rows: CommentQuerySet, only: str, order: str) -> Page[Any]:
    if only:
        shown = rows.counted().filter(**{"stance" if only in Stance.values else "door": only})
        shown = shown.select_related("author", "parent__author")
    else:
        shown = rows.seen_by(request.user).filter(root=None).select_related("author")
    return Paginator(shown.order_by(*ORDERS[order][1]), PER_PAGE).get_page(request.GET.get("page"))


def _flat(rows: Iterable[Comment]) -> list[Line]:
    return [Line(one) for one in rows]


def _branches(roots: Sequence[Comment], rows: CommentQuerySet) -> list[Line]:
    """Each with the first of its answers, below what they answer."""
    if not roots:
        return []
    place = Window(RowNumber(), partition_by="root_id", order_by=F("pk").asc())
    of_all = Window(Count("pk"), partition_by="root_id")
    found = rows.filter(root__in=[one.ref for one in roots]).annotate(place=place, of_all=of_all)
    answers: dict[str, list[Any]] = {}
    for one in found.filter(place__lte=MOST_ANSWERS).select_related("author").order_by("pk"):
        answers.setdefault(one.root_id or "", []).append(one)
    lines = []
    for root in roots:
        below = answers.get(root.ref, [])
        lines.append(Line(root, more=below[0].of_all - len(below) if below else 0))
        lines += branch(root, below)
    return lines


def branch(root: Comment, answers: Sequence[Comment]) -> list[Line]:
    """Answers below what they answer, at most three steps in; what answers something that is not here, below the
    first of them all."""
    here = {root.ref, *(one.ref for one in answers)}
    below: dict[str, list[Comment]] = {}
    for one in answers:
        below.setdefault(one.parent_id if one.parent_id in here else root.ref, []).append(one)
    lines, waiting = [], [(one, 1) for one in reversed(below.get(root.ref, []))]
    while waiting:
        comment, depth = waiting.pop()
        lines.append(Line(comment, depth=min(depth, DEEPEST)))
        waiting += [(one, depth + 1) for one in reversed(below.get(comment.ref, []))]
    return lines


def _dress(lines: Sequence[Line], user: Any) -> None:
    """What of each is this reader's own, and where it was said. Two queries."""
    now, voted = timezone.now(), set()
    if user.is_authenticated:
        votes = CommentVote.objects.filter(comment__in=[one.comment.ref for one in lines], right=user.right)
        voted = set(votes.values_list("comment_id", flat=True))
    refs = {one.comment.session_ref for one in lines} - {""}
    places = {one.ref: one for one in Session.objects.filter(ref__in=refs).select_related("meeting")} if refs else {}
    for line in lines:
        line.is_mine = line.comment.is_of(user)
        line.is_found_useful = line.comment.ref in voted
        line.may_edit = line.comment.may_be_edited_by(user, now)
        session = places.get(line.comment.session_ref)
        line.where = session.meeting.title if session else ""


def branch_page(comment: Comment, user: Any, number: str | None) -> tuple[list[Line], Page[Any]]:
    """The branch in which a comment stands, from its beginning: the page of its answers that is asked for, or else the
    one that the comment is on."""
    root = comment.root or comment
    rows = Comment.objects.seen_by(user).select_related("author")
    answers = rows.filter(root=root).order_by("pk")
    here = answers.filter(pk__lt=comment.pk).count() // ANSWERS_A_PAGE + 1
    page = Paginator(answers, ANSWERS_A_PAGE).get_page(number or here)
    lines = [Line(rows.filter(pk=root.pk).first() or comment), *branch(root, list(page))]
    _dress(lines, user)
    return lines, page


def _times(subject: Subject, times: Opened) -> Times:
    component, now = subject.component, times.at
    if subject.closed_at is not None:
        return Times(False, dict.fromkeys(times.doors, False), closed_at=subject.closed_at)
    ended, begins = _around([one.phase for one in times.openings], now)
    return Times(times.is_open() and component.is_published, times.doors, times.until, ended, begins)


def _around(phases: Sequence[Phase], now: datetime) -> tuple[datetime | None, datetime | None]:
    """When one of these that let people comment ended last, and when the next one begins, as far as dates say."""
    over = [phase.ended_at or phase.ends_at for phase in phases if phase.is_over(now)]
    ahead = [one.starts_at for one in phases if one.activation == one.Activation.DATES and one.starts_at > now]
    return max(over, default=None), min(ahead, default=None)


def _answered(request: HttpRequest, lines: Sequence[Line], rows: CommentQuerySet) -> Comment | None:
    ref = request.GET.get("reply", "")
    if not ref:
        return None
    found = next((one.comment for one in lines if one.comment.ref == ref), None)
    found = found or rows.select_related("author").filter(ref=ref[:32].replace("\0", "")).first()
    return found if found and found.is_counted else None


def _filters(request: HttpRequest, figures: Sequence[tuple[str, str, int]], only: str) -> list[Link]:
    """Everything, by stance, by door: those that there are, and the one that is asked for."""
    links = [Link(_("All"), _address(request, only=""), not only, sum(n for _s, _d, n in figures))]
    taken = [one for one in Stance.choices if one[0] != Stance.NEUTRAL]
    for choices, place, least in ((taken, 0, 1), (Door.choices, 1, 2)):
        told = [(value, label, sum(one[2] for one in figures if one[place] == value)) for value, label in choices]
        if sum(1 for _value, _label, n in told if n) >= least or only in dict(choices):
            links += [
                Link(label, _address(request, only=value), value == only, n)
                for value, label, n in told
                if n or value == only
            ]
    return links


def _address(request: HttpRequest, **changes: str) -> str:
    """The address of the page with some of what it asks for changed. Another order or choice begins at the first."""
    query = request.GET.copy()
    for name in ("page", "reply", "done"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"{request.path}?{query.urlencode()}#thread" if query else f"{request.path}#thread"
