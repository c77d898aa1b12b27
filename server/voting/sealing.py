"""Sealing a ballot to the key of its box, where it is cast (``docs/protocol.md`` §4).

    plain     {"v":1,"choices":{"q1":["13","7"],"q2":{"5":3}}} as UTF-8 JSON, then spaces up to ``length`` bytes
    e, E      a fresh P-256 key pair; E is the public key, 65 bytes
    Z         ECDH(e, box_key), the x coordinate, 32 bytes
    key ‖ iv  HKDF-SHA-256(ikm = Z, salt = empty, info = "parvis-seal-1" ‖ E ‖ box_key, 44 bytes): 32 + 12
    sealed    E ‖ AES-256-GCM(key, iv, plain, associated data = definition hash): ciphertext, then a tag of 16 bytes

Key and iv come from a key pair used once, so the pair (key, iv) never returns. E is in the derivation: what is opened
with E was sealed with E. The definition is associated data: a ballot of another vote does not open. Every sealed ballot
of a box has the same size, ``sealed_size(length)``. Worked cases: ``tests/vectors/sealing.json``.
"""

from __future__ import annotations

import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.ledger.keys import PUBLIC_BYTES, load_public_key, new_private_key, public_bytes

from .ballots import Choices, has_known_shape

INFO = b"parvis-seal-1"
TAG_BYTES = 16


class BallotTooLong(ValueError):
    """The plain ballot does not fit the box's length."""


class CannotOpen(ValueError):
    """A sealed ballot that does not open.

    ``code``: ``malformed`` (size, or E is no point), ``wrong_key`` (another box, another definition, altered bytes) or
    ``not_a_ballot`` (it opens, and what is inside is not a plain ballot).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sealed_size(length: int) -> int:
    """Bytes of every sealed ballot of a box whose plain ballots are padded to ``length`` bytes."""
    return PUBLIC_BYTES + length + TAG_BYTES


def pad(plain: bytes, length: int) -> bytes:
    """Fill with spaces up to ``length`` bytes; raise BallotTooLong when there are more already."""
    if len(plain) > length:
        raise BallotTooLong(f"{len(plain)} bytes, at most {length}")
    return plain.ljust(length, b" ")


def ephemeral(sealed: bytes) -> bytes:
    """E, the 65 bytes that must be unique within a box."""
    return sealed[:PUBLIC_BYTES]


def seal(
    choices: Choices,
    *,
    box_key: bytes,
    definition: bytes,
    length: int,
    private: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the sealed ballot.

    choices: contest id → answer, as ``answers.in_order`` gives it; box_key: 65 bytes; definition: its hash, 32 bytes;
    length: bytes of the padded plain ballot; private: a fixed key for test vectors, otherwise a fresh one.
    Raises BallotTooLong, and ValueError for a box key that is no key.
    """
    plain = json.dumps({"v": 1, "choices": choices}, ensure_ascii=False, separators=(",", ":")).encode()
    private = private or new_private_key()
    own = public_bytes(private)
    shared = private.exchange(ec.ECDH(), load_public_key(box_key))
    key, iv = _derive(shared, own, box_key)
    return own + AESGCM(key).encrypt(iv, pad(plain, length), definition)


def unseal(sealed: bytes, *, box_private: ec.EllipticCurvePrivateKey, definition: bytes) -> Choices:
    """Open a sealed ballot and return its choices: contest id → answer, as written by the voter's device.

    Whether they are allowed is for ``ballots.py`` to say. Raises CannotOpen.
    """
    own = ephemeral(sealed)
    if len(sealed) < PUBLIC_BYTES + TAG_BYTES:
        raise CannotOpen("malformed")
    try:
        shared = box_private.exchange(ec.ECDH(), load_public_key(own))
    except ValueError as error:
        raise CannotOpen("malformed") from error
    key, iv = _derive(shared, own, public_bytes(box_private))
    try:
        plain = AESGCM(key).decrypt(iv, sealed[PUBLIC_BYTES:], definition)
    except InvalidTag as error:
        raise CannotOpen("wrong_key") from error
    return _choices(plain)


def _derive(shared: bytes, own: bytes, box_key: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(algorithm=hashes.SHA256(), length=44, salt=None, info=INFO + own + box_key).derive(shared)
    return derived[:32], derived[32:]


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _choices(plain: bytes) -> Choices:
    """Read the plain ballot strictly: a kiosk that is not ours may have written it."""
    try:
        ballot = json.loads(plain.decode("utf-8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise CannotOpen("not_a_ballot") from error
    if not isinstance(ballot, dict) or set(ballot) != {"v", "choices"} or not _is_one(ballot["v"]):
        raise CannotOpen("not_a_ballot")
    choices = ballot["choices"]
    if not isinstance(choices, dict) or not all(has_known_shape(answer) for answer in choices.values()):
        raise CannotOpen("not_a_ballot")
    return choices


def _is_one(value: object) -> bool:
    return type(value) is int and value == 1  # True == 1 in Python, and 1.0 == 1: neither is the version
