"""A device of ``docs/protocol.md``, small enough to be read whole: it enrols, keeps a chain, pushes, exports.

The numbers in the docstrings are those of the document's chapters.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

ECDSA = ec.ECDSA(hashes.SHA256())
PATIENCE_S = 30


def b64u(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def compact(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


class Key:
    """A pair on P-256; signatures are 64 raw bytes (§1)."""

    def __init__(self, number: int = 0) -> None:
        self.private = (
            ec.derive_private_key(number, ec.SECP256R1()) if number else ec.generate_private_key(ec.SECP256R1())
        )
        encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        self.public = self.private.public_key().public_bytes(encoding, form)

    def sign(self, message: str) -> str:
        r, s = utils.decode_dss_signature(self.private.sign(message.encode(), ECDSA))
        return b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def is_signed(public: bytes, sig: str, message: str) -> bool:
    raw = unb64u(sig)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public).verify(der, message.encode(), ECDSA)
    except InvalidSignature:
        return False
    return len(raw) == 64


@dataclass(frozen=True)
class Record:
    """§5. ``line`` is what travels; ``id`` is the hash of the header's bytes."""

    seq: int
    header: str
    line: bytes

    @property
    def id(self) -> str:
        return sha256(self.header.encode())


class NoAnswer(Exception):
    """A 200 that is not signed for this device is no answer (§7)."""


@dataclass
class Answer:
    """What came back over HTTP: the status, and JSON or nothing."""

    status: int
    told: dict[str, Any]


@dataclass
class Device:
    """One enrolled device: its key, its pack, its chain."""

    url: str
    key: Key = field(default_factory=Key)
    epoch: str = field(default_factory=lambda: secrets.token_hex(8))
    records: list[Record] = field(default_factory=list)
    pack: dict[str, Any] = field(default_factory=dict)
    pack_path: str = ""

    @property
    def dev(self) -> str:
        return sha256(self.key.public)

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json", **headers: str) -> Answer:
        return self._answer(urllib.request.Request(self._at(path), body, {"Content-Type": kind, **headers}))

    def put(self, path: str, body: bytes, kind: str, **headers: str) -> Answer:
        return self._answer(
            urllib.request.Request(self._at(path), body, {"Content-Type": kind, **headers}, method="PUT")
        )

    def _at(self, path: str) -> str:
        return self.url.rstrip("/") + path

    def _answer(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                status, content = response.status, response.read()
        except urllib.error.HTTPError as refusal:
            status, content = refusal.code, refusal.read()
        except OSError as silence:
            raise NoAnswer(f"no answer: {silence}") from silence
        try:
            told = json.loads(content)
        except ValueError:
            told = {}
        return Answer(status, told if isinstance(told, dict) else {})

    # -- §6 ---------------------------------------------------------------------------------------------

    def enrol(self, code: str) -> Answer:
        """``code``: 18 characters, without hyphens."""
        public = b64u(self.key.public)
        proof = self.key.sign(f"parvis-enrol-1\n{code}\n{public}")
        body = compact({"code": code, "public_key": public, "proof": proof})
        answer = self.ask("/api/v1/devices/enrol", body.encode())
        self.pack_path = answer.told.get("pack_url", "")
        return answer

    def pull(self, seconds: int | None = None) -> Answer:
        at = int(time.time()) if seconds is None else seconds
        sig = self.key.sign(f"parvis-get-1\n{self.pack_path}\n{at}\n")
        return self.ask(self.pack_path, Authorization=f"Parvis {at}.{sig}")

    def take_pack(self, told: dict[str, Any]) -> None:
        """The first pack says whom to believe; each later one must come from the same installation."""
        pack = json.loads(told["pack"])
        public = unb64u(pack["server_key"])
        log_id = self.pack.get("log_id", pack["log_id"])
        is_good = is_signed(public, told["sig"], f"parvis-pack-1\n{told['pack']}") and sha256(public) == pack["log_id"]
        if not is_good or pack["log_id"] != log_id or pack["device"]["id"] != self.dev:
            raise NoAnswer("the pack is not signed for this device by its log")
        self.pack = pack

    # -- §5 ---------------------------------------------------------------------------------------------

    def make(self, type_: str, body: bytes, *, subject: str = "", **changes: Any) -> Record:
        """The next record of the chain, not yet in it. ``changes`` alter the header, for what must be refused."""
        salt, subject_salt = secrets.token_bytes(16), secrets.token_bytes(16) if subject else b""
        header = {
            "v": 1, "type": type_, "tv": 1, "space": self.pack["session"]["space"],
            "meeting": self.pack["session"]["id"], "def": "", "dev": self.dev, "epoch": self.epoch,
            "seq": len(self.records) + 1, "prev": self.records[-1].id if self.records else "", "actor": "",
            "subj_c": sha256(subject_salt + subject.encode()) if subject else "",
            "body_c": sha256(salt + body), "len": len(body), "att": [],
        } | changes  # fmt: skip
        text = compact(header)
        line = {"header": text, "subject": subject, "subject_salt": b64u(subject_salt)}
        return Record(header["seq"], text, compact({**line, "body": b64u(body), "body_salt": b64u(salt)}).encode())

    def add(self, type_: str, body: bytes, *, subject: str = "", **changes: Any) -> Record:
        self.records.append(self.make(type_, body, subject=subject, **changes))
        return self.records[-1]

    # -- §7, §8 -----------------------------------------------------------------------------------------

    def head(self, format_: str, chosen: list[Record], **changes: Any) -> dict[str, Any]:
        """The first line. ``changes`` come after the signature, but for those that are signed."""
        last = chosen[-1]
        facts = {"dev": self.dev, "epoch": self.epoch, "count": len(chosen), "seq": last.seq, "head": last.id}
        signed = [changes.pop("log_id", self.pack["log_id"])] + [
            facts[name] for name in ("dev", "epoch", "seq", "head")
        ]
        sig = self.key.sign("parvis-push-1\n" + "".join(f"{part}\n" for part in signed))
        return {"format": format_, **facts, "sig": sig, **changes}

    def batch(self, chosen: list[Record], **changes: Any) -> bytes:
        first = compact(self.head("parvis-push-1", chosen, checkpoint=0, unsent=0, version="conformance", **changes))
        return b"\n".join([first.encode(), *(record.line for record in chosen), b""])

    def post(self, content: bytes) -> Answer:
        return self.ask("/api/v1/push", content, "application/x-ndjson")

    def take_reply(self, told: dict[str, Any]) -> dict[str, Any]:
        """Only what the installation signed for this device and this chain is a success."""
        text = told.get("reply", "")
        if not text or not is_signed(unb64u(self.pack["server_key"]), told["sig"], f"parvis-reply-1\n{text}"):
            raise NoAnswer("the reply is not signed by the log")
        reply: dict[str, Any] = json.loads(text)
        if (reply["log_id"], reply["dev"], reply["epoch"]) != (self.pack["log_id"], self.dev, self.epoch):
            raise NoAnswer("the reply is for another device or log")
        return reply

    def export(self) -> bytes:
        rest = b"".join(record.line + b"\n" for record in self.records)
        return compact(self.head("parvis-export-1", self.records, sha256=sha256(rest))).encode() + b"\n" + rest
