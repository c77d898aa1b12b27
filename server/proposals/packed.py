"""What the pack of a kiosk holds of proposals (``docs/protocol.md`` §6), and the note that it was offered.

A kiosk without network cannot ask whether something is open. So the pack says what may be done at this session, and
the installation keeps that it said so (``Offer``): what people then did while the session was open there counts,
whatever became of the phase meanwhile (``docs/decisions/0045``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from server.discussion.models import LONGEST as LONGEST_COMMENT
from server.meetings.models import Session
from server.processes.component_types import Activity
from server.processes.models import Component, Door
from server.processes.openness import times_of_each

from .access import KIND
from .models import SHUFFLE, Offer, Proposal
from .packs_anew import TAKES_DEEDS
from .rules import ASKS_STANCE, LONGEST_TITLE, Rules

# A tablet shows some hundred at most; of more it holds these, drawn by lot, the same at every kiosk of the session.
MOST_PACKED = 200
LONGEST_PACKED = 600
ACTIVITIES = (Activity.PROPOSE, Activity.ENDORSE, Activity.COMMENT)


def offered_at(session: Session) -> dict[Component, list[str]]:
    """What kiosks may offer at this session, by component: what is open for them now or when the meeting begins."""
    if session.state not in TAKES_DEEDS:
        return {}
    meeting = session.meeting
    rows = meeting.space.components.filter(kind=KIND, published_at__isnull=False).order_by("position", "pk")
    components = list(rows)
    moments = [times_of_each(components, at) for at in {timezone.now(), meeting.starts_at}]
    found = {
        one: [
            activity.value for activity in ACTIVITIES if any(at[one.pk][activity].is_open(Door.KIOSK) for at in moments)
        ]
        for one in components
    }
    return {component: may for component, may in found.items() if may}


def packed_ideas(session: Session) -> list[dict[str, Any]]:
    """Each component that kiosks may offer at this session, with its proposals; what is offered is kept."""
    offered = offered_at(session)
    _keep(session, offered)
    return [_packed(component, may, _seed(session)) for component, may in offered.items()]


def was_offered(*, component: Component, activity: str, session_ref: str) -> bool:
    """Whether a pack of this session offered this. The same for ever, once it was."""
    return Offer.objects.filter(session__ref=session_ref, component=component, activity=activity).exists()


def _keep(session: Session, offered: dict[Component, list[str]]) -> None:
    known = set(Offer.objects.filter(session=session).values_list("component", "activity")) if offered else set()
    told = ((component, activity) for component, may in offered.items() for activity in may)
    new = [Offer(session=session, component=c, activity=a) for c, a in told if (c.pk, a) not in known]
    if new:
        Offer.objects.bulk_create(new, ignore_conflicts=True)


def _seed(session: Session) -> int:
    return int(session.ref, 16) % (SHUFFLE - 1) + 1


def _packed(component: Component, may: Iterable[str], seed: int) -> dict[str, Any]:
    rules = Rules.of(component.settings)
    standing = component.proposals.standing()
    return {
        "component": component.pk,
        "title": dict(component.title),
        "may": list(may),
        "longest_title": LONGEST_TITLE,
        "longest_body": rules.longest_body,
        "longest_comment": LONGEST_COMMENT,
        "asks_stance": ASKS_STANCE,
        "most_endorsements": rules.most_endorsements,
        "of": standing.count(),
        "proposals": [_line(one) for one in standing.with_lot(seed).order_by("by_lot", "pk")[:MOST_PACKED]],
    }


def _line(proposal: Proposal) -> dict[str, Any]:
    body = proposal.body
    is_short = len(body) <= LONGEST_PACKED
    return {
        "ref": proposal.ref,
        "number": proposal.number,
        "title": proposal.title,
        "text": body if is_short else f"{body[:LONGEST_PACKED].rpartition(' ')[0] or body[:LONGEST_PACKED]} …",
        "language": proposal.language,
    }
