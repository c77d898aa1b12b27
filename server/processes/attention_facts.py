"""The facts that ``attention`` judges by, read in a bounded number of queries."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils import timezone

from server.cards.accounts import waiting_by_day
from server.devices.models import Device
from server.meetings.ideas import is_for_ideas
from server.meetings.models import Session
from server.moderation.queue import count_waiting
from server.office.approvals import MATTERS
from server.office.jobs import KINDS, progress_of
from server.office.models import Job
from server.paper.printing import letters_missing
from server.proposals.amending import waiting_for_the_town
from server.voting.balance import balance_of
from server.voting.balance_facts import HandCountsMissing
from server.voting.definitions import problems_before_freezing
from server.voting.models import Box, Envelope
from server.voting.post import may_open
from server.witnesses.models import Alarm

from .attention import BoxFacts, CardFacts, DeviceFacts, PhaseFacts, SessionFacts, SpaceFacts
from .models import Door
from .openness import openings_for
from .standing import Standing

if TYPE_CHECKING:
    from .models import Space

VOTE = "vote"
JOBS_SINCE = timedelta(days=7)
MOST_ALARMS = 5


def space_facts(here: Standing) -> SpaceFacts:
    space, sessions = here.space, here.unfinished
    waiting: dict[int, list[Session]] = {}
    for session in sessions:
        for box in session.boxes.all():
            waiting.setdefault(box.pk, []).append(session)
    envelopes = _envelopes(space)
    amendments, cards = _of_components(space)
    return SpaceFacts(
        now=timezone.now(),
        is_published=space.is_published or space.for_members_at is not None,
        phases=[
            PhaseFacts(
                one.pk,
                str(one),
                one.starts_at,
                one.ends_at,
                is_vote=VOTE in one.activities,
                has_promise=bool(one.promise),
                has_answer=one.is_answered,
                is_closed=one.closed_at is not None,
                activation=one.activation,
                begun_at=one.begun_at,
                ended_at=one.ended_at,
            )
            for one in here.phases
        ],
        boxes=[_box(box, waiting.get(box.pk, []), envelopes) for box in here.boxes],
        sessions=_session_facts(sessions),
        doubted=[(one.ref, str(one), one.state, one.doubted_count) for one in here.sessions if one.doubted_count],
        ideas=[(one.ref, str(one), one.idea_count) for one in here.sessions if one.idea_count],
        empty_rolls=[(roll.pk, roll.title) for roll in here.rolls if not roll.people],
        alike_rolls=[(roll.pk, roll.title, roll.pairs) for roll in here.rolls if roll.pairs and not roll.destroyed_at],
        stopped_jobs=_stopped_jobs(space),
        witness_alarms=list(Alarm.objects.waiting().values_list("pk", "witness__name")[:MOST_ALARMS]),
        to_moderate=count_waiting(space),
        amendments=amendments,
        cards=cards,
        approvals=[(one.pk, str(MATTERS[one.kind].title)) for one in space.approvals.waiting()],
    )


def _of_components(space: Space) -> tuple[list[tuple[int, int, str, int]], list[CardFacts]]:
    """Amendments that wait for the town, and cards that wait to be typed in: two queries, and one for their names."""
    amendments, cards = waiting_for_the_town(space), waiting_by_day(space)
    wanted = {one[0] for one in (*amendments, *cards)}
    names = {one.pk: str(one) for one in space.components.filter(pk__in=wanted)} if wanted else {}
    return (
        [(pk, number, names[pk], count) for pk, number, count in amendments],
        [CardFacts(pk, names[pk], day, count) for pk, day, count in cards],
    )


def _envelopes(space: Space) -> Counter[tuple[int, int, str]]:
    """How many doubtful and how many accepted envelopes lie with each box and session."""
    state = Envelope.State
    rows = Envelope.objects.filter(box__component__space=space, state__in=[state.RECEIVED, state.ACCEPTED])
    counts = rows.order_by().values_list("box", "session", "state").annotate(Count("pk"))
    return Counter({(box, session, str(found)): count for box, session, found, count in counts})


def _box(box: Box, sessions: list[Session], envelopes: Counter[tuple[int, int, str]]) -> BoxFacts:
    """sessions: those of the box that are not reconciled."""
    is_live = box.state in (Box.State.FROZEN, Box.State.OPEN)
    open_ones = [one.pk for one in sessions]
    wants = box.regime == Box.Regime.PERSON and box.offers_web and bool(box.roll_id)
    return BoxFacts(
        ref=box.ref,
        title=str(box),
        state=box.state,
        problems=problems_before_freezing(box) if box.state == Box.State.DRAFT else (),
        wants_letters=wants,
        without_letter=letters_missing(box) if wants and is_live else 0,
        are_sessions_done=not sessions,
        doubtful_envelopes=sum(envelopes[box.pk, one.pk, Envelope.State.RECEIVED] for one in sessions),
        may_open_envelopes=any(
            may_open(box, one, open_ones) for one in sessions if envelopes[box.pk, one.pk, Envelope.State.ACCEPTED]
        ),
    )


def _session_facts(sessions: list[Any]) -> list[SessionFacts]:
    devices_by: dict[int, list[DeviceFacts]] = {}
    enrolled = Device.objects.filter(session__in=sessions, status=Device.Status.ENROLLED, missing_reason="")
    # One in whose place another stands is switched off, as it should be once it holds nothing.
    for device in enrolled.exclude(replaced_at__isnull=False, unsent=0).with_chains():
        facts = DeviceFacts(
            device.label, device.unsent, device.last_contact_at, bool(device.foreign_state), device.chains > 1
        )
        devices_by.setdefault(device.session_id, []).append(facts)
    alone = [one for one in sessions if not one.boxes.all()]
    openings = openings_for(alone[0].meeting.space, Door.KIOSK) if alone else []
    return [
        SessionFacts(
            ref=session.ref,
            title=str(session),
            state=session.state,
            starts_at=session.meeting.starts_at,
            ends_at=session.meeting.ends_at,
            has_boxes=bool(session.boxes.all()) or is_for_ideas(session, openings),
            wants_kiosks=any(box.offers("kiosk") for box in session.boxes.all()),
            wants_sheets=any(box.offers("paper") and box.definition for box in session.boxes.all()),
            sheets=session.sheet_count,
            devices=devices_by.get(session.pk, ()),
            strangers=session.stranger_count,
            late=session.late_count - session.doubted_count,
            out_of_line=session.beside_count,
            walk_ins=session.walk_in_count,
            marked_twice=session.twice_count,
            waiting=session.waiting_count,
            failed_batches=session.failed_count,
            unsettled=_unsettled(session),
        )
        for session in sessions
    ]


def _unsettled(session: Session) -> int | None:
    if session.state != Session.State.CLOSED:
        return None
    try:
        return sum(not one.is_settled for one in balance_of(session))
    except HandCountsMissing:
        return None


def _stopped_jobs(space: Space) -> list[tuple[int, str]]:
    """Jobs of this week that failed, unless the same was done since; and those that show no sign of life."""
    now = timezone.now()
    found, done = [], set()
    for job in space.jobs.filter(created_at__gte=now - JOBS_SINCE).order_by("-pk"):
        place = (job.kind, str(job.facts.get("roll", job.key)))
        is_stopped = job.state == Job.State.FAILED or job.is_silent(progress_of(job).at, now)
        if job.kind in KINDS and is_stopped and place not in done:
            found.append((job.pk, str(KINDS[job.kind].title)))
        done.add(place)
    return found
