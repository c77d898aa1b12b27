"""Writes: devices are invited, enrolled, revoked, named missing."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger import keys, messages
from server.ledger.codes import Code, NotACode, new_code, parse_code
from server.meetings.models import Session
from server.office.actions import note_act
from server.web.refusals import Refusal

from .models import Device, Enrolment
from .words import word_pair

if TYPE_CHECKING:
    from server.accounts.models import User

ENROLMENT_LIFE = timedelta(minutes=15)


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
    *, session: Session, label: str, mode: str = Device.Mode.KIOSK, by: User
) -> tuple[Enrolment, Code]:
    """Invite one device into a session. The code is given once and not kept."""
    code = new_code()
    enrolment = Enrolment.objects.create(
        session=session,
        label=label,
        mode=mode,
        code_hash=_code_hash(code),
        expires_at=timezone.now() + ENROLMENT_LIFE,
    )
    note_act("device.invited", by=by, space=session.meeting.space, subject=label, about=session)
    return enrolment, code


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
            "last_contact_at": timezone.now(),
        },
    )
    if not is_new:
        # A key enrols once: the same key in two sessions would let one chain speak for both.
        raise EnrolmentUnknown
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
def revoke_device(*, device: Device, by: User) -> Device:
    """From now on what this device brings is provisional. What arrived before stands."""
    if device.status != Device.Status.REVOKED:
        device.status, device.revoked_at = Device.Status.REVOKED, timezone.now()
        device.save(update_fields=["status", "revoked_at"])
        note_act("device.revoked", by=by, space=device.session.meeting.space, subject=device, about=device.session)
    return device
