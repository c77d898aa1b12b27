"""What a witness says, and how it is read (``docs/protocol.md`` §9).

    statement   {"format": "parvis-witness-1", "checkpoint": {…}, "witness": hash of its key, "public_key", "sig"}
                sig over "parvis-witness-1\\n" ‖ the bytes that the installation signed for this checkpoint
    refusal     {"format": "parvis-refusal-1", "evidence": "<JSON text>", "witness", "public_key", "sig"}
                sig over "parvis-refusal-1\\n" ‖ the evidence: what did not fit, both sides of it
    file        {"format": "parvis-witness-file-1", "statements": [the newest], "refusals": [the newest]}

A file is what a witness puts where anyone can fetch it. Whoever reads takes any of the three. Sizes are bounded before
anything is parsed; a signature is checked by ``holds`` and believed by nobody before that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from .headers import MAX_NUMBER
from .keys import b64u, key_hash, public_bytes, sign, unb64u, verify
from .messages import checkpoint_message, refusal_message, witness_message

MOST_BYTES = 1 << 20
MOST_EVIDENCE = 1 << 16
MOST_STATEMENTS, MOST_REFUSALS = 50, 10
SHAPE = {"origin": str, "log_id": str, "epoch": int, "size": int, "root": str, "sig": str}


class NoStatement(ValueError):
    """Bytes in which no witness says anything."""


def require_checkpoint(checkpoint: Any) -> dict[str, Any]:
    """Raise ValueError for what is no checkpoint as §9 writes it."""
    if not isinstance(checkpoint, dict) or set(checkpoint) != set(SHAPE):
        raise ValueError("no checkpoint")
    for name, kind in SHAPE.items():
        if type(checkpoint[name]) is not kind or (kind is str and len(checkpoint[name]) > 300):
            raise ValueError(name)
    is_written = checkpoint["root"] == checkpoint["root"].lower() and len(bytes.fromhex(checkpoint["root"])) == 32
    if not is_written or not 0 <= checkpoint["size"] <= MAX_NUMBER or not 1 <= checkpoint["epoch"] < 2**31:
        raise ValueError("values")
    return checkpoint


def checkpoint_bytes(checkpoint: Mapping[str, Any]) -> bytes:
    """What the installation signs about this checkpoint."""
    return checkpoint_message(*(checkpoint[name] for name in ("origin", "log_id", "epoch", "size", "root")))


def is_signed_by(checkpoint: Mapping[str, Any], public: bytes) -> bool:
    """Whether the holder of this key signed the checkpoint, as one of its own log."""
    try:
        signature = unb64u(checkpoint["sig"])
    except ValueError:
        return False
    return checkpoint["log_id"] == key_hash(public) and verify(public, checkpoint_bytes(checkpoint), signature)


@dataclass(frozen=True)
class Statement:
    """A witness saw this checkpoint, and it extends all that the witness saw before."""

    checkpoint: Mapping[str, Any]
    witness: str
    public_key: bytes
    signature: bytes

    def holds(self) -> bool:
        message = witness_message(checkpoint_bytes(self.checkpoint))
        return self.witness == key_hash(self.public_key) and verify(self.public_key, message, self.signature)


@dataclass(frozen=True)
class Refused:
    """A witness did not sign, and says why. ``evidence``: the JSON text that it signed."""

    evidence: str
    witness: str
    public_key: bytes
    signature: bytes

    def holds(self) -> bool:
        message = refusal_message(self.evidence.encode())
        return self.witness == key_hash(self.public_key) and verify(self.public_key, message, self.signature)

    @property
    def why(self) -> str:
        """Its own sentence."""
        told = json.loads(self.evidence)
        why = told.get("why") if isinstance(told, dict) else ""
        return why[:300] if isinstance(why, str) else ""


Said = Statement | Refused


def write_statement(key: EllipticCurvePrivateKey, checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Sign a checkpoint as its witness."""
    sig = sign(key, witness_message(checkpoint_bytes(checkpoint)))
    return {"format": "parvis-witness-1", "checkpoint": dict(checkpoint), **_signed(key, sig)}


def write_refusal(key: EllipticCurvePrivateKey, evidence: str) -> dict[str, Any]:
    """Sign what shows why nothing else was signed."""
    sig = sign(key, refusal_message(evidence.encode()))
    return {"format": "parvis-refusal-1", "evidence": evidence, **_signed(key, sig)}


def _signed(key: EllipticCurvePrivateKey, sig: bytes) -> dict[str, str]:
    own = public_bytes(key)
    return {"witness": key_hash(own), "public_key": b64u(own), "sig": b64u(sig)}


def write_file(statements: Sequence[Mapping[str, Any]], refusals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a witness publishes: the newest of both, each list in the order in which it was said."""
    return {
        "format": "parvis-witness-file-1",
        "statements": list(statements[-MOST_STATEMENTS:]),
        "refusals": list(refusals[-MOST_REFUSALS:]),
    }


def read(content: bytes) -> list[Said]:
    """Everything that is said in a statement, a refusal or a file. Raises NoStatement."""
    if len(content) > MOST_BYTES:
        raise NoStatement("too long")
    try:
        told = json.loads(content)
        if told["format"] != "parvis-witness-file-1":
            return [_said(told)]
        parts = [*told["statements"][-MOST_STATEMENTS:], *told["refusals"][-MOST_REFUSALS:]]
        return [_said(part) for part in parts]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoStatement("not readable") from error


def _said(told: Any) -> Said:
    signed = (told["witness"], unb64u(told["public_key"]), unb64u(told["sig"]))
    if not isinstance(told["witness"], str) or len(told["witness"]) != 64:
        raise ValueError("witness")
    if told["format"] == "parvis-witness-1":
        return Statement(require_checkpoint(told["checkpoint"]), *signed)
    evidence = told["evidence"]
    if told["format"] != "parvis-refusal-1" or not isinstance(evidence, str) or len(evidence) > MOST_EVIDENCE:
        raise ValueError("format")
    json.loads(evidence)
    return Refused(evidence, *signed)
