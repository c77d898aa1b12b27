"""Two of three trustees: the key of a box, wrapped once for each pair of their cards (``docs/protocol.md`` §4).

    card      two codes of 80 random bits (``server/ledger/codes.py``), one after the other: 36 characters, 20 bytes
    check     first 16 bytes of HMAC-SHA-256(salt, "parvis trustee card v1" ‖ ref ‖ number ‖ card); salt: 16 bytes
    key       HKDF-SHA-256(ikm = card a ‖ card b, salt = empty, info = "parvis trustees v1" ‖ ref ‖ a ‖ b), 32 bytes
    wrapped   AES-256-GCM(key, iv of 12 random bytes, d, associated data = ref ‖ P): 32 bytes, then a tag of 16

ref is the box's, 16 characters of ASCII; a < b and number are one ASCII digit each, 1 to 3; d is the private number of
the box's P-256 key, 32 bytes, most significant first; P its public key, 65 bytes. The key folder has a file per pair::

    box-<ref>.pair<ab>  {"format":"parvis-trustees-1","box":ref,"pair":[a,b],"box_key":P,"iv":…,"wrapped":…}   (b64u)

A card alone, or a copy of folder and database without cards, opens nothing. A worked case:
``tests/vectors/trustees.json``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.ledger import keys
from server.ledger.codes import SKIPPED, SYMBOLS, Code, NotACode, new_code, parse_code
from server.ledger.installation import installation, write_once

from .sealing import seal, unseal

if TYPE_CHECKING:
    from .models import Box

FORMAT = "parvis-trustees-1"
NEEDED, OF = 2, 3
NUMBERS = (1, 2, 3)
PAIRS = ((1, 2), (1, 3), (2, 3))
SALT_BYTES = 16
CHECK_BYTES = 16
TEST_CHOICES = {"test": ["opens"]}
TEST_LENGTH = 64

Pair = tuple[int, int]


class NotACard(ValueError):
    """What was typed is no card. ``line``: 1 or 2 where one of the two is to blame, 0 where the length is."""

    def __init__(self, line: int = 0) -> None:
        super().__init__("not a card")
        self.line = line


class PairDamaged(ValueError):
    """The file of a pair is missing, altered, or not for these cards and this key."""


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """The secret of one trustee. It never shows itself in a log or a trace."""

    codes: tuple[Code, Code]

    def __repr__(self) -> str:
        return "Card(…)"

    @property
    def raw(self) -> bytes:
        return self.codes[0].raw + self.codes[1].raw

    @property
    def text(self) -> str:
        """The 36 characters without groups, as in the QR."""
        return self.codes[0].text + self.codes[1].text

    @property
    def lines(self) -> tuple[str, str]:
        """The two lines that people read."""
        return self.codes[0].grouped, self.codes[1].grouped


def new_card() -> Card:
    return Card((new_code(), new_code()))


def parse_card(text: str) -> Card:
    """Read a typed or scanned card. Raises NotACard."""
    symbols = [character for character in text[:200] if character not in SKIPPED]
    if len(text) > 200 or len(symbols) != 2 * SYMBOLS:
        raise NotACard
    lines = ("".join(symbols[:SYMBOLS]), "".join(symbols[SYMBOLS:]))
    return Card((_parsed(lines[0], 1), _parsed(lines[1], 2)))


def _parsed(text: str, line: int) -> Code:
    try:
        return parse_code(text)
    except NotACode as error:
        raise NotACard(line) from error


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def check_of(card: Card, *, ref: str, number: int, salt: bytes) -> bytes:
    """By which the box knows a card again. 160 random bits are not guessed from it, nor from many of them."""
    message = b"parvis trustee card v1" + ref.encode() + str(number).encode() + card.raw
    return hmac.new(salt, message, hashlib.sha256).digest()[:CHECK_BYTES]


def is_same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


def wrap(private: EllipticCurvePrivateKey, cards: Mapping[int, Card], *, ref: str, pair: Pair, iv: bytes) -> bytes:
    """The file of one pair. ``iv``: 12 bytes, fresh each time."""
    public = keys.public_bytes(private)
    number = private.private_numbers().private_value.to_bytes(32, "big")
    wrapped = AESGCM(_pair_key(cards, ref, pair)).encrypt(iv, number, ref.encode() + public)
    facts = {"format": FORMAT, "box": ref, "pair": list(pair), "box_key": keys.b64u(public)}
    facts |= {"iv": keys.b64u(iv), "wrapped": keys.b64u(wrapped)}
    return json.dumps(facts, separators=(",", ":")).encode()


def unwrap(content: bytes, cards: Mapping[int, Card], *, ref: str, pair: Pair) -> EllipticCurvePrivateKey:
    """The private key of the box. Raises PairDamaged."""
    facts = _read(content, ref, pair)
    public = facts["box_key"]
    try:
        key = AESGCM(_pair_key(cards, ref, pair))
        number = key.decrypt(facts["iv"], facts["wrapped"], ref.encode() + public)
        private = keys.private_key_from_number(int.from_bytes(number, "big"))
    except (InvalidTag, ValueError) as error:
        raise PairDamaged("does not open") from error
    if keys.public_bytes(private) != public:
        raise PairDamaged("another key")
    return private


def _pair_key(cards: Mapping[int, Card], ref: str, pair: Pair) -> bytes:
    first, second = pair
    info = b"parvis trustees v1" + ref.encode() + f"{first}{second}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(cards[first].raw + cards[second].raw)


def _read(content: bytes, ref: str, pair: Pair) -> dict[str, bytes]:
    try:
        facts = json.loads(content)
        if (facts["format"], facts["box"], facts["pair"]) != (FORMAT, ref, list(pair)):
            raise PairDamaged("of something else")
        return {name: keys.unb64u(facts[name]) for name in ("box_key", "iv", "wrapped")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PairDamaged("not the file of a pair") from error


def _path(ref: str, pair: Pair) -> Path:
    return installation().key_dir / f"box-{ref}.pair{pair[0]}{pair[1]}"


def make_pairs(box: Box, cards: Mapping[int, Card]) -> None:
    """Make the key of the box, wrap it for each pair, open a test ballot with each of the files, and forget it.

    What an interrupted ceremony left is replaced. When anything fails no file stays.
    """
    forget_pairs(box)
    private = keys.new_private_key()
    try:
        for pair in PAIRS:
            write_once(_path(box.ref, pair), wrap(private, cards, ref=box.ref, pair=pair, iv=secrets.token_bytes(12)))
        for pair in PAIRS:
            try_pair(box, cards, pair=pair, public=keys.public_bytes(private))
    except BaseException:
        forget_pairs(box)
        raise


def open_pair(box: Box, cards: Mapping[int, Card], *, pair: Pair, public: bytes) -> EllipticCurvePrivateKey:
    """The private key that belongs to ``public``, from two cards and their file, in memory only. Raises PairDamaged."""
    try:
        private = unwrap(_path(box.ref, pair).read_bytes(), cards, ref=box.ref, pair=pair)
    except FileNotFoundError as error:
        raise PairDamaged("missing") from error
    if keys.public_bytes(private) != public:
        raise PairDamaged("another key")
    return private


def try_pair(box: Box, cards: Mapping[int, Card], *, pair: Pair, public: bytes) -> None:
    """Seal a test ballot to the public key and open it with this pair: no ballot of the box is touched.

    Raises PairDamaged.
    """
    about = hashlib.sha256(b"parvis trustees test" + box.ref.encode()).digest()
    sealed = seal(TEST_CHOICES, box_key=public, definition=about, length=TEST_LENGTH)
    private = open_pair(box, cards, pair=pair, public=public)
    if unseal(sealed, box_private=private, definition=about) != TEST_CHOICES:
        raise PairDamaged("the test ballot does not open")


def public_key(box: Box) -> bytes:
    """The 65 bytes that ballots are sealed to, as all three files say it. Raises PairDamaged."""
    found = set()
    for pair in PAIRS:
        try:
            found.add(_read(_path(box.ref, pair).read_bytes(), box.ref, pair)["box_key"])
        except FileNotFoundError as error:
            raise PairDamaged("missing") from error
    if len(found) != 1:
        raise PairDamaged("of different keys")
    return found.pop()


def forget_pairs(box: Box) -> None:
    """Before freezing: what was wrapped opens nothing any more. Again is the same as once."""
    for pair in PAIRS:
        _path(box.ref, pair).unlink(missing_ok=True)
