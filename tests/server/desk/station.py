"""A desk without network and without a screen: it knows the server only by the protocol, as the tablet does."""

from __future__ import annotations

import json
from typing import Any

from server.devices.actions import create_enrolment, enrol_device
from server.devices.models import Device
from server.devices.packs import build_pack
from server.ledger import applying, keys
from server.ledger.codes import Code
from server.ledger.records import Record
from server.meetings.models import Session
from server.rehearsal.kiosk import Kiosk
from server.voting import unlocking
from server.voting.unlocking import Card
from tests.server.votes import Vote, push


class Station(Kiosk):
    """Enrolled, opened, unlocked with this card; its roll is what lay in the pack."""

    def __init__(self, vote: Vote, card: Card, session: Session | None = None) -> None:
        super().__init__()
        session = session or vote.session
        _row, code = create_enrolment(session=session, label="Desk 1", mode=Device.Mode.DESK, by=vote.officer)
        proof = self.enrolment(code)
        enrolled, _code = enrol_device(code_text=code.text, public_key=proof["public_key"], proof=proof["proof"])
        text, signature = build_pack(enrolled)
        self.take_pack({"pack": text, "sig": signature})
        self.start()
        self.move("open")
        self.session = session.ref
        self.unlocked = card.key(session.ref)
        self.roll = unlocking.open_roll(self.pack, self.unlocked)

    def note(self, type_: str, facts: dict[str, Any], key: bytes | None = None, size: int = 256) -> dict[str, Any]:
        about = {"type_": type_, "session": self.session, "dev": self.dev, "size": size}
        return unlocking.seal_note(facts, key or self.unlocked, **about)

    def deed(self, type_: str, facts: dict[str, Any], person: list[str] | None = None, **how: Any) -> Record:
        [own] = self.roll["rolls"]
        subject = f"entry:{keys.unb64u(person[6]).hex()}" if person else ""
        definition = self.roll["boxes"][own["box"]]["def"] if person else ""
        facts = {"roll": own["id"], **({"number": person[0]} if person else {}), **facts}
        body = json.dumps(self.note(type_, facts, **how)).encode()
        return self._add(type_, body, definition=definition, subject=subject, actor="desk")

    def person(self, number: str) -> list[str]:
        return next(row for row in self.roll["rolls"][0]["people"] if row[0] == number)

    def mark(self, number: str) -> Record:
        return self.deed("desk.marked", {}, self.person(number))

    def undo(self, number: str, code: Code, *, reason: str = "leaves", second: Card | None = None) -> Record:
        person = self.person(number)
        other = ""
        if second is not None:
            seen = {"subject": f"entry:{keys.unb64u(person[6]).hex()}"}
            other = self.note("desk.second", seen, second.key(self.session))  # type: ignore[assignment]
        facts = {"reason": reason, "note": "", "use": self._use(code), "second": other}
        return self.deed("desk.undone", facts, person, size=768)

    def enter(self, code: Code, **about: str) -> Record:
        known = {"given_name": "Zoé", "birth_date": "1990-05-31", "address": "2, rue Basse", "shown": "bill"}
        return self.deed("desk.walk_in", known | {"reason": "moved here"} | about | {"use": self._use(code)}, size=2048)

    def _use(self, code: Code) -> str:
        return code.use(keys.unb64u(self.pack["k"])).hex()

    def come_back(self) -> None:
        """The network is there again: everything is sent, and applied."""
        push(self)
        applying.apply_pending()
