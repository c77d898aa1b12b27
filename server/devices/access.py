"""Who may reach a device: whoever organises the space of its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from server.processes.access import Role, require_role

from .models import Device

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User


def access_device(user: User | AnonymousUser, pk: int) -> Device:
    """Raises Http404, and what ``require_role`` raises."""
    device = get_object_or_404(Device.objects.select_related("session__meeting__space"), pk=pk)
    require_role(user, device.session.meeting.space, Role.ORGANISER)
    return device
