"""The office's pages of members, share links and what a space hangs together with."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from .access import Role, access_space, may_make_spaces
from .member_forms import GroupForm, MemberForm, ShareForm, TiesForm
from .members import add_member, remove_member, revoke_share, save_group, share_space, show_to_members, tie_space
from .models import Member, SpaceGroup


@login_required
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the space; POST adds somebody."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    posted = request.POST if request.method == "POST" else None
    form = MemberForm(posted, instance=Member(space=space), initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        add_member(member=form.save(commit=False), by=request.user)
        messages.success(request, _("The person belongs to the space."))
        return redirect("office:members", slug)
    rows = space.members.select_related("user")
    facts = {"space": space, "here": "team", "form": form, "members": rows}
    return render(request, "processes/office/members.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    remove_member(member=get_object_or_404(space.members, pk=pk), by=request.user)
    messages.success(request, _("The person no longer belongs to the space."))
    return redirect("office:members", slug)


@login_required
@require_POST
def members_only(request: HttpRequest, slug: str) -> HttpResponse:
    """Let its members read it, or no longer: as the button says."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    show_to_members(space=space, is_open=request.POST.get("open") == "1", by=request.user)
    return redirect("office:members", slug)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def shares(request: HttpRequest, slug: str) -> HttpResponse:
    """Links that let somebody read the space before everybody does; POST makes one, shown once."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        facts = {"label": form.cleaned_data["label"], "expires_at": form.cleaned_data["last_day"]}
        _token, link = share_space(space=space, by=request.user, **facts)
        request.session["share_link"] = link
        return redirect("office:shares", slug)
    link = request.session.pop("share_link", None)
    facts = {"space": space, "here": "team", "form": form, "link": link, "tokens": space.share_tokens.all()[:50]}
    return render(request, "processes/office/shares.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def share_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    revoke_share(token=get_object_or_404(space.share_tokens, pk=pk), by=request.user)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("office:shares", slug)


@login_required
@require_http_methods(["GET", "POST"])
def ties(request: HttpRequest, slug: str) -> HttpResponse:
    """The group, the assembly and the spaces that this one is named with."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    form = TiesForm(request.POST if request.method == "POST" else None, space=space, user=request.user)
    if request.method == "POST" and form.is_valid():
        tie_space(space=space, by=request.user, **form.cleaned_data)
        messages.success(request, _("What the space hangs together with is saved."))
        return redirect("office:space", slug)
    facts = {"space": space, "here": "overview", "form": form}
    return render(request, "processes/office/ties.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    """Groups of processes; POST makes one."""
    if not may_make_spaces(request.user):
        raise Http404
    return _group_page(request, SpaceGroup())


@login_required
@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    if not may_make_spaces(request.user):
        raise Http404
    return _group_page(request, get_object_or_404(SpaceGroup, pk=pk))


def _group_page(request: HttpRequest, group: SpaceGroup) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None, instance=group)
    if request.method == "POST" and form.is_valid():
        save_group(group=form.save(commit=False), by=request.user)
        messages.success(request, _("The group is saved."))
        return redirect("office:groups")
    facts = {"form": form, "group": group, "groups": SpaceGroup.objects.all()}
    return render(request, "processes/office/groups.html", facts, status=400 if form.errors else 200)
