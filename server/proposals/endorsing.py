"""Endorsements: given and taken back, at every door by the same functions, and settled by the log alone.

    endorsement.given       subject: the right; {"proposal": ref, "door": door}, at a desk also "operator": account
    endorsement.withdrawn   the same

A device's record has no door in it: it came by the door of the device (``from_devices``). Who gave one at two doors is
counted once; a proposal that became part of another hands on what is still on its way to it.

    voice.void              subject: the voice of a pass that is nobody's right any more; the installation's own

A right that gave more than it may (a pass at two kiosks that knew nothing of each other) keeps as many as it may: those
with the smallest SHA-256 of right and proposal, a lot that nobody draws and that no order of arrival moves. The others
stay, named as not counted.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count

from server.accounts.models import User
from server.ledger.actions import append, hold_log
from server.ledger.applying import Bell, CannotApply, applies, apply_now
from server.ledger.models import Record
from server.processes.component_types import Activity
from server.processes.models import Component, Door
from server.processes.openness import require_open
from server.voting.voices import PREFIX, VOID, hold_voice

from .from_devices import is_of_device, require_endorsing
from .models import Endorsement, Proposal, VoidVoice
from .refusals import ProposalGone, TooManyEndorsements
from .rules import Rules

if TYPE_CHECKING:
    from server.processes.origin import Origin

GIVEN, WITHDRAWN = "endorsement.given", "endorsement.withdrawn"


@transaction.atomic
def endorse_proposal(*, proposal: Proposal, right: str, origin: Origin) -> None:
    """Record one endorsement, whichever door it came through. Given again, it changes nothing.

    Raises PhaseClosed, ProposalGone, and TooManyEndorsements where this right gave as many as it may.
    """
    if endorsed_by(proposal, right):
        return
    require_open(proposal.component, Activity.ENDORSE, origin=origin)
    if not proposal.stands:
        raise ProposalGone(details={"proposal": proposal.ref})
    if not proposal.is_amendment:
        _require_room(proposal.component, right)
    _say(GIVEN, proposal, right, origin)


@transaction.atomic
def withdraw_endorsement(*, proposal: Proposal, right: str, origin: Origin) -> None:
    """Take it back; where none is held, nothing changes. Raises PhaseClosed: what was decided upon stays as it was."""
    held = endorsed_by(proposal, right)
    if held:
        require_open(proposal.component, Activity.ENDORSE, origin=origin)
    for one in held:
        _say(WITHDRAWN, one.proposal, right, origin)


def endorsed_by(proposal: Proposal, right: str, family: Collection[int] = ()) -> list[Endorsement]:
    """The endorsements by which this right stands behind a proposal: its own, and those of what became part of it.

    family: of the proposal, where whoever calls has asked.
    """
    rows = Endorsement.objects.standing().filter(proposal__in=family or proposal.family(), right=right)
    return list(rows.select_related("proposal__component__space").order_by("pk"))


def _say(type_: str, proposal: Proposal, right: str, origin: Origin) -> None:
    record = append(
        type=type_,
        space=proposal.component.space.slug,
        session=origin.session.ref if origin.session else "",
        actor="desk" if origin.door == Door.DESK else "",
        subject=right,
        body=said(proposal, origin.door, origin.operator),
    )
    apply_now(record)


def said(proposal: Proposal, door: str, operator: User | None = None) -> bytes:
    """What the log keeps of it; of who sat at the desk, the number."""
    by = {"operator": operator.pk} if operator else {}
    return json.dumps({"proposal": proposal.ref, "door": door, **by}).encode()


def _require_room(component: Component, right: str) -> None:
    """Two windows of one person take turns, so that the last place is not given twice. Raises TooManyEndorsements."""
    most = Rules.of(component.settings).most_endorsements
    if not most:
        return
    hold_right(right)
    if len(supported(component.pk, right)) >= most:
        raise TooManyEndorsements(details={"most": most})


def supported(component_id: int, right: str) -> set[int]:
    """The proposals behind which a right stands; what became part of another is that other."""
    rows = Endorsement.objects.standing().in_component(component_id).filter(right=right)
    return {one.proposal.last.pk for one in rows.select_related("proposal__became")}


def hold_right(right: str) -> None:
    """Nobody else uses this right until the transaction ends."""
    kind, _colon, key = right.partition(":")
    if right.startswith(PREFIX):
        hold_voice(right)
    elif kind == "account":
        User.objects.select_for_update(no_key=True).get(pk=int(key))


@applies(GIVEN, writes=Endorsement, by_house=True)
def _apply_given(record: Record, body: bytes) -> Bell:
    return _apply(record, body, "given_at_index")


@applies(WITHDRAWN, writes=Endorsement, by_house=True)
def _apply_withdrawn(record: Record, body: bytes) -> Bell:
    return _apply(record, body, "withdrawn_at_index")


def _apply(record: Record, body: bytes, name: str) -> Bell:
    facts = _facts(body)
    right = record.payload.subject
    named = Proposal.objects.select_related("component", "became").filter(ref=facts["proposal"]).first()
    if not right:
        raise CannotApply
    if named is None or named.is_draft:
        raise CannotApply("subject_unknown")
    if is_of_device(record):
        facts["door"] = Door.KIOSK
        require_endorsing(record, right, named)
    # Whoever counts for the same proposal waits: each counts what the other has written.
    counted = Proposal.objects.select_related("component").select_for_update(of=("self",)).get(pk=named.last.pk)
    held, _is_new = Endorsement.objects.get_or_create(proposal=named, right=right)
    if record.index > getattr(held, name):
        setattr(held, name, record.index)
        if name == "given_at_index":
            held.door, held.session_ref = facts["door"], record.session_ref
        held.save()
    _settle(counted, held)
    return counted.component.space_id, "proposals"


@applies(VOID, writes=VoidVoice, of_house=True, alone=True)
def _apply_void(record: Record, body: bytes) -> Bell | None:
    """What it said, and says when it comes later, counts nowhere. With the log held, nobody counts it meanwhile."""
    hold_log()
    right = record.payload.subject
    VoidVoice.objects.get_or_create(right=right)
    rows = Endorsement.objects.filter(right=right, counts=True).select_related("proposal__became")
    concerned = {one.proposal.last.pk: one.proposal.last for one in rows}
    held = Proposal.objects.select_related("component").select_for_update(of=("self",)).filter(pk__in=concerned)
    spaces = {one.component.space_id for one in held.order_by("pk")}
    rows.update(counts=False)
    for pk in sorted(concerned):
        count_endorsements(concerned[pk])
    return (spaces.pop(), "proposals") if spaces else None


def is_void(right: str) -> bool:
    """No query for what is no pass."""
    return right.startswith(PREFIX) and VoidVoice.objects.filter(right=right).exists()


def _facts(body: bytes) -> dict[str, Any]:
    """Raises CannotApply for what is not in the form above."""
    try:
        facts = json.loads(body)
        proposal, door = facts["proposal"], facts.get("door", Door.KIOSK)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CannotApply from error
    if not isinstance(proposal, str) or not proposal.isprintable() or door not in Door.values:
        raise CannotApply
    return {"proposal": proposal, "door": door}


def _settle(counted: Proposal, held: Endorsement) -> None:
    """Say which endorsements of this right count, and count those of the proposals that this concerns."""
    component = counted.component
    rules = Rules.of(component.settings)
    most = rules.most_endorsements if held.right.startswith(PREFIX) else 0
    if counted.is_amendment or (rules.least_endorsements <= 1 and not most):
        held.counts = held.stands and not is_void(held.right)
        held.save(update_fields=["counts"])
        count_endorsements(counted)
        return
    rows = list(
        Endorsement.objects.in_component(component.pk).filter(right=held.right).select_related("proposal__became")
    )
    # As it gave them: that two of them were made one afterwards takes nothing from anybody.
    count = set() if is_void(held.right) else _counting(rows, rules.least_endorsements, most)
    concerned = {counted.pk: counted}
    for one in rows:
        if one.counts != (one.pk in count):
            one.counts = one.pk in count
            one.save(update_fields=["counts"])
            concerned[one.proposal.last.pk] = one.proposal.last
    for pk in sorted(concerned):
        count_endorsements(concerned[pk])


def _counting(rows: Sequence[Endorsement], least: int, most: int) -> set[int]:
    """The keys of those of one right that count. ``most`` is 0 for an account: it is asked before it gives."""
    standing = [one for one in rows if one.stands]
    if len(standing) < least:
        return set()
    return {one.pk for one in sorted(standing, key=_lot)[: most or len(standing)]}


def _lot(endorsement: Endorsement) -> bytes:
    return hashlib.sha256(f"{endorsement.right} {endorsement.proposal.ref}".encode()).digest()


def count_endorsements(proposal: Proposal) -> None:
    """Each right once, also where it stands behind several of what became one."""
    rows = Endorsement.objects.filter(proposal__in=proposal.family(), counts=True)
    count = rows.aggregate(n=Count("right", distinct=True))["n"]
    Proposal.objects.filter(pk=proposal.pk).update(endorsement_count=count)


def count_not_counted(component: Component) -> int:
    """Endorsements that stand and do not count, by the rules of their right: those of void passes are none of them. No
    query where there is no such rule."""
    rules = Rules.of(component.settings)
    if not (rules.most_endorsements or rules.least_endorsements > 1):
        return 0
    rows = Endorsement.objects.in_component(component.pk).standing().filter(counts=False)
    return rows.exclude(right__in=VoidVoice.objects.values("right")).count()


def by_door(proposal: Proposal, family: Collection[int] = ()) -> dict[str, int]:
    """How many of what counts came by each door that brought any; a right that came by two, by the last of them."""
    rows = Endorsement.objects.filter(proposal__in=family or proposal.family(), counts=True)
    doors = Counter(dict(rows.order_by("given_at_index").values_list("right", "door")).values())
    return {door: doors[door] for door in Door.values if doors[door]}
