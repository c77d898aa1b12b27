"""What needs a person today, told from facts alone. Pure: no Django, no clock, no database.

``now`` asks for a hand at once: people stand in a queue, or a result waits. ``soon`` must be done before a day that is
near. ``later`` should not be forgotten. Within each, what concerns ballots comes before what concerns papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from .phase_times import DATES, PhaseTimes

SOON = timedelta(days=14)  # before a vote or a session, this is soon
SILENT_AFTER = timedelta(minutes=10)
IMAGES_GO = timedelta(days=7)  # so long before the images of cards are destroyed, somebody must type them in now
ORDER = ("now", "soon", "later")


@dataclass(frozen=True)
class DeviceFacts:
    label: str
    unsent: int
    heard_at: datetime | None
    saw_another_list: bool = False
    is_copied: bool = False


@dataclass(frozen=True)
class SessionFacts:
    """``unsettled``: accounts that do not hold and nobody explained; None while the stacks are not counted."""

    ref: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime
    has_boxes: bool = True  # or is for something else than a vote
    wants_kiosks: bool = False
    wants_sheets: bool = False
    sheets: int = 0
    devices: Sequence[DeviceFacts] = ()
    strangers: int = 0
    late: int = 0
    out_of_line: int = 0
    walk_ins: int = 0
    marked_twice: int = 0
    waiting: int = 0
    failed_batches: int = 0
    unsettled: int | None = None


@dataclass(frozen=True)
class BoxFacts:
    """``problems``: sentences that say what keeps a draft from being frozen. ``without_letter``: people on its roll.

    ``may_open_envelopes``: accepted ones lie there, and nothing more can speak of their people.
    """

    ref: str
    title: str
    state: str
    problems: Sequence[str] = ()
    wants_letters: bool = False
    without_letter: int = 0
    are_sessions_done: bool = True
    doubtful_envelopes: int = 0
    may_open_envelopes: bool = False


@dataclass(frozen=True)
class PhaseFacts(PhaseTimes):
    """``has_answer``: one that is published. ``is_closed``: by a person, with that answer."""

    pk: int
    title: str
    starts_at: datetime
    ends_at: datetime
    is_vote: bool = False
    has_promise: bool = True
    has_answer: bool = True
    is_closed: bool = True
    activation: str = DATES
    begun_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class CardFacts:
    """Cards of one component that came in and that nobody has typed in; on ``day`` their images are destroyed."""

    pk: int
    title: str
    day: date
    count: int


@dataclass(frozen=True)
class SpaceFacts:
    now: datetime
    is_published: bool = True  # for everybody, or for its members
    phases: Sequence[PhaseFacts] = ()
    boxes: Sequence[BoxFacts] = ()
    sessions: Sequence[SessionFacts] = ()
    # Sessions, reconciled ones too, with ballots of a device that is not trusted any more: ref, title, state, how many.
    doubted: Sequence[tuple[str, str, str, int]] = ()
    # Sessions, in every state, with ideas, endorsements or comments that came late: ref, title, how many.
    ideas: Sequence[tuple[str, str, int]] = ()
    empty_rolls: Sequence[tuple[int, str]] = ()
    alike_rolls: Sequence[tuple[int, str, int]] = ()
    stopped_jobs: Sequence[tuple[int, str]] = ()
    approvals: Sequence[tuple[int, str]] = ()
    to_moderate: int = 0
    # Of texts of the town, by component: its key, the number of the first amendment that waits, its title, how many.
    amendments: Sequence[tuple[int, int, str, int]] = ()
    cards: Sequence[CardFacts] = ()
    # Of the whole installation: every organiser sees them, because the list is the same for all.
    witness_alarms: Sequence[tuple[int, str]] = ()

    @property
    def vote_begins_at(self) -> datetime | None:
        """When the voting phase that is not over begins, the first of them."""
        begins = [phase.begins for phase in self.phases if phase.is_vote and not phase.is_over_at(self.now)]
        return min(begins, default=None)

    @property
    def is_vote_under_way(self) -> bool:
        return any(phase.is_vote and phase.runs_at(self.now) for phase in self.phases)

    def is_near(self, moment: datetime | None) -> bool:
        return moment is not None and moment - SOON <= self.now


@dataclass(frozen=True)
class Need:
    """``kind`` names the sentence and the deed; ``ref`` the row that it is about; ``facts`` fill the sentence."""

    kind: str
    urgency: str
    ref: Any = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def attention(space: SpaceFacts) -> list[Need]:
    """Everything that waits for somebody, the most pressing first; within one urgency in the order found here."""
    found = [*_list(space), *_sessions(space), *_boxes(space), *_papers(space)]
    return sorted(found, key=lambda need: ORDER.index(need.urgency))


def _list(space: SpaceFacts) -> Iterator[Need]:
    """What others say of the public list, and what a revocation took out of it: nothing is more pressing."""
    for pk, witness in space.witness_alarms:
        yield Need("witness_alarm", "now", pk, {"witness": witness})
    for ref, title, state, count in space.doubted:
        urgency = "now" if state in ("closed", "reconciled") else "later"  # people decide at the closing
        yield Need("doubted_ballots", urgency, ref, {"session": title, "count": count})


def _sessions(space: SpaceFacts) -> Iterator[Need]:
    for session in space.sessions:
        facts = {"session": session.title}
        if session.late:
            yield Need("late_records", "now", session.ref, facts | {"count": session.late})
        # A gap may close by itself; at the closing it is decided about.
        if session.out_of_line and session.state == "closed":
            yield Need("out_of_line", "now", session.ref, facts | {"count": session.out_of_line})
        if session.walk_ins:
            yield Need("walk_ins", "now", session.ref, facts | {"count": session.walk_ins})
        if session.marked_twice:
            yield Need("marked_twice", "now", session.ref, facts | {"count": session.marked_twice})
        if session.waiting:
            yield Need("sheets_waiting", "now", session.ref, facts | {"count": session.waiting})
        if session.failed_batches:
            yield Need("scans_stopped", "now", session.ref, facts | {"count": session.failed_batches})
        yield from _devices(space, session)
        yield from _state(space, session, facts)


def _state(space: SpaceFacts, session: SessionFacts, facts: dict[str, Any]) -> Iterator[Need]:
    """Where a session stands beside its hours."""
    if session.state in ("open", "paused") and session.ends_at < space.now:
        yield Need("session_past_end", "now", session.ref, facts)
    elif session.state == "open" and session.wants_kiosks and not session.devices:
        yield Need("no_kiosk", "now", session.ref, facts)
    elif session.state == "closed":
        if session.unsettled is None:
            yield Need("stacks_not_counted", "now", session.ref, facts)
        elif session.unsettled:
            yield Need("accounts_open", "now", session.ref, facts | {"count": session.unsettled})
        else:
            yield Need("session_not_reconciled", "now", session.ref, facts)
    elif session.state == "prepared" and session.starts_at < space.now:
        kind = "session_not_open" if space.now < session.ends_at else "session_never_opened"
        yield Need(kind, "now", session.ref, facts)
    elif session.state == "prepared" and space.is_near(session.starts_at):
        if not session.has_boxes:
            yield Need("session_without_box", "soon", session.ref, facts)
        if session.wants_kiosks and not session.devices:
            yield Need("no_kiosk", "soon", session.ref, facts)
        if session.wants_sheets and not session.sheets:
            yield Need("no_sheets", "soon", session.ref, facts)


def _devices(space: SpaceFacts, session: SessionFacts) -> Iterator[Need]:
    if session.strangers:
        yield Need("devices_unknown", "now", session.ref, {"session": session.title, "count": session.strangers})
    for device in session.devices:
        if device.saw_another_list:
            yield Need("device_saw_another_list", "now", session.ref, {"device": device.label})
        if device.is_copied:
            yield Need("device_copied", "now", session.ref, {"device": device.label})
    if session.state not in ("open", "closed"):
        return
    for device in session.devices:
        if device.heard_at is not None and device.heard_at >= space.now - SILENT_AFTER:
            continue
        facts = {"device": device.label, "count": device.unsent}
        if device.unsent:
            yield Need("device_holds", "now", session.ref, facts)
        elif session.state == "open":
            yield Need("device_silent", "now", session.ref, facts)


def _boxes(space: SpaceFacts) -> Iterator[Need]:
    begins = space.vote_begins_at
    has_begun = space.is_vote_under_way
    for box in space.boxes:
        facts = {"box": box.title}
        if box.state == "draft" and box.problems:
            urgency = "soon" if space.is_near(begins) else "later"
            yield Need("box_incomplete", urgency, box.ref, facts | {"problem": box.problems[0]})
        elif box.state == "draft":
            yield Need("box_not_frozen", "now" if has_begun else "soon", box.ref, facts)
        elif box.state == "frozen" and has_begun:
            yield Need("vote_not_open", "now", box.ref, facts)
        elif box.state == "open" and begins is None and any(phase.is_vote for phase in space.phases):
            yield Need("vote_past_end", "now", box.ref, facts)
        elif box.state == "closed" and box.are_sessions_done:
            yield Need("box_not_reconciled", "now", box.ref, facts)
        elif box.state in ("reconciled", "opened"):
            yield Need("box_not_opened" if box.state == "reconciled" else "result_not_certified", "now", box.ref, facts)
        if box.doubtful_envelopes:
            yield Need("envelopes_doubtful", "now", box.ref, facts | {"count": box.doubtful_envelopes})
        elif box.may_open_envelopes:
            yield Need("envelopes_shut", "now", box.ref, facts)
        if box.state in ("frozen", "open") and box.wants_letters and box.without_letter:
            yield Need("letters_missing", "soon", box.ref, facts | {"count": box.without_letter})


def _papers(space: SpaceFacts) -> Iterator[Need]:
    """What the public page lacks, and work that stopped."""
    for pk, title in space.approvals:
        yield Need("second_person", "now", pk, {"deed": title})
    if space.to_moderate:
        yield Need("to_moderate", "now", "", {"count": space.to_moderate})
    yield from _cards(space)
    for component, number, title, count in space.amendments:
        yield Need("amendments_waiting", "soon", (component, number), {"component": title, "count": count})
    for ref, title, count in space.ideas:
        yield Need("ideas_waiting", "soon", ref, {"session": title, "count": count})
    for pk, title in space.stopped_jobs:
        yield Need("job_stopped", "now", pk, {"job": title})
    for pk, title in space.empty_rolls:
        yield Need("roll_empty", "soon" if space.is_near(space.vote_begins_at) else "later", pk, {"roll": title})
    for pk, title, count in space.alike_rolls:
        yield Need("roll_look_alikes", "later", pk, {"roll": title, "count": count})
    if not space.is_published and space.is_near(space.vote_begins_at):
        yield Need("not_published", "soon")
    for phase in space.phases:
        yield from _phase(phase, space.now)


def _cards(space: SpaceFacts) -> Iterator[Need]:
    """One for each component and day on which images go that are still needed; of all others together."""
    rest: dict[tuple[int, str], int] = {}
    for one in space.cards:
        if one.day - IMAGES_GO <= space.now.date():
            yield Need("card_images_go", "now", one.pk, {"component": one.title, "count": one.count, "day": one.day})
        else:
            rest[one.pk, one.title] = rest.get((one.pk, one.title), 0) + one.count
    for (pk, title), count in rest.items():
        yield Need("cards_waiting", "soon", pk, {"component": title, "count": count})


def _phase(phase: PhaseFacts, now: datetime) -> Iterator[Need]:
    """What a phase waits for: a hand that begins or ends it, a promise, its answer, its closing."""
    facts = {"phase": phase.title}
    if phase.runs_at(now):
        if phase.is_by_hand and phase.ends_at <= now:
            yield Need("phase_past_end", "soon", phase.pk, facts)
        if not phase.has_promise:
            yield Need("no_promise", "later", phase.pk, facts)
    elif phase.is_over_at(now):
        if phase.has_promise and not phase.has_answer:
            yield Need("no_answer", "later", phase.pk, facts)
        elif phase.has_answer and not phase.is_closed:
            yield Need("phase_not_closed", "later", phase.pk, facts)
    elif phase.is_by_hand and phase.starts_at <= now:
        yield Need("phase_not_begun", "soon", phase.pk, facts)
