"""The web door of every thread: write, answer, change, take back, find useful. Each leads back to its page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.moderation.access import may_moderate
from server.processes.component_types import Activity
from server.processes.localized import readers_language
from server.processes.openness import open_activities
from server.processes.origin import Origin

from .access import access_comment, access_own_comment, access_subject
from .actions import Author, edit_comment, vote_comment, withdraw_comment, write_comment
from .forms import EditForm
from .models import Comment
from .refusals import AnswerHasNoPlace, TooLateToEdit, TooManyComments
from .subjects import Subject
from .thread import branch_page, comment_form


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    """A comment or an answer. The form stands on the page of its subject; here it is where something must be mended."""
    subject = access_subject(kind, ref)
    parent = (request.POST if request.method == "POST" else request.GET).get("parent", "")[:32].replace("\0", "")
    form = comment_form(subject, request.POST if request.method == "POST" else None, parent=parent)
    status = 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                return _back_to(request, _written(request, subject, form.cleaned_data), subject)
        except (TooManyComments, AnswerHasNoPlace) as refusal:
            if isinstance(refusal, AnswerHasNoPlace):
                form.data = {**request.POST.dict(), "parent": ""}
            form.add_error(None, str(refusal.message))  # nobody's words are lost
            status = refusal.status
    answered = Comment.objects.about(kind, ref).counted().with_people().filter(ref=parent).first()
    facts = {"subject": subject, "space": subject.component.space, "form": form, "answered": answered}
    return render(request, "discussion/write.html", facts, status=status)


def _written(request: HttpRequest, subject: Subject, given: dict[str, Any]) -> Comment:
    return write_comment(
        subject=subject,
        ref=given["ref"],
        text=given["text"],
        stance=given.get("stance", "neutral"),
        parent=given["parent"],
        language=readers_language(),
        author=Author(user=request.user),
        origin=Origin.online(request),
    )


def _back_to(request: HttpRequest, comment: Comment, subject: Subject) -> HttpResponse:
    """Where it now stands: an answer may be on any page of the thread, so it is shown with its branch."""
    if comment.held_at:
        messages.warning(
            request, _("Your comment is kept. It looks like advertising, so a moderator looks at it first.")
        )
    else:
        messages.success(request, _("Your comment is published."))
    if comment.parent_id:
        return redirect(comment.get_absolute_url())
    return redirect(f"{subject.address}#comment-{comment.ref}")


@require_GET
def comment(request: HttpRequest, ref: str) -> HttpResponse:
    """One comment with its branch, and the words it had before."""
    found, subject = access_comment(request.user, ref)
    space = subject.component.space
    lines, page = branch_page(found, request.user, request.GET.get("page"))
    is_open = subject.closed_at is None and Activity.COMMENT in open_activities(subject.component)
    facts = {
        "comment": found,
        "subject": subject,
        "space": space,
        "lines": lines,
        "page": page,
        "before": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "after": f"?page={page.next_page_number()}" if page.has_next() else "",
        "versions": list(found.versions.all()) if found.is_counted else [],
        "is_open": is_open,
        "may_moderate": may_moderate(request.user, space),
    }
    return render(request, "discussion/comment.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    found, subject = access_own_comment(request.user, ref)
    if request.method == "GET" and not found.may_be_edited_by(request.user):
        raise TooLateToEdit
    form = EditForm(request.POST or None, initial={"text": found.body})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        kept = edit_comment(comment=found, text=text, by=request.user, origin=Origin.online(request))
        return _back_to(request, kept, subject)
    facts = {"subject": subject, "space": subject.component.space, "form": form, "comment": found}
    return render(request, "discussion/edit.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """GET asks whether it is meant; POST takes the words back."""
    found, subject = access_own_comment(request.user, ref)
    if request.method == "POST":
        withdraw_comment(comment=found, by=request.user, origin=Origin.online(request))
        messages.success(request, _("Your words are taken back. Their place stays, for what was answered."))
        return redirect(f"{subject.address}#thread")
    facts = {"subject": subject, "space": subject.component.space, "comment": found}
    return render(request, "discussion/withdraw.html", facts)


@login_required
@require_POST
def useful(request: HttpRequest, ref: str) -> HttpResponse:
    """``is_useful``: "1" says so, "0" takes it back."""
    found, subject = access_comment(request.user, ref)
    vote_comment(
        comment=found,
        right=request.user.right,
        is_useful=request.POST.get("is_useful", "1") != "0",
        by=request.user,
        origin=Origin.online(request),
    )
    return redirect(f"{_page_before(request, subject)}#comment-{found.ref}")


def _page_before(request: HttpRequest, subject: Subject) -> str:
    """The page of the thread on which the button was pressed, or the subject's first one."""
    asked: Any = request.POST.get("query", "")[:200]
    return f"{subject.address}?{asked}" if asked and asked.isascii() and asked.isprintable() else subject.address
