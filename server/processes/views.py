"""The public pages of a space."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from server.voting.models import Box

from .access import access_space
from .component_types import Activity, sections
from .members import find_share
from .models import Involvement, Phase, Space, SpaceGroup
from .openness import open_now
from .refusals import ShareUnknown
from .sharing import remember


@require_GET
def space_page(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug)
    phases = list(space.phases.all())
    now = timezone.now()
    boxes = Box.objects.filter(component__space=space).exclude(definition="").select_related("component__space")
    running = [phase for phase in phases if phase.is_active(now)]
    components = list(space.components.published())
    for one in components:
        one.space = space
    facts = {
        "space": space,
        "phases": phases,
        "now": now,
        "running": running,
        "current": next(iter(running), None),
        "steps": [(step, label) for step, label in Involvement.choices],
        "boxes": boxes,
        "has_vote": any(Activity.VOTE in phase.activities for phase in phases),
        "meetings": space.meetings.select_related("space").to_come(now),
        "past_meetings": space.meetings.select_related("space").filter(ends_at__lte=now).order_by("-starts_at"),
        "sections": sections(components),
        "open_now": open_now(components, now),
        **_belonging(space),
    }
    answer = render(request, "processes/space.html", facts)
    if not space.is_published:
        add_never_cache_headers(answer)
        answer["X-Robots-Tag"] = "noindex"
    return answer


def _belonging(space: Space) -> dict[str, Any]:
    """Members and parts are asked for where there can be some: an assembly has both, other spaces readers at most."""
    is_assembly = space.kind == Space.Kind.ASSEMBLY
    return {
        "members": space.members.filter(is_listed=True) if is_assembly else [],
        "children": space.children.published() if is_assembly else [],
        "linked": space.linked.published(),
    }


@require_GET
def group_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The published spaces of a group, each with what runs there now."""
    group = get_object_or_404(SpaceGroup, slug=slug)
    current = Prefetch("phases", queryset=Phase.objects.active(), to_attr="current_phases")
    spaces = group.spaces.published().prefetch_related(current)
    return render(request, "processes/group.html", {"group": group, "spaces": spaces})


@never_cache
@require_GET
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """A link that was given to somebody: this browser reads the space from now on, while the link is good."""
    token = find_share(code)
    if token is None:
        raise ShareUnknown
    remember(request, token.pk)
    return redirect(token.space)
