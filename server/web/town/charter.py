"""The charter of the banks: a text of the town in sections, amended by residents, with two of three decisions taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from server.accounts.models import User
from server.processes.component_types import Activity, type_of
from server.processes.localized import Localized
from server.processes.models import Component, Door, Opening, Space
from server.processes.origin import Origin
from server.proposals.amending import Decision, accept_amendment, propose_amendment, reject_amendment
from server.proposals.authors import Author
from server.proposals.documents import bring_text, publish_text
from server.proposals.endorsing import endorse_proposal
from server.proposals.models import Proposal
from server.proposals.sections import read_sections
from server.proposals.texts import Text

from .build import read

ONLINE = Origin(door=Door.WEB)
OPEN = (Activity.AMEND, Activity.COMMENT, Activity.ENDORSE)


def build_charter(
    space: Space, staff: Mapping[str, User], residents: Mapping[str, User], *, now: datetime | None = None
) -> Component:
    """In the space of the banks, beside what people propose there; one of their proposals is amended too."""
    facts, officer = read("charter"), staff["organiser"]
    component = _component(space, facts, now or timezone.now())
    told = read_sections(facts["text"], before="Préambule")
    document = bring_text(component=component, title=told.title, language="fr", parts=told.parts, by=officer)
    publish_text(document=document, seen=document.revision, by=officer)
    for one in facts["amendments"]:
        _amend(component.proposals.get(title=one["section"]), one, officer, residents)
    amended = facts["amended"]
    _propose(Proposal.objects.get(title=amended["proposal"]), amended, residents)
    return component


def _component(space: Space, facts: Mapping[str, Any], now: datetime) -> Component:
    component = Component.objects.create(
        space=space,
        kind="proposals",
        title=Localized(facts["component"]),
        intro=Localized(facts["intro"]),
        settings={"is_text": True, "takes_amendments": True},
        position=2,
        published_at=now,
    )
    type_of("proposals").prepare(component)  # type: ignore[union-attr]
    for activity in OPEN:
        Opening.objects.create(
            phase=space.phases.get(position=1), component=component, activity=activity, doors=[Door.WEB]
        )
    return component


def _propose(amends: Proposal, facts: Mapping[str, Any], residents: Mapping[str, User]) -> Proposal:
    return propose_amendment(
        amends=amends,
        against=amends.version,
        text=Text(amends.title, facts["body"], amends.language),
        reason=facts["reason"],
        author=Author.of_account(residents[facts["by"]]),
        origin=ONLINE,
    )


def _amend(section: Proposal, facts: Mapping[str, Any], officer: User, residents: Mapping[str, User]) -> None:
    made = _propose(section, facts, residents)
    for user in list(residents.values())[: facts["endorsed"]]:
        endorse_proposal(proposal=made, right=user.right, origin=ONLINE)
    if "accepted" in facts:
        text = Text(section.title, facts["accepted"], section.language)
        decision = Decision(words=facts["words"], seen=section.version, text=text)
        accept_amendment(amendment=made, decision=decision, by=officer, for_town=True)
    elif "rejected" in facts:
        reject_amendment(amendment=made, words=facts["rejected"], by=officer, for_town=True)
