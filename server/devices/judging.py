"""What becomes of a record that is authentic: a verdict, given in the order of its chain (``docs/protocol.md`` §7)."""

from __future__ import annotations

from typing import Any

from server.attachments import limits
from server.ledger import records, versions
from server.ledger.asked import Asked
from server.ledger.headers import Header
from server.ledger.models import Chain
from server.meetings.models import Session
from server.voting.actions.untying import UNTIED
from server.voting.intake_rules import judge_ballots
from server.voting.models import Box

from .models import Device
from .standings import told_state
from .trust import covered, trusted_size

Judgement = tuple[str, str]
# What people do by themselves at a device: it must have been open there.
DEEDS = ("proposal.version", "endorsement.given", "endorsement.withdrawn", "comment.written")
# The boxes of a session, by the hash of their definition.
BOXES = Asked(
    lambda session: Box.objects.filter(sessions=session).order_by().values_list("definition_hash", "state"), int
)


class Judge:
    """Verdicts for records in order: context, type, state of the chain, then what voting says of ballots.

    Reads and moves the chain's own session state: "is it open?" asks the device's chain, never a clock.
    """

    def __init__(self, device: Device, chain: Chain) -> None:
        self.chain = chain
        session = device.session
        self.place = (session.meeting.space.slug, session.ref)
        self.trusted = trusted_size(device)
        self.covered: set[str] = set()
        self.is_settled = session.state == Session.State.RECONCILED
        self.boxes = {definition: state for definition, state in BOXES.rows(session.pk) if definition}
        self.definitions = {""} | set(self.boxes)
        self.is_desk = device.mode == Device.Mode.DESK
        self.opened = {definition for definition, state in self.boxes.items() if state in UNTIED}
        # What a header's own facts say; most records of a chain have the same.
        self.of_headers: dict[tuple[Any, ...], Judgement | None] = {}

    def __call__(self, batch: list[records.Record]) -> dict[str, Judgement]:
        judged = {}
        if self.trusted is not None:
            self.covered = covered(self.chain, [record.id for record in batch], self.trusted)
        for record in batch:
            if found := self._context(record) or self._state(record):
                judged[record.id] = found
        ballots = [r for r in batch if r.header.type == "ballot.sealed" and r.id not in judged]
        return judged | judge_ballots(ballots, self.boxes)

    def _context(self, record: records.Record) -> Judgement | None:
        facts = record.header
        key = (facts.type, facts.tv, facts.space, facts.meeting, facts.definition, facts.att)
        if key not in self.of_headers:
            self.of_headers[key] = self._of_header(facts)
        if found := self.of_headers[key]:
            return found
        if record.is_emptied and facts.definition in self.opened:
            return "provisional", "late"  # it waited behind a gap; its box was opened meanwhile
        if not record.commitments_hold():
            return "quarantined", "commitment"
        return None

    def _of_header(self, facts: Header) -> Judgement | None:
        if not versions.is_known(facts.type, facts.tv):
            return "parked", "newer"
        if (facts.space, facts.meeting) != self.place or facts.definition not in self.definitions:
            return "quarantined", "context"
        if facts.type.startswith("desk.") and not self.is_desk:
            return "quarantined", "context"
        if not limits.fits(facts):
            return "quarantined", "attachment"
        return None

    def _state(self, record: records.Record) -> Judgement | None:
        # A card vouches for a deed of a desk as well: of a revoked one people are asked when it is applied.
        is_deed = record.header.type.startswith("desk.")
        if self.trusted is not None and not is_deed and record.id not in self.covered:
            return "provisional", "revoked"
        # Reconciling settles which ballots count. What else people did while it was open here is as good afterwards.
        is_deed_of_people = record.header.type in DEEDS
        if self.is_settled and not (is_deed_of_people and self.chain.session_state == Session.State.OPEN):
            return "provisional", "late"
        if record.header.type == "meeting.state":
            return self.move(record)
        is_asked = is_deed_of_people or record.header.type == "ballot.sealed"
        if is_asked and self.chain.session_state != Session.State.OPEN:
            return "provisional", "late" if self.chain.is_closed else "not_open"
        return None

    def move(self, record: records.Record) -> Judgement | None:
        """Take the chain where this record of its session's state leads; a verdict where it says nothing sensible."""
        state = told_state(record.body)
        if not state:
            return "quarantined", "malformed"
        if not self.chain.is_closed:
            self.chain.session_state = state
            self.chain.is_closed = state == "closed"
        return None
