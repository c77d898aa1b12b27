"""Golden records: real ones of every version ever released (``tests/vectors/golden/``), and what is read of them today.

``devices-N.ndjson`` is one chain of a device, brought to a session made for it; ``server-N.ndjson`` one record of each
type that the server writes itself. N is the version of the types in it; a chain with types that came later, in that
version, has a name of its own beside it (``devices-1-helped``).
"""

from __future__ import annotations

import json
from pathlib import Path

from server.devices.judging import DEEDS as PEOPLE_DO
from server.devices.judging import Judge
from server.devices.models import Device
from server.ledger import actions as ledger
from server.ledger import applying
from server.ledger.models import Record as Row
from server.ledger.records import Record
from server.meetings.models import Session
from server.processes.component_types import Activity
from server.processes.models import Component, Opening
from server.proposals.models import Offer, Proposal
from server.voting import actions as voting
from server.voting.models import Box, Pass, Voice
from tests.server.proposals.ideas import make_ideas
from tests.server.votes import make_box, make_session

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "golden"


def golden_files() -> list[Path]:
    return sorted(FOLDER.glob("*.ndjson"))


def golden_records(file: Path) -> list[Record]:
    """Read strictly, with what lies beside each header. Raises MalformedRecord."""
    return [Record.from_line(line) for line in file.read_bytes().splitlines()]


def bring_golden(batch: list[Record]) -> list[tuple[str, str, bool]]:
    """Store a golden chain in its own space, session and vote; (verdict, reason, is applied) of each record."""
    session, definition = _place(batch)
    first = batch[0].header
    device = Device.objects.create(dev=first.dev, public_key=b"", label="golden", session=session)
    ledger.store(dev=first.dev, epoch=first.epoch, batch=batch, judge_in=lambda chain: Judge(device, chain))
    applying.apply_pending()
    rows = Row.objects.filter(dev=first.dev, epoch=first.epoch).order_by("seq")
    return list(rows.values_list("verdict", "reason", "is_applied"))


def _place(batch: list[Record]) -> tuple[Session, str]:
    """A session and an open vote as the records name them, with the passes that they use."""
    header = batch[0].header
    ballots = [record for record in batch if record.header.type == "ballot.sealed"]
    definition = ballots[0].header.definition if ballots else "0" * 64
    length = len(ballots[0].body) - 65 - 16 if ballots else 512
    box = make_box(slug=header.space, regime="pass")
    facts = {"format": "parvis-definition-1", "doors": ["kiosk"], "contests": [], "sealed_length": length}
    session = make_session(box)
    frozen = {"definition": json.dumps(facts), "definition_hash": definition, "state": Box.State.OPEN}
    Box.objects.filter(pk=box.pk).update(**frozen)
    Session.objects.filter(pk=session.pk).update(ref=header.meeting, state=Session.State.OPEN)
    session = Session.objects.select_related("meeting__space").get(pk=session.pk)
    made = voting.make_passes(session=session, quantity=len(ballots))
    for (_code, row), ballot in zip(made, ballots, strict=True):
        Pass.objects.filter(pk=row.pk).update(use_value=ballot.subject.removeprefix("use:"))
    _place_ideas(session, batch)
    return session, definition


def _place_ideas(session: Session, batch: list[Record]) -> None:
    """What people did there with proposals: the component that they name, its proposals, and voices of passes."""
    told = [(record, json.loads(record.body)) for record in batch if record.header.type in PEOPLE_DO]
    keys = {body["component"] for _record, body in told if "component" in body}
    for key in sorted(keys):
        made = make_ideas(space=session.meeting.space)
        Opening.objects.filter(component=made).delete()
        component = Component.objects.create(pk=key, space=made.space, kind=made.kind, title=made.title)
        Component.objects.filter(pk=key).update(published_at=made.published_at)
        phase = made.space.phases.first()
        for activity in (Activity.PROPOSE, Activity.ENDORSE, Activity.COMMENT):
            Offer.objects.create(session=session, component=component, activity=activity)
            Opening.objects.create(phase=phase, component=component, activity=activity, doors=["kiosk"])
        refs = {body["proposal"] for _record, body in told if "proposal" in body}
        for number, ref in enumerate(sorted(refs), start=1):
            facts = {"number": number, "title": ref, "published_at": made.published_at}
            Proposal.objects.create(component=component, ref=ref, **facts)
    for right in {record.subject for record, _body in told if record.subject.startswith("voice:")}:
        Voice.objects.create(session=session, value=right.removeprefix("voice:"))
