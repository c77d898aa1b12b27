"""The worked example of ``docs/protocol.md`` §13: one small kiosk from its code to its export file, byte by byte.

``worked()`` gives the bytes that ``worked.json`` keeps, made of fixed keys; ``chapter()`` the text that the document
shows. Signatures are those of RFC 6979, which are the same every time; a device may draw others.
"""

from __future__ import annotations

import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.devices.carried import answers_file, codes_of
from server.ledger import messages, tree
from server.ledger.codes import Code
from server.ledger.keys import b64u, key_hash, private_key_from_number, public_bytes
from server.ledger.records import Record

DEVICE, SERVER = 0x1001, 0x1002
EPOCH, ORIGIN, VERSION = "0123456789abcdef", "https://parvis.example", "1"
CODE = Code(bytes(range(10)))
AT = 1_790_000_000


def signed(number: int, message: bytes) -> str:
    """The RFC 6979 signature of a message, b64u."""
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(private_key_from_number(number).sign(message, algorithm))
    return b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def spelled(facts: dict) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def worked(chain: list[Record]) -> dict:
    """Every step for the first three records of ``chain``, a chain of DEVICE that begins with number 1."""
    device, server = (public_bytes(private_key_from_number(number)) for number in (DEVICE, SERVER))
    dev, log_id = key_hash(device), key_hash(server)
    head = {"dev": dev, "epoch": EPOCH, "count": 3, "seq": 3, "head": chain[2].id}
    signed_head = messages.push_message(log_id, dev, EPOCH, 3, chain[2].id)
    head["sig"] = signed(DEVICE, signed_head)
    first = spelled({"format": "parvis-push-1", **head, "checkpoint": 0, "unsent": 0, "version": VERSION})
    rest = b"".join(record.to_line() + b"\n" for record in chain[:3])
    reply = spelled(reply_of(chain[:3], dev, log_id))
    body_hash = {"sha256": hashlib.sha256(rest).hexdigest(), "sig": head.pop("sig")}
    export = {"format": "parvis-export-1", **head, **body_hash, "version": VERSION}
    path = f"/api/v1/devices/{dev}/pack"
    keys = {name: f"{number:064x}" for name, number in (("device", DEVICE), ("server", SERVER))}
    proof = messages.enrol_message(CODE.text, b64u(device))
    return {
        "keys": {"device_private": keys["device"], "device_public": device.hex(), "dev": dev}
        | {"server_private": keys["server"], "server_public": server.hex(), "log_id": log_id},
        "enrol": {"code": CODE.text, "public_key": b64u(device), "message": proof.decode()}
        | {"proof": signed(DEVICE, proof)},
        "get": {"path": path, "Authorization": f"Parvis {AT}.{signed(DEVICE, messages.get_message(path, AT))}"},
        "records": [record_of(record) for record in chain[:3]],
        "push": {"message": signed_head.decode(), "message_hex": signed_head.hex(), "first_line": first}
        | {"bytes": len(first.encode()) + 1 + len(rest)},
        "carried": carried_of(chain[:3], dev, log_id),
        "reply": {"reply": reply, "sig": signed(SERVER, messages.reply_message(reply.encode()))},
        "export": {"first_line": spelled(export)},
    }


def carried_of(chain: list[Record], dev: str, log_id: str) -> dict:
    """The answer to the export file, as it goes back by hand two days later: a witness has co-signed meanwhile."""
    told = reply_of(chain, dev, log_id) | {"verdicts": [], "runs": [[1, 3, "accepted", "", 2]], "time": AT + 172_800}
    reply = spelled(told | {"cosigned": 3})
    signed_reply = {"reply": reply, "sig": signed(SERVER, messages.reply_message(reply.encode()))}
    answers = [(signed_reply["reply"], signed_reply["sig"])]
    return {"signed": signed_reply, "file": answers_file(answers).decode(), "codes": codes_of(*answers[0])}


def record_of(record: Record) -> dict[str, str]:
    """The parts of one record, and what is hashed for each commitment (salt and content, in hex)."""
    subject = (record.subject_salt + record.subject.encode()).hex()
    return {
        "header": record.header_text,
        "header_hex": record.leaf.hex(),
        "id": record.id,
        "subject": record.subject,
        "subject_hashed": subject,
        "body_hashed": (record.body_salt + record.body).hex(),
        "line": record.to_line().decode(),
    }


def reply_of(chain: list[Record], dev: str, log_id: str) -> dict:
    """What a server whose list was empty answers."""
    root = tree.root(tree.leaf_hash(record.leaf) for record in chain).hex()
    size = len(chain)
    sig = signed(SERVER, messages.checkpoint_message(ORIGIN, log_id, 1, size, root))
    verdicts = [
        {"id": one.id, "seq": one.header.seq, "verdict": "accepted", "reason": "", "index": one.header.seq - 1}
        for one in chain
    ]
    return {
        "log_id": log_id, "log_epoch": 1, "dev": dev, "epoch": EPOCH, "next": size + 1, "head": chain[-1].id,
        "verdicts": verdicts,
        "checkpoint": {"origin": ORIGIN, "log_id": log_id, "epoch": 1, "size": size, "root": root, "sig": sig},
        "pack_version": 1, "session_state": "open", "retry_after_s": 0, "device": "enrolled",
    }  # fmt: skip


TITLES = (
    "Number 1 (§5), without a subject. Hashed: salt, then content, in hex.",
    "Number 2: `prev` is the id before.",
    "Number 3, a ballot with a right.",
)
LEAD = """\
All of it is in `tests/vectors/worked.json`; a test writes this chapter anew and compares. Keys are small numbers here
and drawn in life. The signatures are those of RFC 6979; one that a device draws differs each time, and both values of s
are good. Lines are whole; nothing is broken for the page."""


def chapter(facts: dict) -> str:
    """§13 as it stands in the document: headings, a sentence each, and the bytes."""
    enrol, push, first = facts["enrol"], facts["push"], facts["records"][0]
    body = {name: enrol[name] for name in ("code", "public_key", "proof")}
    message = {"message": json.dumps(enrol["message"]), "body": spelled(body)}
    signed_head = {"signed": json.dumps(push["message"]), "signed_hex": push["message_hex"]}
    whole = f"The push (§7): the first line and the three lines above, {push['bytes']} bytes in all."
    return "\n\n".join(
        [
            "## 13. A worked example",
            LEAD,
            *named("Keys: the private number, the 65 bytes, their hash.", facts["keys"]),
            *named("Enrolment (§6): what is signed, with its line ends, and the body of the request.", message),
            *named("The pack (§6): what is asked for, and the header.", facts["get"]),
            *[part for title, one in zip(TITLES, facts["records"], strict=True) for part in named(title, shown(one))],
            *named("The header of number 1 once more, as bytes: its id is their hash.", {"hex": first["header_hex"]}),
            *named(whole, signed_head | {"first_line": push["first_line"]}),
            *named("The answer of a server whose list was empty; signed as §7 says.", facts["reply"]),
            *named("The export file (§8): this line, then the same three lines.", facts["export"]),
            *named("The answer that is carried back (§8): signed as any reply.", facts["carried"]["signed"]),
            *named("The same as a file, one line, and as QR codes.", carried_shown(facts["carried"])),
            "",
        ]
    ).removesuffix("\n")


def carried_shown(carried: dict) -> dict[str, str]:
    codes = {f"code_{number}": code for number, code in enumerate(carried["codes"], start=1)}
    return {"file": carried["file"].removesuffix("\n"), **codes}


def shown(record: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in record.items() if value and name not in ("subject", "header_hex")}


def named(title: str, facts: dict[str, str]) -> list[str]:
    """A sentence and a block with one ``name`` and its bytes a line."""
    return [title, "```\n" + "\n".join(f"{name}  {value}" for name, value in facts.items()) + "\n```"]
