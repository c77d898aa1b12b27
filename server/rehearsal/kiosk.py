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
from server.voting.ballots import Choices
from server.voting.sealing import seal


class Kiosk:
    """One device: enrol it, give it its pack, let people vote, push what it holds."""

    def __init__(self, versions: Mapping[str, int] | None = None) -> None:
        """``versions``: of the types of which its release writes another version than the first."""
        self.versions = dict(versions or {})
        self.key = keys.new_private_key()
        self.public_key = keys.public_bytes(self.key)
        self.dev = keys.key_hash(self.public_key)
        self.epoch = secrets.token_hex(8)
        self.records: list[Record] = []
        self.pack: dict[str, Any] = {}
        self.next_seq = 1  # the first number that the server has not acknowledged
        self.log_epoch = 0  # the time of the list that it knows; another one follows a restore
        self.seen: dict[str, Any] = {}  # the last state of the list that it accepted, told with every push
        self.status: dict[str, Any] = {}  # how it says it is, with every push
        self.images: dict[str, bytes] = {}  # by their hash: what its records name and what travels apart

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

    def _add(
        self,
        type_: str,
        body: bytes,
        *,
        definition: str = "",
        subject: str = "",
        actor: str = "",
        att: Sequence[Mapping[str, str | int]] = (),
    ) -> Record:
        record = build_record(
            type=type_,
            tv=self.versions.get(type_, 1),
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
            att=att,
        )
        self.records.append(record)
        return record

    def start(self) -> Record:
        return self._add("device.started", json.dumps({"label": "rehearsal", "software": "python"}).encode())

    def move(self, state: str) -> Record:
        """An operator opens, pauses or closes the session on this device."""
        return self._add("meeting.state", json.dumps({"state": state}).encode(), actor="operator")

    def cast(self, definition: str, code: Code, choices: Choices) -> Record:
        """Seal and record the ballot of a pass. Raises ValueError for a pass that the pack does not know."""
        key = keys.unb64u(self.pack["k"])
        if code.check(key).hex() not in self._checks():
            raise ValueError("this pass is not for this session")
        facts = self.definitions[definition]
        sealed = seal(
            choices,
            box_key=keys.unb64u(facts["box_key"]),
            definition=bytes.fromhex(definition),
            length=facts["sealed_length"],
        )
        return self._add("ballot.sealed", sealed, definition=definition, subject=f"use:{code.use(key).hex()}")

    def propose(self, component: int, title: str, body: str, *, name: str = "", language: str = "fr") -> Record:
        """Somebody writes an idea down; nobody asks who."""
        told = {"component": component, "title": title, "body": body, "language": language, "name": name}
        return self._add("proposal.version", json.dumps(told, ensure_ascii=False).encode())

    def endorse(self, proposal: str, code: Code, *, is_back: bool = False) -> Record:
        """Whoever holds a pass stands behind an idea, or takes that back."""
        voice = code.voice(keys.unb64u(self.pack["k"])).hex()
        type_ = "endorsement.withdrawn" if is_back else "endorsement.given"
        return self._add(type_, json.dumps({"proposal": proposal}).encode(), subject=f"voice:{voice}")

    def comment(self, proposal: str, text: str, *, stance: str = "neutral", name: str = "", ref: str = "") -> Record:
        """Somebody says something about an idea; nobody asks who."""
        ref = ref or secrets.token_hex(16)
        told = {
            "ref": ref,
            "subject": {"kind": "proposal", "ref": proposal},
            "parent": "",
            "text": text,
            "language": "fr",
            "stance": stance,
            "author": {"kind": "person", "name": name},
        }
        return self._add("comment.written", json.dumps(told, ensure_ascii=False).encode(), subject=f"comment:{ref}")

    def exchange(self, code: Code) -> Record:
        """A desk takes the pass back for a blank sheet."""
        use = code.use(keys.unb64u(self.pack["k"])).hex()
        return self._add("pass.exchanged", b"{}", subject=f"use:{use}", actor="desk")

    def photograph(self, image: bytes, media_type: str = "image/jpeg") -> Record:
        """A scanner station took a photo of a sheet; the image is kept until it was brought."""
        sha256 = hashlib.sha256(image).hexdigest()
        self.images[sha256] = image
        att: list[dict[str, str | int]] = [{"sha256": sha256, "size": len(image), "type": media_type}]
        return self._add("paper.photo", b"{}", actor="scanner", att=att)

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
            "public_key": keys.b64u(self.public_key),
        }

    def batch(self, first: int | None = None, count: int = 200) -> bytes:
        """A push of ``count`` records from number ``first`` (default: the first not acknowledged; where all are, the
        last one once more, which brings the newest answer)."""
        start = (first or min(self.next_seq, len(self.records))) - 1
        chosen = self.records[start : start + count]
        besides = {"status": self.status, "seen": self.seen}
        told = {name: fact for name, fact in besides.items() if fact}
        head = json.dumps(self._head("parvis-push-1", chosen) | told).encode()
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
        is_anew = reply["log_epoch"] != self.log_epoch
        # A server that was restored asks again for what it had: only this device holds it now.
        self.next_seq = reply["next"] if is_anew else max(self.next_seq, reply["next"])
        self.log_epoch = reply["log_epoch"]
        self.seen = {name: reply["checkpoint"][name] for name in ("epoch", "size", "root", "sig")}
        return reply

    def piece(self, sha256: str, offset: int, most: int) -> tuple[bytes, str]:
        """Some bytes of an image, and the header that says whose they are."""
        content = self.images[sha256][offset : offset + most]
        piece_sha256 = hashlib.sha256(content).hexdigest()
        message = messages.piece_message(self.pack["log_id"], self.dev, sha256, offset, piece_sha256)
        return content, f"Parvis {keys.b64u(keys.sign(self.key, message))}"

    def attachment_path(self, sha256: str) -> str:
        return f"/api/v1/devices/{self.dev}/attachments/{sha256}"

    def take_held(self, answer: Mapping[str, str], sha256: str) -> dict[str, Any]:
        """How much of an image the server says it holds; raise ValueError for an answer that it did not sign."""
        text = answer["reply"]
        server_key = keys.unb64u(self.pack["server_key"])
        if not keys.verify(server_key, messages.attachment_message(text.encode()), keys.unb64u(answer["sig"])):
            raise ValueError("the reply is not signed by the log")
        reply: dict[str, Any] = json.loads(text)
        if (reply["log_id"], reply["dev"], reply["sha256"]) != (self.pack["log_id"], self.dev, sha256):
            raise ValueError("the reply is about another file, device or log")
        return reply

    def export(self) -> bytes:
        """The file that leaves when no network ever comes: always whole, from number 1."""
        rest = b"".join(record.to_line() + b"\n" for record in self.records)
        head = self._head("parvis-export-1", self.records) | {"sha256": hashlib.sha256(rest).hexdigest()}
        step = -(-len(self.records) // 500)
        marked = range(step, len(self.records), step)
        head["marks"] = [[seq, self._head("", self.records[seq - 1 : seq])["sig"]] for seq in marked]
        files = [{"attachment": sha256, "content": keys.b64u(image)} for sha256, image in self.images.items()]
        head |= {"attachments": len(files)} if files else {}
        return b"\n".join([json.dumps(head).encode(), rest + b"".join(json.dumps(f).encode() + b"\n" for f in files)])

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
