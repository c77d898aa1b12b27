"""A server of ``docs/protocol.md`` §6 and §7, small enough to be read whole: no Django, no database.

It serves the kiosk folder, enrols one device, hands out one pack, takes pushes and signs its replies. What it got it
keeps in lists that tests look at; its faults (``mood``) are those of a real place: a login page, lost replies, silence.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.devices.kiosk_release import HEADERS, Release, read_release
from server.ledger import tree

KIOSK = Path(__file__).resolve().parents[2] / "kiosk"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RELEASE = read_release(KIOSK)
ECDSA = ec.ECDSA(hashes.SHA256())
PIN = "314159"


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Key:
    """A P-256 key that signs as the protocol says: 64 raw bytes."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        self.public = self.private.public_key().public_bytes(encoding, form)

    def sign(self, message: bytes) -> str:
        r, s = utils.decode_dss_signature(self.private.sign(message, ECDSA))
        return b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def verifies(public: str, sig: str, message: bytes) -> bool:
    raw = unb64u(sig)
    signature = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64u(public))
    try:
        key.verify(signature, message, ECDSA)
    except InvalidSignature:
        return False
    return True


def make_code() -> tuple[str, bytes]:
    """A code of §2, its check symbols found by trying: plain, and independent of the kiosk's arithmetic."""
    data = secrets.token_bytes(10)
    bits = int.from_bytes(data, "big")
    symbols = [bits >> 5 * (15 - i) & 31 for i in range(16)]
    pairs = ((a, value_at([*symbols, a, 0], 2)) for a in range(32))  # the last symbol stands alone: it closes root 2
    a, b = next(pair for pair in pairs if value_at([*symbols, *pair], 4) == 0)
    return "".join(ALPHABET[s] for s in [*symbols, a, b]), data


def value_at(symbols: list[int], x: int) -> int:
    total = 0
    for symbol in symbols:
        total = times(total, x) ^ symbol
    return total


def times(a: int, b: int) -> int:
    product = 0
    for i in range(5):
        if b >> i & 1:
            product ^= a << i
    for i in range(8, 4, -1):
        if product >> i & 1:
            product ^= 0b100101 << (i - 5)
    return product


def definition(server_log_id: str, box: Key, contests: list[dict], doors: list[str], ref: str) -> str:
    frozen = {
        "format": "parvis-definition-1", "log_id": server_log_id, "space": "budget-2027", "box": ref,
        "title": {"fr": "Budget du Centre", "en": "Budget of the Centre"}, "kind": "vote", "regime": "pass",
        "doors": doors, "precedence": "in-person-over-online", "small_vote": True, "single_handed": True,
        "contests": contests,
        "budget": 40_000_000, "currency": "EUR", "count": {"rule": "greedy", "threshold": 1},
        "mark_thresholds": {"clear_below": 20, "clear_above": 45}, "layouts": [], "box_key": b64u(box.public),
        "seed_hash": "0" * 64, "sealed_length": 512,
    }  # fmt: skip
    return json.dumps(frozen, ensure_ascii=False)


@dataclass
class Town:
    """Everything the fake server knows."""

    contests: list[dict]
    passes: int = 20
    second_vote: list[dict] | None = None
    doors: list[str] = field(default_factory=lambda: ["web", "kiosk", "paper"])
    languages: list[str] = field(default_factory=lambda: ["fr", "en"])
    mode: str = "kiosk"
    mood: str = "well"  # or portal (a log-in page answers), deaf (takes the batch, loses the reply)
    poison: set[int] = field(default_factory=set)
    log_epoch: int = 1
    label: str = "Borne 3, Préau"
    ideas: list[dict] = field(default_factory=list)  # as the pack holds them
    standing: dict = field(default_factory=lambda: {"device": "enrolled"})  # what a reply says besides

    def __post_init__(self) -> None:
        self.key, self.box = Key(), Key()
        self.log_id = sha256(self.key.public)
        self.k = secrets.token_bytes(32)
        self.enrol_code = make_code()[0]
        codes = [make_code() for _ in range(self.passes)]
        self.codes = [code for code, _ in codes]
        self.uses = {code: self.derive("use", data) for code, data in codes}
        self.voices = {code: self.derive("voice", data) for code, data in codes}
        self.checks = sorted(self.derive("check", data) for _, data in codes)
        votes = {"00112233aabbccdd": self.contests, "44556677aabbccdd": self.second_vote}
        self.definitions = [
            definition(self.log_id, self.box, contests, self.doors, ref) for ref, contests in votes.items() if contests
        ]
        self.device: dict[str, str] = {}
        self.records: dict[int, str] = {}
        self.former: dict[str, tuple[dict[str, str], dict[int, str]]] = {}  # devices enrolled before, by dev
        self.pushes: list[dict] = []
        self.requests: list[str] = []
        self.files: dict[str, bytes] = {}  # what is brought of each attachment, by its hash
        self.release: Release = RELEASE
        self.origin = ""

    def derive(self, purpose: str, data: bytes) -> str:
        return hmac.digest(self.k, purpose.encode() + data, "sha256")[:16].hex()

    def wrong_code(self) -> str:
        return make_code()[0]

    def enrol(self, asked: dict) -> tuple[int, dict]:
        message = f"parvis-enrol-1\n{asked['code']}\n{asked['public_key']}".encode()
        if asked["code"] != self.enrol_code:
            return 404, {"code": "enrolment_unknown", "message": ""}
        if not verifies(asked["public_key"], asked["proof"], message):
            return 400, {"code": "enrolment_proof_wrong", "message": ""}
        dev = sha256(unb64u(asked["public_key"]))
        if self.device and self.device["id"] != dev:
            self.former[self.device["id"]] = self.device, self.records
            self.records = {}
        self.device = {"id": dev, "label": self.label, "mode": self.mode, "key": asked["public_key"]}
        device = {key: self.device[key] for key in ("id", "label", "mode")}
        return 200, {"device": device, "words": ["tilleul", "margelle"], "pack_url": f"/api/v1/devices/{dev}/pack"}

    def pack(self, path: str, authorization: str) -> tuple[int, dict]:
        when, sig = authorization.removeprefix("Parvis ").split(".")
        if abs(time.time() - int(when)) > 300:
            return 403, {"code": "request_not_signed", "message": ""}
        if not verifies(self.device["key"], sig, f"parvis-get-1\n{path}\n{when}\n".encode()):
            return 403, {"code": "request_not_signed", "message": ""}
        salt = b"salt of the pin!"
        pack = json.dumps({
            "format": "parvis-pack-1", "version": 3, "log_id": self.log_id, "server_key": b64u(self.key.public),
            "origin": self.origin, "town": "Villeneuve-sur-Aure",
            "device": {k: self.device[k] for k in ("id", "label", "mode")},
            "session": {
                "id": "0123456789abcdef", "label": {"fr": "Samedi, forum", "en": "Saturday, forum"},
                "meeting": {"fr": "Forum du Centre", "en": "Forum of the Centre"}, "space": "budget-2027",
                "state": "prepared",
            },
            "k": b64u(self.k), "checks": self.checks,
            "operator": {"salt": b64u(salt), "hash": sha256(salt + PIN.encode())}, **self.beside(),
            "definitions": self.definitions, "languages": self.languages, "checkpoint": self.checkpoint(),
        }, ensure_ascii=False)  # fmt: skip
        return 200, {"pack": pack, "sig": self.key.sign(b"parvis-pack-1\n" + pack.encode())}

    def beside(self) -> dict:
        """What a pack holds besides; one of another mode has more."""
        return {"ideas": self.ideas} if self.ideas else {}

    def checkpoint(self) -> dict:
        size = len(self.records) + sum(len(records) for _device, records in self.former.values())
        root = tree.root(self.leaf(place) for place in range(size)).hex()
        body = f"parvis-checkpoint-1\n{self.origin}\n{self.log_id}\n{self.log_epoch}\n{size}\n{root}\n"
        sig, epoch = self.key.sign(body.encode()), self.log_epoch
        return {"origin": self.origin, "log_id": self.log_id, "epoch": epoch, "size": size, "root": root, "sig": sig}

    def leaf(self, place: int) -> bytes:
        """The public list of this town is made up: it grows as the records do, whatever they are."""
        return tree.leaf_hash(f"{self.log_id} {place}".encode())

    def consistency(self, query: str) -> tuple[int, dict]:
        first, second = (int(part.partition("=")[2]) for part in query.split("&"))

        def node(level: int, index: int) -> bytes:
            return tree.root(self.leaf(place) for place in range(index << level, (index + 1) << level))

        proof = [step.hex() for step in tree.consistency_proof(first, second, node)]
        return 200, {"first": first, "second": second, "proof": proof}

    def push(self, body: str) -> tuple[int, dict]:
        first, *lines = body.rstrip("\n").split("\n")
        head = json.loads(first)
        self.pushes.append(head)
        signed = "parvis-push-1\n" + "".join(f"{head[k]}\n" for k in ("dev", "epoch", "seq", "head"))
        signed = signed.replace("parvis-push-1\n", f"parvis-push-1\n{self.log_id}\n", 1)
        device, records = self.former.get(head["dev"], (self.device, self.records))
        if head["dev"] != device["id"] or not verifies(device["key"], head["sig"], signed.encode()):
            return 403, {"code": "signature_wrong", "message": ""}
        assert len(lines) == head["count"] <= 200 and len(body.encode()) <= 1 << 20
        verdicts = []
        for line in lines:
            header = json.loads(json.loads(line)["header"])
            if header["seq"] in self.poison:
                return 400, {"code": "batch_malformed", "message": "", "details": {"seq": header["seq"]}}
            verdicts.append(self.take(line, header, records))
        return 200, self.reply(head, verdicts, records)

    def take(self, line: str, header: dict, records: dict[int, str]) -> dict:
        record = json.loads(line)
        rid = sha256(record["header"].encode())
        body = unb64u(record["body"])
        assert sha256(unb64u(record["body_salt"]) + body) == header["body_c"] and len(body) == header["len"]
        subject = record["subject"]
        assert header["subj_c"] == (sha256(unb64u(record["subject_salt"]) + subject.encode()) if subject else "")
        seq, known = header["seq"], records.get(header["seq"])
        verdict = "accepted" if known is None else "duplicate" if known == line else "quarantined"
        if known is None:
            before = records.get(seq - 1)
            if before is not None:
                assert header["prev"] == sha256(json.loads(before)["header"].encode())
            elif seq > 1:
                verdict = "parked"
            records[seq] = line
        reason = "newer" if header["tv"] > 1 and verdict == "accepted" else ""
        verdict = "parked" if reason else verdict
        return {"id": rid, "seq": seq, "verdict": verdict, "reason": reason, "index": sorted(records).index(seq)}

    def reply(self, head: dict, verdicts: list[dict], records: dict[int, str]) -> dict:
        upto = 1
        while upto in records:
            upto += 1
        last = sha256(json.loads(records[upto - 1])["header"].encode()) if upto > 1 else ""
        reply = json.dumps({
            "log_id": self.log_id, "log_epoch": self.log_epoch, "dev": head["dev"], "epoch": head["epoch"],
            "next": upto, "head": last, "verdicts": verdicts, "checkpoint": self.checkpoint(), "pack_version": 3,
            "session_state": "open", "retry_after_s": 0, **self.standing,
        })  # fmt: skip
        return {"reply": reply, "sig": self.key.sign(b"parvis-reply-1\n" + reply.encode())}

    def attachment(self, path: str, query: str, authorization: str, piece: bytes | None) -> tuple[int, dict]:
        """§14: how much of a file is here, and a piece more."""
        *_before, dev, _attachments, sha = path.split("/")
        named = {one["sha256"]: one["size"] for header in self.headers() for one in header["att"]}
        if dev != self.device["id"] or sha not in named:
            return 404, {"code": "attachment_unknown", "message": ""}
        held = self.files.get(sha, b"")
        if piece is not None:
            offset = int(query.partition("=")[2])
            signed = f"parvis-piece-1\n{self.log_id}\n{dev}\n{sha}\n{offset}\n{sha256(piece)}\n"
            if not verifies(self.device["key"], authorization.removeprefix("Parvis "), signed.encode()):
                return 403, {"code": "signature_wrong", "message": ""}
            held = held + piece[len(held) - offset :] if offset <= len(held) else held
            self.files[sha] = held
        whole = sha256(held) == sha
        facts = {"log_id": self.log_id, "dev": dev, "sha256": sha, "size": named[sha]}
        facts |= {"held": len(held), "whole": whole}
        reply = json.dumps(facts)
        return 200, {"reply": reply, "sig": self.key.sign(b"parvis-attachment-1\n" + reply.encode())}

    def headers(self) -> list[dict]:
        return [json.loads(json.loads(self.records[seq])["header"]) for seq in sorted(self.records)]

    def body(self, seq: int) -> str:
        return unb64u(json.loads(self.records[seq])["body"]).decode()

    def open_ballot(self, line: str) -> dict:
        """The plain ballot inside a record, by the box's private key (§4)."""
        record = json.loads(line)
        header, sealed = json.loads(record["header"]), unb64u(record["body"])
        e = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed[:65])
        info = b"parvis-seal-1" + sealed[:65] + self.box.public
        bits = HKDF(hashes.SHA256(), 44, b"", info).derive(self.box.private.exchange(ec.ECDH(), e))
        plain = AESGCM(bits[:32]).decrypt(bits[32:], sealed[65:], bytes.fromhex(header["def"]))
        assert len(plain) == 512
        return json.loads(plain)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    town: Town

    def do_GET(self) -> None:
        town, path = self.town, self.path.split("?")[0]
        town.requests.append(path)
        name = path.removeprefix("/kiosk/") or "index.html"
        file = town.release.worker if name == "sw.js" else town.release.files.get(name)
        if path == "/api/v1/log/consistency":
            self.api(lambda: town.consistency(self.path.partition("?")[2]))
        elif "/attachments/" in path:
            self.attachment(None)
        elif path == "/api/v1/log/checkpoint":
            self.api(lambda: (200, {"public_key": b64u(town.key.public), "checkpoint": town.checkpoint()}))
        elif path.startswith("/api/"):
            self.api(lambda: town.pack(path, self.headers.get("Authorization", "")))
        elif path == "/kiosk/release.json":
            self.answer(200, town.release.manifest, "application/json")
        elif path.startswith("/kiosk/") and file is not None:
            self.answer(200, file.content, file.content_type)
        else:
            self.answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.town.requests.append(self.path)
        is_enrolment = self.path == "/api/v1/devices/enrol"
        self.api(lambda: self.town.enrol(json.loads(body)) if is_enrolment else self.town.push(body))

    def do_PUT(self) -> None:
        self.attachment(self.rfile.read(int(self.headers["Content-Length"])))

    def attachment(self, piece: bytes | None) -> None:
        path, _mark, query = self.path.partition("?")
        self.api(lambda: self.town.attachment(path, query, self.headers.get("Authorization", ""), piece))

    def api(self, work: Callable[[], tuple[int, dict]]) -> None:
        mood = self.town.mood
        if mood == "portal":
            self.answer(200, b"<!doctype html><title>Log in to the hall</title>", "text/html")
            return
        status, answer = work()
        if mood == "deaf":
            self.close_connection = True
        else:
            self.answer(status, json.dumps(answer).encode(), "application/json")

    def answer(self, status: int, content: bytes, content_type: str) -> None:
        etag = f'"{sha256(content)}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, content = 304, b""
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": content_type, "ETag": etag}.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def serve(town: Town) -> ThreadingHTTPServer:
    """Start serving; ``town.origin`` says where. Call ``shutdown`` on what is returned."""
    handler = type("TownHandler", (Handler,), {"town": town})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    town.origin = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
