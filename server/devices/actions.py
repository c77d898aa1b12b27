"""Writes: devices are invited, enrolled, revoked, named missing."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger import keys, messages
from server.ledger.actions import hold_chain, hold_log
from server.ledger.codes import Code, NotACode, new_code, parse_code
from server.ledger.models import Chain
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.refusals import WrongState
from server.web.refusals import Refusal

from .models import Device, Enrolment
from .on_the_list import enter, strike
from .trust import State, doubt, named_size, state_of_now
from .words import word_pair

if TYPE_CHECKING:
    from server.accounts.models import User

ENROLMENT_LIFE = timedelta(minutes=15)
MOST_LETTERS = 60


class EnrolmentUnknown(Refusal):
    """One answer for a wrong, an expired and a used code: a stranger learns nothing from trying."""

    code = "enrolment_unknown"
    status = 404
    message = _("This code does not enrol a device, or no longer. Ask the organiser for a new one.")


class ProofWrong(Refusal):
    code = "enrolment_proof_wrong"
    status = 400
    message = _("The device could not prove that the key is its own. Start the enrolment again.")


def _code_hash(code: Code) -> str:
    return hashlib.sha256(code.text.encode()).hexdigest()


@transaction.atomic
def create_enrolment(
    *, session: Session, label: str, mode: str = Device.Mode.KIOSK, by: User, replaces: Device | None = None
) -> tuple[Enrolment, Code]:
    """Invite one device into a session. The code is given once and not kept."""
    code = new_code()
    enrolment = Enrolment.objects.create(
        session=session,
        label=label,
        mode=mode,
        replaces=replaces,
        code_hash=_code_hash(code),
        expires_at=timezone.now() + ENROLMENT_LIFE,
    )
    note_act("device.invited", by=by, space=session.meeting.space, subject=label, about=session)
    return enrolment, code


@transaction.atomic
def invite_replacement(*, device: Device, by: User) -> tuple[Enrolment, Code]:
    """Invite the one that takes the place of a broken device: the same session, and its name with the next number.

    Until it is enrolled nothing changes for the broken one. An earlier invitation for its place ends. Raises
    WrongState where it is revoked, replaced or named missing, or its session is reconciled.
    """
    device = Device.objects.select_for_update(of=("self",)).select_related("session__meeting__space").get(pk=device.pk)
    if not device.is_replaceable:
        raise WrongState(details={"state": device.session.state})
    device.replacements.filter(device=None).update(expires_at=timezone.now())
    return create_enrolment(
        session=device.session, label=next_label(device.label), mode=device.mode, by=by, replaces=device
    )


def next_label(label: str) -> str:
    """``Kiosk 1`` → ``Kiosk 1 (2)`` → ``Kiosk 1 (3)``: whoever reads it knows which place in the hall it is."""
    found = re.fullmatch(r"(.*) \((\d{1,3})\)", label)
    name, number = (found[1], int(found[2])) if found else (label, 1)
    ending = f" ({number + 1})"
    return f"{name[: MOST_LETTERS - len(ending)]}{ending}"


@transaction.atomic
def enrol_device(*, code_text: str, public_key: str, proof: str) -> tuple[Device, Code]:
    """Take a device that shows a valid code and proves that it holds the key.

    The same device answering again (its reply was lost) gets the same answer. Raises EnrolmentUnknown, ProofWrong.
    """
    try:
        code = parse_code(code_text)
    except NotACode as error:
        raise EnrolmentUnknown from error
    enrolment = Enrolment.objects.select_for_update().filter(code_hash=_code_hash(code)).first()
    if enrolment is None or enrolment.expires_at < timezone.now():
        raise EnrolmentUnknown
    public = _proven_key(code, public_key, proof)
    dev = keys.key_hash(public)
    if enrolment.device is not None:
        if enrolment.device.dev != dev:
            raise EnrolmentUnknown
        return enrolment.device, code
    device, is_new = Device.objects.get_or_create(
        dev=dev,
        defaults={
            "public_key": public,
            "label": enrolment.label,
            "mode": enrolment.mode,
            "session": enrolment.session,
            "replaces": enrolment.replaces,
            "last_contact_at": timezone.now(),
        },
    )
    if not is_new:
        # A key enrols once: the same key in two sessions would let one chain speak for both.
        raise EnrolmentUnknown
    enter(device)
    if device.replaces:  # after the log: a push of that device holds it before it notes its contact
        Device.objects.filter(pk=device.replaces.pk, replaced_at=None).update(replaced_at=timezone.now())
    enrolment.device = device
    enrolment.words = {language: word_pair(code.text, public_key, language) for language in ("fr", "en")}
    enrolment.save(update_fields=["device", "words"])
    return device, code


def _proven_key(code: Code, public_key: str, proof: str) -> bytes:
    try:
        public, signature = keys.unb64u(public_key), keys.unb64u(proof)
        keys.load_public_key(public)
    except ValueError as error:
        raise ProofWrong from error
    if not keys.verify(public, messages.enrol_message(code.text, public_key), signature):
        raise ProofWrong
    return public


@transaction.atomic
def revoke_device(*, device: Device, by: User, trusted: State | None = None, why: str = "") -> Device:
    """Of this device only that is trusted which was in this state of the list; by default, what is here now.

    The rest of it waits for people, what came since and what still comes. An earlier state can be named later; a later
    one than was named already changes nothing. why: one sentence, kept in the log.
    """
    chains = list(Chain.objects.filter(dev=device.dev).order_by("epoch").values_list("epoch", flat=True))
    for epoch in chains:  # these, and then the log: everyone takes locks in this order
        hold_chain(dev=device.dev, epoch=epoch)
    hold_log()
    device.refresh_from_db()
    size, before = (trusted or state_of_now()).size, named_size(device)
    if before is not None and before <= size:
        return device
    if device.status != Device.Status.REVOKED:
        device.status, device.revoked_at = Device.Status.REVOKED, timezone.now()
        device.save(update_fields=["status", "revoked_at"])
    strike(device, size=size, why=why)
    count = doubt(device, size)
    session, facts = device.session, {"size": size, "waiting": count}
    note_act("device.revoked", by=by, space=session.meeting.space, subject=device, about=session, facts=facts)
    return device
