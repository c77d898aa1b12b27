"""What becomes of a record that is authentic: a verdict, given in the order of its chain (``docs/protocol.md`` §7)."""

from __future__ import annotations

import json

from server.ledger import records
from server.ledger.models import Chain
from server.meetings.models import Session
from server.voting.actions.untying import UNTIED
from server.voting.intake_rules import judge_ballots

from .models import Device

#: What devices send, and the version of each that is understood here.
KNOWN_TYPES = {
    "device.started": 1,
    "meeting.state": 1,
    "ballot.sealed": 1,
    "pass.exchanged": 1,
    "pass.void": 1,
    "sheet.spoiled": 1,
    "count.sealed": 1,
}


class Judge:
    """Verdicts for records in order: context, type, state of the chain, then what voting says of ballots.

    Reads and moves the chain's own session state: "is it open?" asks the device's chain, never a clock.
    """

    def __init__(self, device: Device, chain: Chain) -> None:
        self.device, self.chain = device, chain
        self.session: Session = device.session
        states = dict(self.session.boxes.values_list("definition_hash", "state"))
        self.definitions = {""} | set(states)
        self.opened = {definition for definition, state in states.items() if state in UNTIED}

    def __call__(self, batch: list[records.Record]) -> dict[str, tuple[str, str]]:
        judged = {}
        for record in batch:
            if found := self._context(record) or self._state(record):
                judged[record.id] = found
        ballots = [r for r in batch if r.header.type == "ballot.sealed" and r.id not in judged]
        return judged | judge_ballots(ballots)

    def _context(self, record: records.Record) -> tuple[str, str] | None:
        facts = record.header
        if KNOWN_TYPES.get(facts.type) != facts.tv:
            return "parked", "newer"
        expected = (self.session.meeting.space.slug, self.session.ref)
        if (facts.space, facts.meeting) != expected or facts.definition not in self.definitions:
            return "quarantined", "context"
        if record.is_emptied and facts.definition in self.opened:
            return "provisional", "late"  # it waited behind a gap; its box was opened meanwhile
        if not record.commitments_hold():
            return "quarantined", "commitment"
        return None

    def _state(self, record: records.Record) -> tuple[str, str] | None:
        if self.device.status == Device.Status.REVOKED:
            return "provisional", "revoked"
        if self.session.state == Session.State.RECONCILED:
            return "provisional", "late"
        if record.header.type == "meeting.state":
            return self._move(record)
        if record.header.type == "ballot.sealed" and self.chain.session_state != Session.State.OPEN:
            return "provisional", "late" if self.chain.is_closed else "not_open"
        return None

    def _move(self, record: records.Record) -> tuple[str, str] | None:
        try:
            state = json.loads(record.body)["state"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return "quarantined", "malformed"
        if state not in ("open", "paused", "closed"):
            return "quarantined", "malformed"
        if not self.chain.is_closed:
            self.chain.session_state = state
            self.chain.is_closed = state == "closed"
        return None
