"""Objections to a vote are received and decided; what becomes known after certification is added to the result.

No certified number ever changes: an addendum stands beside it, in the public log and on the page of the result.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.processes.localized import Localized
from server.voting.late import TooLate, too_late
from server.voting.models import Addendum, Box, Objection
from server.voting.printed import plain
from server.voting.refusals import AlreadyDestroyed, DecisionMissing, NothingToTell, ObjectionDecided, VoteNotBegun
from server.voting.two_persons import is_for_two

from .freezing import has_passed, locked_box, log_transition, require_state

if TYPE_CHECKING:
    from server.accounts.models import User

State = Objection.State


def _next(rows: Any) -> int:
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def receive_objection(*, box: Box, matter: str, from_whom: str, received_on: dt.date, by: User) -> Objection:
    """Write it down. The public log hears that there is one. Raises VoteNotBegun, AlreadyDestroyed."""
    box = locked_box(box)
    if not has_passed(box, Box.State.OPEN):
        raise VoteNotBegun
    if box.destroyed_at:
        raise AlreadyDestroyed
    facts = {"matter": matter, "from_whom": from_whom, "received_on": received_on}
    objection = Objection.objects.create(box=box, number=_next(box.objections), **facts)
    log_transition(box, "objection.received", {"number": objection.number})
    note_act("box.objection_received", by=by, space=box.space, subject=box, facts={"number": objection.number})
    return objection


@transaction.atomic
def decide_objection(*, objection: Objection, outcome: str, decision: str, by: User) -> Approval | Objection:
    """Uphold or reject it, with reasons; where two persons are needed it waits for the second.

    Raises DecisionMissing, ObjectionDecided.
    """
    objection = _held(objection)
    if outcome not in (State.UPHELD, State.REJECTED) or not decision.strip():
        raise DecisionMissing
    objection.proposed, objection.decision = outcome, decision.strip()
    objection.save(update_fields=["proposed", "decision"])
    if not is_for_two(objection.box):
        return _decide(objection, by=by)
    return ask(kind="box.objection", key=str(objection.pk), space=objection.box.space, by=by)


def _held(objection: Objection) -> Objection:
    held = Objection.objects.select_for_update(of=("self",), no_key=True).select_related("box__component__space")
    found = held.get(pk=objection.pk)
    if not found.is_open:
        raise ObjectionDecided
    return found


def _decide(objection: Objection, *, by: User) -> Objection:
    objection.state, objection.proposed, objection.decided_at = objection.proposed, "", timezone.now()
    objection.save(update_fields=["state", "proposed", "decided_at"])
    facts = {"number": objection.number, "outcome": objection.state}
    log_transition(objection.box, "objection.decided", facts)
    note_act("box.objection_decided", by=by, space=objection.box.space, subject=objection.box, facts=facts)
    return objection


@transaction.atomic
def publish_addendum(*, box: Box, text: Mapping[str, str], by: User) -> Approval | Addendum:
    """Add a text to a certified result; where two persons are needed it waits for the second.

    Raises WrongState before certification, DecisionMissing without a text.
    """
    box = locked_box(box)
    require_state(box, Box.State.CERTIFIED)
    if not any(part.strip() for part in text.values()):
        raise DecisionMissing
    addendum = Addendum.objects.create(box=box, number=_next(box.addenda), text=Localized(text), by=by)
    return _publish_by_two(addendum, by=by)


@transaction.atomic
def tell_of_late_ballots(*, box: Box, by: User) -> Approval | Addendum:
    """Add to a certified result how many ballots came too late, and how close it was: in each language of the pages.

    They stay sealed. Takes two persons as every addendum does. Raises WrongState, NothingToTell.
    """
    box = locked_box(box)
    require_state(box, Box.State.CERTIFIED)
    found = too_late(box)
    waiting = box.addenda.filter(published_at=None, late=found.count)
    if found.is_told or waiting.exists():
        raise NothingToTell
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = words_of_late(box, found)
    addendum = Addendum.objects.create(
        box=box, number=_next(box.addenda), text=Localized(texts), late=found.count, by=by
    )
    return _publish_by_two(addendum, by=by)


def _publish_by_two(addendum: Addendum, *, by: User) -> Approval | Addendum:
    if not is_for_two(addendum.box):
        return _publish(addendum, by=by)
    return ask(kind="box.addendum", key=str(addendum.pk), space=addendum.box.space, by=by)


def words_of_late(box: Box, found: TooLate) -> str:
    """As on the page of the result, in the language of the moment."""
    contest = box.result["contests"][0]
    return plain("opendata/_late.html", {"late": found, "margin": found.margin, "contest": contest})


def _publish(addendum: Addendum, *, by: User) -> Addendum:
    addendum.published_at = timezone.now()
    addendum.save(update_fields=["published_at"])
    said = json.dumps(dict(addendum.text), ensure_ascii=False, sort_keys=True).encode()
    facts = {"number": addendum.number, "sha256": hashlib.sha256(said).hexdigest()}
    if addendum.late is not None:
        facts["late"] = addendum.late
    log_transition(addendum.box, "box.addendum", facts)
    note_act("box.addendum", by=by, space=addendum.box.space, subject=addendum.box, facts={"number": addendum.number})
    return addendum


def _objection(approval: Approval) -> Objection:
    return Objection.objects.select_related("box__component__space").get(pk=approval.key)


def _told_objection(approval: Approval) -> list[tuple[Any, Any]]:
    found = _objection(approval)
    proposed = State(found.proposed).label if found.proposed else ""
    return [
        (_("Ballot box"), found.box),
        (_("Objection"), found.matter),
        (_("Outcome"), proposed),
        (_("Decision and its reasons"), found.decision),
    ]


def _drop_objection(approval: Approval) -> None:
    Objection.objects.filter(pk=approval.key, state=State.OPEN).update(proposed="", decision="")


def _at_objection(approval: Approval) -> str:
    found = _objection(approval)
    return reverse("office_closing:objection", args=[found.box.ref, found.number])


@takes_two(
    "box.objection",
    title=_("Decide an objection"),
    told=_told_objection,
    address=_at_objection,
    drop=_drop_objection,
)
def _agreed_objection(approval: Approval, by: User) -> str:
    _decide(_held(_objection(approval)), by=by)
    return _at_objection(approval)


def _addendum(approval: Approval) -> Addendum | None:
    return Addendum.objects.select_related("box__component__space").filter(pk=approval.key).first()


def _told_addendum(approval: Approval) -> list[tuple[Any, Any]]:
    found = _addendum(approval)
    if found is None:
        return []
    return [(_("Ballot box"), found.box), *((language.upper(), text) for language, text in found.text.items() if text)]


def _drop_addendum(approval: Approval) -> None:
    Addendum.objects.filter(pk=approval.key, published_at=None).delete()


def _at_addenda(approval: Approval) -> str:
    found = _addendum(approval)
    return reverse("office_closing:addenda", args=[found.box.ref]) if found else reverse("office:home")


@takes_two(
    "box.addendum", title=_("Add to a certified result"), told=_told_addendum, address=_at_addenda, drop=_drop_addendum
)
def _agreed_addendum(approval: Approval, by: User) -> str:
    found = _addendum(approval)
    assert found is not None and found.published_at is None
    _publish(found, by=by)
    return _at_addenda(approval)
