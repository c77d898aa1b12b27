"""Writes: somebody of the office takes in a device that this installation did not know (``strangers``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.ledger.models import Held
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.refusals import WrongState

from .authentic import UnknownDevice, check_signature, read_batch, read_head
from .importing import import_export
from .intake import store_batch
from .models import Device, Stranger
from .on_the_list import enter

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def take_in(*, stranger: Stranger, label: str, by: User) -> Device:
    """Enrol it with the key that it has, in the session that its records name, and store what was held of it.

    Raises WrongState once that session is reconciled: its accounts are fixed. Taken in already: nothing changes.
    """
    session = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=stranger.session_id)
    if session.state == Session.State.RECONCILED:
        raise WrongState(details={"state": session.state})
    facts = {"public_key": stranger.public_key, "label": label, "session": session, "last_contact_at": timezone.now()}
    device, is_new = Device.objects.get_or_create(dev=stranger.dev, defaults=facts)
    if is_new:
        enter(device)
        note_act("device.taken_in", by=by, space=session.meeting.space, subject=device, about=session)
    _store_held(device)
    Stranger.objects.filter(pk=stranger.pk).delete()
    return device


def _store_held(device: Device) -> None:
    """Through the same door as ever. What was emptied meanwhile the device still has."""
    for held in Held.objects.filter(dev=device.dev, code=UnknownDevice.code).exclude(mark="").order_by("pk"):
        content = bytes(held.content)
        if not content:
            continue
        first = content.partition(b"\n")[0]
        if b'"parvis-export-1"' in first:
            import_export(content)
        else:
            head = read_head(first, "parvis-push-1")
            store_batch(head, read_batch(head, content), check_signature(head))
        held.delete()
