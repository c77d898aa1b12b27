"""The lists that the versions of a roll commit to, for sworn observers and organisers (``docs/protocol.md`` §10)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from server.processes.access import Role, access_space

from .actions.roll_lists import give_list, has_lines


@never_cache
@login_required
@require_GET
def observed(request: HttpRequest, slug: str) -> HttpResponse:
    """What an observer of a space may check: every version of its rolls. No name is shown here."""
    space = access_space(request.user, slug, to=Role.OBSERVER)
    rolls = space.rolls.prefetch_related("versions")
    facts = {"space": space, "rolls": [(roll, has_lines(roll.versions.all(), roll)) for roll in rolls]}
    return render(request, "voting/office/observed.html", facts)


@never_cache
@login_required
@require_POST
def roll_list(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """The list with its salt, as one file. The office's log says who took it."""
    space = access_space(request.user, slug, to=Role.OBSERVER)
    roll = get_object_or_404(space.rolls, pk=pk)
    version = get_object_or_404(roll.versions.select_related("roll"), number=number)
    name = f"roll-{roll.pk}-version-{version.number}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = give_list(version=version, by=request.user)
    return HttpResponse(content, content_type="application/x-ndjson; charset=utf-8", headers=headers)
