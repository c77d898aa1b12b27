"""What the suite needs of the other chapters: sealing a ballot (§2, §4) and the proof that a list only grew (§9)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .client import Key, compact, is_signed, sha256, unb64u

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def read_code(typed: str) -> str:
    """The 18 characters of a code (§2). Its check symbols are left to the server."""
    return typed.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))


def use_value(code: str, key: bytes) -> str:
    """What a ballot names of its pass: 32 hexadecimal characters (§2)."""
    bits = 0
    for symbol in read_code(code)[:16]:
        bits = bits << 5 | ALPHABET.index(symbol)
    return hmac.digest(key, b"use" + bits.to_bytes(10, "big"), "sha256")[:16].hex()


def seal(choices: dict[str, list[str]], definition: str) -> bytes:
    """§4. ``definition`` is its text, as the pack gives it."""
    frozen = json.loads(definition)
    box, own = unb64u(frozen["box_key"]), Key()
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), box)
    info = b"parvis-seal-1" + own.public + box
    bits = HKDF(hashes.SHA256(), 44, b"", info).derive(own.private.exchange(ec.ECDH(), point))
    plain = compact({"v": 1, "choices": choices}).encode().ljust(frozen["sealed_length"])
    about = hashlib.sha256(definition.encode()).digest()
    return own.public + AESGCM(bits[:32]).encrypt(bits[32:], plain, about)


def is_signed_state(state: dict[str, Any], public: bytes) -> bool:
    """Whether the installation signed this checkpoint (§9)."""
    lines = "".join(f"{state[name]}\n" for name in ("origin", "log_id", "epoch", "size", "root"))
    return is_signed(public, state["sig"], f"parvis-checkpoint-1\n{lines}")


def is_consistent(first: int, second: int, before: str, after: str, proof: list[str]) -> bool:
    """RFC 9162, 2.1.4.2, for 0 < first <= second."""
    if first == second:
        return not proof and before == after
    steps = [bytes.fromhex(step) for step in proof]
    if first & (first - 1) == 0:
        steps.insert(0, bytes.fromhex(before))
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return False
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = _node(step, old), _node(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = _node(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (old.hex(), new.hex()) == (before, after)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


# -- §8: an answer that is carried by hand ----------------------------------------------------------------------


def read_answers(content: bytes, public: bytes) -> list[dict[str, Any]]:
    """The replies in a file of answers, those that the installation signed."""
    told = json.loads(content)
    if told["format"] != "parvis-answers-1":
        raise ValueError("not a file of answers")
    return [
        json.loads(one["reply"])
        for one in told["answers"]
        if is_signed(public, one["sig"], f"parvis-reply-1\n{one['reply']}")
    ]


def join_codes(texts: list[str]) -> str:
    """The signed answer in the codes of one sheet, in whatever order they were read; "" while one is missing."""
    parts = [text.split(".", 4) for text in texts]
    marks = {(name, of, mark) for name, _number, of, mark, _part in parts}
    by_number = {int(number): part for _name, number, _of, _mark, part in parts}
    (name, of, mark) = marks.pop()
    if marks or name != "PA1" or sorted(by_number) != list(range(1, int(of) + 1)):
        return ""
    whole = "".join(by_number[number] for number in sorted(by_number))
    return whole if sha256(whole.encode()).startswith(mark) else ""


def verdicts_in(reply: dict[str, Any], ids: list[str]) -> list[tuple[int, str, str]]:
    """``(number, id, verdict)`` that the runs of a reply stand for; nothing where the chain is another.

    ids: of the device's own records, from number 1.
    """
    if ids[reply["next"] - 2] != reply["head"]:
        return []
    return [
        (seq, ids[seq - 1], verdict)
        for first, last, verdict, _reason, _index in reply["runs"]
        for seq in range(first, last + 1)
    ]
