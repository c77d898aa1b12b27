"""Unlock cards and what they open, byte by byte (``docs/protocol.md`` §6). Pure.

A card is 128 random bits, written as 26 symbols of five bits (the last two bits are zero) and the two check symbols of
§2: 28 characters. The server never keeps it; it keeps what follows from it and from nothing else:

    U       HKDF-SHA-256(ikm = card, salt = empty, info = "parvis-unlock-1" ‖ session (16 ASCII), 32 bytes)
    id      first 8 bytes of SHA-256("parvis-unlock-id-1" ‖ U), hex: names the card in packs and records
    key(p)  HKDF-SHA-256(ikm = U, salt = empty, info = p, 32 bytes)

The roll of a desk's pack is sealed under a key R drawn for this pack, and R once for each card:

    sealed   AES-256-GCM(R, iv, roll as UTF-8 JSON, associated data)
    wrapped  AES-256-GCM(key("parvis-desk-wrap-1"), iv, R, associated data)
             associated data = "parvis-desk-1\n" session "\n" dev "\n" version "\n"

What a desk writes down beside a deed is sealed to its card, filled up with spaces so that its length tells nothing:

    sealed   AES-256-GCM(key("parvis-desk-note-1"), iv, JSON, "parvis-note-1\n" type "\n" session "\n" dev "\n")

Each iv is 12 random bytes. 128 random bits are not guessed, by whoever holds the tablet neither.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.ledger.codes import RandomBytes, Spelt, read_spelt
from server.ledger.keys import b64u, unb64u

CARD_BYTES = 16
IV_BYTES = 12
WRAP, NOTE = b"parvis-desk-wrap-1", b"parvis-desk-note-1"


class CannotOpen(Exception):
    """Sealed to another card, for another place, or altered."""


@dataclass(frozen=True, slots=True, repr=False)
class Card(Spelt):
    """An unlock card as its 16 bytes."""

    def key(self, session: str) -> bytes:
        """U, for the session with this ref."""
        return _derive(self.raw, b"parvis-unlock-1" + session.encode())


def new_card() -> Card:
    return Card(secrets.token_bytes(CARD_BYTES))


def parse_card(text: str) -> Card:
    """Read a typed or scanned card. Raises NotACode."""
    return Card(read_spelt(text, CARD_BYTES))


def card_id(key: bytes) -> str:
    return hashlib.sha256(b"parvis-unlock-id-1" + key).digest()[:8].hex()


def _derive(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def seal_roll(
    roll: Mapping[str, Any],
    keys: Mapping[str, bytes],
    *,
    session: str,
    dev: str,
    version: int,
    rng: RandomBytes = secrets,  # type: ignore[assignment]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """``(desk, unlock)`` as the pack holds them. keys: U of each card, by its id."""
    about, roll_key = _roll_place(session, dev, version), rng.token_bytes(32)
    text = json.dumps(roll, ensure_ascii=False, separators=(",", ":")).encode()
    unlock = [
        {"id": name, **_sealed(_derive(key, WRAP), roll_key, about, rng, name="wrapped")}
        for name, key in sorted(keys.items())
    ]
    return _sealed(roll_key, text, about, rng), unlock


def open_roll(pack: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """What a desk does with its pack and a card's U. Raises CannotOpen."""
    about = _roll_place(pack["session"]["id"], pack["device"]["id"], pack["version"])
    [wrapped] = [one for one in pack["unlock"] if one["id"] == card_id(key)] or [{}]
    roll_key = _opened(_derive(key, WRAP), wrapped, about, name="wrapped")
    roll: dict[str, Any] = json.loads(_opened(roll_key, pack["desk"], about))
    return roll


def seal_note(
    facts: Mapping[str, Any],
    key: bytes,
    *,
    type_: str,
    session: str,
    dev: str,
    size: int,
    rng: RandomBytes = secrets,  # type: ignore[assignment]
) -> dict[str, str]:
    """``{"card", "iv", "sealed"}``, the body of a desk's record. size: bytes that the facts are filled up to."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode().ljust(size)
    return {"card": card_id(key), **_sealed(_derive(key, NOTE), text, _note_place(type_, session, dev), rng)}


def open_note(body: Mapping[str, Any], key: bytes, *, type_: str, session: str, dev: str) -> dict[str, Any]:
    """What the desk wrote. Raises CannotOpen."""
    try:
        facts = json.loads(_opened(_derive(key, NOTE), body, _note_place(type_, session, dev)))
    except (ValueError, RecursionError) as error:
        raise CannotOpen from error
    if not isinstance(facts, dict):
        raise CannotOpen
    return facts


def _roll_place(session: str, dev: str, version: int) -> bytes:
    return f"parvis-desk-1\n{session}\n{dev}\n{version}\n".encode()


def _note_place(type_: str, session: str, dev: str) -> bytes:
    return f"parvis-note-1\n{type_}\n{session}\n{dev}\n".encode()


def _sealed(key: bytes, plain: bytes, about: bytes, rng: RandomBytes, *, name: str = "sealed") -> dict[str, str]:
    iv = rng.token_bytes(IV_BYTES)
    return {"iv": b64u(iv), name: b64u(AESGCM(key).encrypt(iv, plain, about))}


def _opened(key: bytes, sealed: Mapping[str, Any], about: bytes, *, name: str = "sealed") -> bytes:
    try:
        return AESGCM(key).decrypt(unb64u(str(sealed["iv"])), unb64u(str(sealed[name])), about)
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise CannotOpen from error
