"""Who may see what witnesses said in the office, and who may name one. Views ask here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from server.office.access import is_installation_staff
from server.processes.access import may_make_spaces

from .models import Alarm, Witness

if TYPE_CHECKING:
    from server.accounts.models import User


def require_reader(user: User) -> None:
    """Whoever organises anything sees the alarms: the list is the same for all of them. Raises Http404."""
    if not may_make_spaces(user):
        raise Http404


def require_staff(user: User) -> None:
    """Naming, ending, answering is for the staff of the installation. Raises Http404."""
    if not is_installation_staff(user):
        raise Http404


def access_witness(user: User, pk: int) -> Witness:
    """A witness, for the staff of the installation. Raises Http404."""
    require_staff(user)
    return get_object_or_404(Witness, pk=pk)


def access_alarm(user: User, pk: int) -> Alarm:
    """An alarm, for the staff of the installation. Raises Http404."""
    require_staff(user)
    return get_object_or_404(Alarm.objects.select_related("witness", "answered_by"), pk=pk)
