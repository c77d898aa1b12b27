"""The cases of attachments (§14), and what a device needs for them."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from .bench import Bench, case, expect, expect_refusal
from .client import Answer, Key, NoAnswer, is_signed, sha256, unb64u

JPEG = b"\xff\xd8\xff"
KIND = "application/octet-stream"


def name(bench: Bench, content: bytes, **changes: Any) -> str:
    """A record that names this file is sent; the verdict and its reason."""
    att = {"sha256": sha256(content), "size": len(content), "type": "image/jpeg"} | changes
    return bench.verdicts([bench.device.add("paper.photo", b"{}", actor="scanner", att=[att])])[0]


def path_of(bench: Bench, sha: str) -> str:
    return f"/api/v1/devices/{bench.device.dev}/attachments/{sha}"


def ask(bench: Bench, sha: str) -> Answer:
    at, path = int(time.time()), path_of(bench, sha)
    sig = bench.device.key.sign(f"parvis-get-1\n{path}\n{at}\n")
    return bench.device.ask(path, Authorization=f"Parvis {at}.{sig}")


def put(bench: Bench, sha: str, offset: int, piece: bytes, *, key: Key | None = None, sent: bytes = b"") -> Answer:
    """A piece; ``key`` and ``sent`` are another signer and other bytes, for what must be refused."""
    facts = (bench.device.pack["log_id"], bench.device.dev, sha, offset, sha256(piece))
    sig = (key or bench.device.key).sign("parvis-piece-1\n" + "".join(f"{fact}\n" for fact in facts))
    return bench.device.put(
        f"{path_of(bench, sha)}?offset={offset}", sent or piece, KIND, Authorization=f"Parvis {sig}"
    )


def held(bench: Bench, answer: Answer, sha: str) -> tuple[int, bool]:
    """What a signed reply says. Raises NoAnswer for any other."""
    expect(answer.status, 200, f"a sound request, refused with {answer.told.get('code')!r}")
    pack, text = bench.device.pack, answer.told.get("reply", "")
    if not is_signed(unb64u(pack["server_key"]), answer.told["sig"], f"parvis-attachment-1\n{text}"):
        raise NoAnswer("the reply is not signed by the log")
    reply = json.loads(text)
    expect((reply["log_id"], reply["dev"], reply["sha256"]), (pack["log_id"], bench.device.dev, sha))
    return reply["held"], reply["whole"]


@case("A file that a record names comes in pieces, and each signed reply says where to go on")
def pieces(bench: Bench) -> None:
    content = JPEG + secrets.token_bytes(997)
    sha = sha256(content)
    expect(name(bench, content), "accepted")
    expect(held(bench, ask(bench, sha), sha), (0, False))
    expect(held(bench, put(bench, sha, 0, content[:600]), sha), (600, False))
    expect(held(bench, put(bench, sha, 0, content[:600]), sha), (600, False), "the same again")
    expect(held(bench, put(bench, sha, 700, content[700:]), sha), (600, False), "too far on")
    expect(held(bench, put(bench, sha, 500, content[500:]), sha), (1000, True), "known in part")
    expect(held(bench, ask(bench, sha), sha), (1000, True))


@case("A complete file with another hash is thrown away, and begun anew")
def wrong_file(bench: Bench) -> None:
    content = JPEG + secrets.token_bytes(97)
    sha = sha256(content)
    name(bench, content)
    expect(held(bench, put(bench, sha, 0, bytes(100)), sha), (0, False))
    expect(held(bench, put(bench, sha, 0, content), sha), (100, True))


@case("A hash that no record names is unknown, and a piece of another key or with other bytes is refused")
def not_named(bench: Bench) -> None:
    content = JPEG + secrets.token_bytes(97)
    sha = sha256(content)
    for answer in (ask(bench, sha), put(bench, sha, 0, content)):
        expect_refusal(answer, 404, "attachment_unknown")
    name(bench, content)
    expect_refusal(put(bench, sha, 0, content, key=Key()), 403, "signature_wrong")
    expect_refusal(put(bench, sha, 0, content, sent=bytes(100)), 403, "signature_wrong")
    expect_refusal(bench.device.ask(path_of(bench, sha)), 403, "request_not_signed")
    expect(held(bench, ask(bench, sha), sha), (0, False))


@case("A record whose file is too large, or of a media type that is not taken, is quarantined by name")
def not_taken(bench: Bench) -> None:
    for change in ({"size": 8 * 1024 * 1024 + 1}, {"size": 0}, {"type": "text/html"}):
        expect(name(bench, JPEG, **change), "quarantined attachment", str(change))
