"""What the institution does with proposals: its answers, proposals of its own, joining and splitting.

    proposal.answered   {"ref", "state", "answer", "cost_cents", "from", "until"}
    proposal.joined     {"refs", "into"}: their endorsements count there, each right once
    proposal.split      {"ref", "parts"}

Nothing is deleted: what became part of another keeps its page, which says so, and both know where they come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import append, hold_log
from server.ledger.applying import Bell, CannotApply, applies, apply_now
from server.ledger.models import Record
from server.office.actions import CannotUndo, note_act, undoes
from server.processes.localized import Localized
from server.processes.models import Component
from server.web.live import ring

from .authors import Author
from .endorsing import count_endorsements
from .models import Proposal, State
from .packs_anew import packs_change
from .refusals import CannotJoin
from .texts import Text
from .writing import About, hold_component, hold_proposal, publish, save_draft, told

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.office.models import Act


@dataclass(frozen=True)
class Answer:
    """``text`` in the languages of the town; what it costs, and from when to when it is done."""

    state: State | None
    text: Localized
    cost_cents: int | None = None
    starts: date | None = None
    ends: date | None = None


@transaction.atomic
def answer_proposal(*, proposal: Proposal, answer: Answer, by: User) -> Act:
    """Publish the town's answer. Given again, it stands in the place of the former, which the office's log keeps."""
    held = hold_proposal(proposal)
    before = _answer_of(held)
    held.state, held.answer = answer.state, answer.text
    held.answer_cost_cents, held.answer_from, held.answer_until = answer.cost_cents, answer.starts, answer.ends
    held.answered_at = timezone.now() if answer.text or answer.state else None
    _keep_answer(held)
    return note_act("proposal.answered", by=by, space=held.component.space, subject=held, undo=before)


def _answer_of(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal.pk,
        "state": proposal.state_id,
        "answer": dict(proposal.answer),
        "cost_cents": proposal.answer_cost_cents,
        "from": proposal.answer_from.isoformat() if proposal.answer_from else None,
        "until": proposal.answer_until.isoformat() if proposal.answer_until else None,
        "answered_at": proposal.answered_at.isoformat() if proposal.answered_at else None,
    }


def _keep_answer(proposal: Proposal) -> None:
    """Into its row and into the log, and tell the pages."""
    names = ("state", "answer", "answer_cost_cents", "answer_from", "answer_until", "answered_at")
    proposal.save(update_fields=names)
    said = {name: value for name, value in _answer_of(proposal).items() if name not in ("proposal", "answered_at")}
    space = proposal.component.space
    append(type="proposal.answered", space=space.slug, actor="organiser", body=told({**said, "ref": proposal.ref}))
    ring(space.pk, "proposals")


@undoes("proposal.answered")
def _take_answer_back(act: Act, by: User) -> Act:
    """The answer before it stands again."""
    facts = act.undo
    found = Proposal.objects.filter(pk=facts["proposal"]).first()
    if found is None or act.space is None:
        raise CannotUndo
    held = hold_proposal(found)
    held.state = State.objects.filter(pk=facts["state"]).first()
    held.answer, held.answer_cost_cents = Localized(facts["answer"]), facts["cost_cents"]
    held.answer_from, held.answer_until = (_day(facts[name]) for name in ("from", "until"))
    held.answered_at = timezone.now() if facts["answered_at"] else None
    _keep_answer(held)
    return note_act("proposal.answered", by=by, space=act.space, subject=held, undoes=act)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def propose_officially(*, component: Component, text: Text, about: About, by: User) -> Proposal:
    """A proposal of the town itself. It needs no open phase, and nobody's right."""
    held = hold_component(component)
    proposal = save_draft(component=held, author=Author.official(by), text=text, about=about)
    publish(proposal)
    note_act("proposal.made", by=by, space=held.space, subject=proposal)
    return proposal


@transaction.atomic
def join_proposals(*, proposals: Sequence[Proposal], text: Text, about: About, by: User) -> Proposal:
    """Make one of several that say the same. All their authors are its authors, all their endorsements count for it.

    What is still on its way to one of them, on a kiosk without network, goes to the new one. Raises CannotJoin.
    """
    component = hold_component(proposals[0].component) if proposals else None
    hold_log()
    keys = [one.pk for one in proposals]
    rows = Proposal.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    held = list(rows.standing().filter(component=component))
    if component is None or len(held) < 2 or len(held) != len(set(keys)):
        raise CannotJoin
    joined = save_draft(component=component, author=Author.official(by), text=text, about=about)
    joined.coauthors.set(_authors_of(held))
    publish(joined)
    body = told({"refs": [one.ref for one in held], "into": joined.ref})
    apply_now(append(type="proposal.joined", space=component.space.slug, actor="organiser", body=body))
    packs_change(component.space_id)
    note_act(
        "proposals.joined", by=by, space=component.space, subject=joined, facts={"of": [one.number for one in held]}
    )
    joined.refresh_from_db()
    return joined


def _authors_of(proposals: Iterable[Proposal]) -> set[int]:
    found = {one.author_id for one in proposals if one.author_id and one.author_kind != Proposal.AuthorKind.OFFICIAL}
    return found | {user.pk for one in proposals for user in one.coauthors.all()}


@applies("proposal.joined", writes=None, of_house=True)
def _apply_joined(record: Record, body: bytes) -> Bell:
    """Their endorsements stay where they were given, and count for the new one from here on (``endorsing``)."""
    facts = json.loads(body)
    into = Proposal.objects.select_related("component").filter(ref=facts["into"]).first()
    if into is None:
        raise CannotApply
    Proposal.objects.filter(ref__in=facts["refs"]).exclude(pk=into.pk).update(became=into)
    count_endorsements(into)
    return into.component.space_id, "proposals"


@transaction.atomic
def split_proposal(*, proposal: Proposal, texts: Sequence[Text], by: User) -> list[Proposal]:
    """Make several of one that says several things. It stays as it is with its endorsements; the parts begin at none.

    Raises CannotJoin where fewer than two parts are given, or it stands no more.
    """
    component = hold_component(proposal.component)
    held = hold_proposal(proposal)
    if not held.stands or held.part != Proposal.Part.PROPOSAL or len(texts) < 2:
        raise CannotJoin
    made = []
    for text in texts:
        author = Author(kind=held.author_kind, name=held.author_name, user=held.author)
        about = About(category=held.category, area=held.area, place_name=held.place_name)
        part = save_draft(component=component, author=author, text=text, about=about)
        part.door, part.session_ref, part.split_from = held.door, held.session_ref, held
        part.coauthors.set(held.coauthors.all())
        publish(part)
        made.append(part)
    body = told({"ref": held.ref, "parts": [one.ref for one in made]})
    append(type="proposal.split", space=component.space.slug, actor="organiser", body=body)
    note_act("proposal.split", by=by, space=component.space, subject=held, facts={"into": [one.number for one in made]})
    return made
