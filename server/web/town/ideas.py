"""The banks of the river: people propose, online, at a workshop's table and on a card; the town answers one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from server.accounts.models import User
from server.enclosures.actions import Kept
from server.meetings.actions import open_session
from server.plans.actions import keep_plan
from server.plans.geojson import read_plan
from server.processes.component_types import Activity, type_of
from server.processes.localized import Localized
from server.processes.models import Component, Door, Opening, Space, Taxon
from server.processes.origin import Origin
from server.proposals.answering import Answer, answer_proposal
from server.proposals.authors import Author
from server.proposals.enclosing import add_file
from server.proposals.endorsing import endorse_proposal
from server.proposals.models import Proposal
from server.proposals.texts import Text
from server.proposals.writing import About, bring_proposal
from server.voting.passes import make_passes

from .build import HERE, Workshop, build_session, build_space, read
from .pictures import PHOTO

PASSES = 12
ONLINE, AT_THE_KIOSK = Origin(door=Door.WEB), Origin(door=Door.KIOSK)
OPEN = {
    Activity.PROPOSE: [Door.WEB, Door.KIOSK, Door.PAPER, Door.DESK],
    Activity.ENDORSE: [Door.WEB, Door.KIOSK, Door.DESK],
    Activity.COMMENT: [Door.WEB, Door.PAPER],
    Activity.AMEND: [Door.WEB],
}


def build_ideas(
    staff: Mapping[str, User], residents: Mapping[str, User], photo: Kept, *, now: datetime | None = None
) -> Workshop:
    """The space, what was proposed in it, and a workshop that is open: its kiosks hold the ideas. ``photo``: of one."""
    facts, now = read("ideas"), now or timezone.now()
    keep_plan(read_plan((HERE / "plan.geojson").read_bytes()), "Villeneuve-sur-Aure")
    space = build_space(facts, staff, now)
    component = _component(space, facts, now)
    taxons = [
        Taxon.objects.create(space=space, kind=one["kind"], title=Localized(one["title"]), position=place)
        for place, one in enumerate(facts["taxons"], start=1)
    ]
    supporters = [(f"account:{user.pk}", ONLINE) for user in residents.values()]
    supporters += [(f"voice:{number:032x}", AT_THE_KIOSK) for number in range(1, 9)]
    for one in facts["proposals"]:
        proposal = _proposal(component, one, taxons, residents)
        if one.get("photo"):
            add_file(proposal=proposal, kept=photo, words=PHOTO, by=residents[one["by"]])
        for right, origin in supporters[: one["endorsed"]]:
            endorse_proposal(proposal=proposal, right=right, origin=origin)
        if "answer" in one:
            _answer(proposal, one["answer"], staff["organiser"], now)
    session = build_session(space, facts["meeting"], now)
    stack = [code for code, _row in make_passes(session=session, quantity=PASSES)]
    return Workshop(open_session(session=session, by=staff["organiser"]), stack)


def _component(space: Space, facts: Mapping[str, Any], now: datetime) -> Component:
    component = Component.objects.create(
        space=space,
        kind="proposals",
        title=Localized(facts["component"]),
        intro=Localized(facts["intro"]),
        settings={
            "threshold": 5,
            "asks_place": True,
            "asks_point": True,
            "most_files": 4,
            "takes_amendments": True,
        },
        published_at=now,
    )
    type_of("proposals").prepare(component)  # type: ignore[union-attr]
    first = space.phases.get(position=1)
    for activity, doors in OPEN.items():
        Opening.objects.create(phase=first, component=component, activity=activity, doors=doors)
    return component


def _proposal(
    component: Component, facts: Mapping[str, Any], taxons: list[Taxon], residents: Mapping[str, User]
) -> Proposal:
    north, east = facts["point"]
    about = About(
        category=taxons[facts["category"]],
        area=taxons[facts["area"]],
        latitude=Decimal(str(north)),
        longitude=Decimal(str(east)),
    )
    if "by" in facts:
        author = Author.of_account(residents[facts["by"]])
    else:
        author = Author(kind=facts["author"], name=facts["name"])
    text = Text(facts["title"], facts["body"], "fr")
    return bring_proposal(component=component, author=author, text=text, about=about, door=facts.get("door", Door.WEB))


def _answer(proposal: Proposal, facts: Mapping[str, Any], by: User, now: datetime) -> None:
    state = proposal.component.proposal_states.get(position=facts["state"])
    starts, ends = (now.date() + timedelta(days=facts[name]) for name in ("from", "until"))
    answer = Answer(state, Localized(facts["text"]), facts["cost_cents"], starts, ends)
    answer_proposal(proposal=proposal, answer=answer, by=by)
