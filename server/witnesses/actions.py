"""Writes: a witness is named and ended, what it says is received, and its alarms are answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server.ledger import kept, recovery, statements
from server.ledger.installation import installation
from server.ledger.keys import b64u, key_hash
from server.office.actions import note_act
from server.web.refusals import Refusal

from . import fetching
from .models import Alarm, Statement, Witness
from .refusals import StatementMalformed, StatementTooLarge, StatementWrong, TooManyAlarms, WitnessNamed, WitnessUnknown

if TYPE_CHECKING:
    from server.accounts.models import User

# So many of one witness may wait for people at once: one whose key was stolen must not fill the disk.
MOST_ALARMS = 50
Fetch = Callable[[str], bytes]


@transaction.atomic
def name_witness(*, name: str, public_key: bytes, address: str = "", by: User) -> Witness:
    """From now on this key's statements are taken, and asked for where an address is given. Raises WitnessNamed.

    A witness that had ended is named again.
    """
    hash_ = key_hash(public_key)
    held = Witness.objects.select_for_update().filter(key_hash=hash_).first()
    if held is not None and held.is_active:
        raise WitnessNamed
    witness = held or Witness(key_hash=hash_, public_key=public_key)
    witness.name, witness.address, witness.ended_at, witness.trouble = name, address, None, ""
    witness.save()
    note_act("witness.named", by=by, space=None, subject=witness, facts={"key": hash_})
    return witness


@transaction.atomic
def change_address(*, witness: Witness, address: str, by: User) -> Witness:
    """Ask for its file elsewhere, or nowhere: then it sends what it says, or somebody brings it."""
    if witness.address != address:
        witness.address, witness.trouble = address, ""
        witness.save(update_fields=["address", "trouble"])
        note_act("witness.address_changed", by=by, space=None, subject=witness)
    return witness


@transaction.atomic
def end_witness(*, witness: Witness, by: User) -> Witness:
    """Listen to this witness no more. What it said stays."""
    held = Witness.objects.select_for_update().get(pk=witness.pk)
    if held.is_active:
        held.ended_at = timezone.now()
        held.save(update_fields=["ended_at"])
        note_act("witness.ended", by=by, space=None, subject=held)
    return held


@dataclass
class Received:
    """What became of what a witness said: states newly co-signed, said before, alarms raised, things refused."""

    cosigned: int = 0
    known: int = 0
    alarms: int = 0
    refused: int = 0


def receive(content: bytes) -> Received:
    """Take a statement, a refusal or a witness's file, whoever brings it: only signatures are believed.

    One bad part does not keep the good ones from being taken; where nothing could be, the first refusal is raised
    (StatementMalformed, StatementTooLarge, WitnessUnknown, StatementWrong, TooManyAlarms).
    """
    if len(content) > statements.MOST_BYTES:
        raise StatementTooLarge
    try:
        parts = statements.read(content)
    except statements.NoStatement as error:
        raise StatementMalformed from error
    received, refusals = Received(), []
    for said in parts:
        try:
            _take(said, received)
        except Refusal as refusal:
            refusals.append(refusal)
    received.refused = len(refusals)
    if refusals and len(refusals) == len(parts):
        raise refusals[0]
    return received


@transaction.atomic
def _take(said: statements.Said, received: Received) -> None:
    # The row is locked: two who bring the same at once find it once.
    witness = Witness.objects.active().select_for_update().filter(key_hash=said.witness).first()
    if witness is None:
        raise WitnessUnknown
    if said.public_key != bytes(witness.public_key) or not said.holds():
        raise StatementWrong
    if isinstance(said, statements.Refused):
        document: dict[str, Any] = {"format": "parvis-refusal-1", "evidence": said.evidence}
        return _raise_alarm(witness, Alarm.Kind.REFUSED, said, document, said.why, received)
    point = said.checkpoint
    if not statements.is_signed_by(point, installation().public_key):
        raise StatementWrong
    if not kept.contains(epoch=point["epoch"], size=point["size"], root=point["root"]):
        document = {"format": "parvis-witness-1", "checkpoint": dict(point)}
        recovery.note_state(point)  # where a backup was restored, it proves what the list had held
        return _raise_alarm(witness, Alarm.Kind.UNKNOWN_STATE, said, document, "", received)
    _row, is_new = Statement.objects.get_or_create(
        witness=witness,
        log_epoch=point["epoch"],
        size=point["size"],
        root=point["root"],
        defaults={"origin": point["origin"], "checkpoint_sig": point["sig"], "signature": b64u(said.signature)},
    )
    if is_new:
        received.cosigned += 1
    else:
        received.known += 1
    return None


def _raise_alarm(
    witness: Witness, kind: str, said: statements.Said, document: dict[str, Any], why: str, received: Received
) -> None:
    signed = {"witness": said.witness, "public_key": b64u(said.public_key), "sig": b64u(said.signature)}
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    if Alarm.objects.filter(witness=witness, digest=digest).exists():
        received.known += 1
        return
    if Alarm.objects.waiting().filter(witness=witness).count() >= MOST_ALARMS:
        raise TooManyAlarms
    Alarm.objects.create(witness=witness, kind=kind, digest=digest, document=document | signed, why=why)
    received.alarms += 1


def fetch_file(address: str) -> bytes:
    """As the settings allow. Raises CannotFetch."""
    return fetching.fetch(address, allow_private=settings.PARVIS_PRIVATE_WITNESSES)


def ask_witness(*, witness: Witness, fetch: Fetch | None = None) -> Received | None:
    """Fetch its file and take what it says. None where that was of no use: ``trouble`` then says why."""
    received, trouble = None, ""
    try:
        received = receive((fetch or fetch_file)(witness.address))
    except fetching.CannotFetch as problem:
        trouble = problem.code
    except Refusal as refusal:
        trouble = refusal.code
    witness.asked_at, witness.trouble = timezone.now(), trouble
    witness.save(update_fields=["asked_at", "trouble"])
    return received


@transaction.atomic
def answer_alarm(*, alarm: Alarm, answer: str, by: User) -> Alarm:
    """Say publicly what was found. The alarm stays where everybody sees it, with these words."""
    held = Alarm.objects.select_for_update(of=("self",)).select_related("witness").get(pk=alarm.pk)
    if held.answered_at is None:
        held.answer, held.answered_at, held.answered_by = answer, timezone.now(), by
        held.save(update_fields=["answer", "answered_at", "answered_by"])
        note_act("witness.alarm_answered", by=by, space=None, subject=held.witness)
    return held
