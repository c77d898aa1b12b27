"""A kiosk without a screen: real keys, a real chain, real sealed ballots; it knows the server only by the protocol.

It gives and takes bytes and leaves the network to whoever drives it, so that tests can lose, repeat, cut and shuffle.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from server.ledger import keys, messages
from server.ledger.codes import Code
from server.ledger.records import Record, build_record
from server.voting.sealing import seal


class Kiosk:
    """One device: enrol it, give it its pack, let people vote, push what it holds."""

    def __init__(self) -> None:
        self.key = keys.new_private_key()
        self.public_key = keys.public_bytes(self.key)
        self.dev = keys.key_hash(self.public_key)
        self.epoch = secrets.token_hex(8)
        self.records: list[Record] = []
        self.pack: dict[str, Any] = {}
        self.next_seq = 1  # the first number that the server has not acknowledged
        self.status: dict[str, Any] = {}  # how it says it is, with every push

    # -- enrolment and pack ------------------------------------------------------------------------

    def enrolment(self, code: Code) -> dict[str, str]:
        """The body of the enrolment request."""
        public = keys.b64u(self.public_key)
        proof = keys.sign(self.key, messages.enrol_message(code.text, public))
        return {"code": code.text, "public_key": public, "proof": keys.b64u(proof)}

    def authorization(self, path: str, unix_s: int) -> str:
        signature = keys.sign(self.key, messages.get_message(path, unix_s))
        return f"Parvis {unix_s}.{keys.b64u(signature)}"

    def take_pack(self, answer: Mapping[str, str]) -> None:
        """Keep the pack; raise ValueError unless it is signed by the key whose hash it names as the log's."""
        text = answer["pack"]
        pack = json.loads(text)
        server_key = keys.unb64u(pack["server_key"])
        is_signed = keys.verify(server_key, messages.pack_message(text.encode()), keys.unb64u(answer["sig"]))
        if keys.key_hash(server_key) != pack["log_id"] or not is_signed:
            raise ValueError("the pack is not signed by its log")
        self.pack = pack
        self.definitions = {hashlib.sha256(t.encode()).hexdigest(): json.loads(t) for t in pack["definitions"]}

    # -- deeds ------------------------------------------------------------------------------------

    def _add(self, type_: str, body: bytes, *, definition: str = "", subject: str = "", actor: str = "") -> Record:
        record = build_record(
            type=type_,
            space=self.pack["session"]["space"],
            meeting=self.pack["session"]["id"],
            definition=definition,
            dev=self.dev,
            epoch=self.epoch,
            seq=len(self.records) + 1,
            prev=self.records[-1].id if self.records else "",
            actor=actor,
            subject=subject,
            body=body,
        )
        self.records.append(record)
        return record

    def start(self) -> Record:
        return self._add("device.started", json.dumps({"label": "rehearsal", "software": "python"}).encode())

    def move(self, state: str) -> Record:
        """An operator opens, pauses or closes the session on this device."""
        return self._add("meeting.state", json.dumps({"state": state}).encode(), actor="operator")

    def cast(self, definition: str, code: Code, choices: Mapping[str, Sequence[str]]) -> Record:
        """Seal and record the ballot of a pass. Raises ValueError for a pass that the pack does not know."""
        key = keys.unb64u(self.pack["k"])
        if code.check(key).hex() not in self._checks():
            raise ValueError("this pass is not for this session")
        facts = self.definitions[definition]
        sealed = seal(
            {question: list(chosen) for question, chosen in choices.items()},
            box_key=keys.unb64u(facts["box_key"]),
            definition=bytes.fromhex(definition),
            length=facts["sealed_length"],
        )
        return self._add("ballot.sealed", sealed, definition=definition, subject=f"use:{code.use(key).hex()}")

    def _checks(self) -> set[str]:
        if "_check_set" not in self.__dict__:
            self._check_set = set(self.pack["checks"])
        return self._check_set

    # -- transport --------------------------------------------------------------------------------

    def _head(self, format_: str, chosen: Sequence[Record]) -> dict[str, Any]:
        last = chosen[-1]
        message = messages.push_message(self.pack["log_id"], self.dev, self.epoch, last.header.seq, last.id)
        return {
            "format": format_,
            "dev": self.dev,
            "epoch": self.epoch,
            "count": len(chosen),
            "seq": last.header.seq,
            "head": last.id,
            "sig": keys.b64u(keys.sign(self.key, message)),
            "checkpoint": 0,
            "unsent": max(0, len(self.records) - last.header.seq),
            "version": "rehearsal",
        }

    def batch(self, first: int | None = None, count: int = 200) -> bytes:
        """A push of ``count`` records from number ``first`` (default: the first not acknowledged)."""
        start = (first or self.next_seq) - 1
        chosen = self.records[start : start + count]
        status = {"status": self.status} if self.status else {}
        head = json.dumps(self._head("parvis-push-1", chosen) | status).encode()
        return b"\n".join([head, *(record.to_line() for record in chosen)]) + b"\n"

    def take_reply(self, answer: Mapping[str, str]) -> dict[str, Any]:
        """Move on by what the server acknowledged; raise ValueError for an answer that it did not sign."""
        text = answer["reply"]
        server_key = keys.unb64u(self.pack["server_key"])
        if not keys.verify(server_key, messages.reply_message(text.encode()), keys.unb64u(answer["sig"])):
            raise ValueError("the reply is not signed by the log")
        reply: dict[str, Any] = json.loads(text)
        if (reply["log_id"], reply["dev"], reply["epoch"]) != (self.pack["log_id"], self.dev, self.epoch):
            raise ValueError("the reply is for another device or log")
        self.next_seq = max(self.next_seq, reply["next"])
        return reply

    def export(self) -> bytes:
        """The file that leaves when no network ever comes: always whole, from number 1."""
        rest = b"".join(record.to_line() + b"\n" for record in self.records)
        head = self._head("parvis-export-1", self.records) | {"sha256": hashlib.sha256(rest).hexdigest()}
        return json.dumps(head).encode() + b"\n" + rest

    def slip(self) -> str:
        """The closing slip, as its QR code holds it."""
        head = self._head("parvis-slip-1", self.records)
        ballots = sum(record.header.type == "ballot.sealed" for record in self.records)
        kept = ("format", "dev", "epoch", "seq", "head")
        return json.dumps({**{name: head[name] for name in kept}, "ballots": ballots, "sig": head["sig"]})

    def promise(self, record: Record) -> str:
        """What a receipt's address says after the id: the record's place in this chain, signed."""
        seq = record.header.seq
        sig = keys.sign(self.key, messages.promise_message(record.id, self.dev, self.epoch, seq))
        return f"d={self.dev}&e={self.epoch}&n={seq}&s={keys.b64u(sig)}"

    def receipt_signature(self, record: Record) -> str:
        return keys.b64u(keys.sign(self.key, messages.receipt_message(record.id)))
