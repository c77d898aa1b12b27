"""Who may read the log and watch a job. Each function fetches and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from server.processes.access import Role, require_role

from .actions import ALSO
from .models import Act, Approval, Job

if TYPE_CHECKING:
    from server.accounts.models import User


def is_installation_staff(user: User) -> bool:
    return user.is_active and (user.is_staff or user.is_superuser)


def access_act(user: User, pk: int) -> Act:
    """An act of a space that this person organises, or whose room it is; of the installation, for its staff.

    Raises Http404.
    """
    act = get_object_or_404(Act.objects.with_people(), pk=pk)
    if act.space is not None:
        require_role(user, act.space, Role.ORGANISER, *ALSO.get(act.deed, ()))
    elif not is_installation_staff(user):
        raise Http404
    return act


def access_job(user: User, pk: int) -> Job:
    """A job of a space that this person organises. Raises Http404."""
    job = get_object_or_404(Job.objects.select_related("space", "by"), pk=pk)
    require_role(user, job.space, Role.ORGANISER)
    return job


def access_approval(user: User, pk: int) -> Approval:
    """What waits for a second person, in a space that this person organises. Raises Http404."""
    approval = get_object_or_404(Approval.objects.select_related("space", "asked_by", "answered_by"), pk=pk)
    require_role(user, approval.space, Role.ORGANISER)
    return approval
