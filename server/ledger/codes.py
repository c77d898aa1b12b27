"""Codes of passes and sheets: 80 random bits and two check symbols.

Format
------
The 10 bytes are read as 16 symbols of 5 bits, most significant bit first, and two check symbols follow. A symbol is
written in Crockford's base32, ``0123456789ABCDEFGHJKMNPQRSTVWXYZ``; printed and typed in groups,
``XXXX-XXXX-XXXX-XXXX-XX``. When read, case does not matter, spaces and hyphens are skipped, ``O`` is ``0``, ``I`` and
``L`` are ``1``.

The 18 symbols c0 … c17 are a Reed–Solomon codeword over GF(32), built on x⁵ + x² + 1 with α = 2: the polynomial
Σ cᵢ·x^(17−i) has the roots α and α². Its distance is 3, so every error in one or two characters is seen, and so is
every exchange of two characters. Nothing is ever corrected: a code that is not right is refused.

A key K of 32 random bytes belongs to a meeting session, or to the letters of a box. From the 10 bytes come

    check = first 16 bytes of HMAC-SHA-256(K, "check" ‖ code)      in every pack: recognises a code
    use   = first 16 bytes of HMAC-SHA-256(K, "use" ‖ code)        in the ballot: spends a code
    voice = first 16 bytes of HMAC-SHA-256(K, "voice" ‖ code)      in an endorsement: whose it is

so that a device which was not shown a code cannot make its use value, and whoever sees a voice cannot tell which
ballot is of the same pass.

Worked example
--------------
The bytes 00 01 02 03 04 05 06 07 08 09 are the symbols 0 0 0 16 4 0 24 4 0 20 3 0 14 2 0 9, and their check symbols
are 31 and 26: ``000G-40R4-0M30-E209-ZT``. With K = 32 bytes 0x2a, check is ``dc5a1cd04ca18cc1a5b95bcdcd693cc3``,
use is ``891edb79b48def8deedaf837813658cc`` and voice is ``9b3b87a4f95138d21ccaa8a44f38c385``. More cases:
``tests/vectors/codes.json``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Protocol

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 10
DATA_SYMBOLS = 16
SYMBOLS = 18
KEYED_BYTES = 16

# Spaces and hyphens as keyboards, phones and word processors write them.
SKIPPED = " \t\r\n\u00a0-\u2010\u2011\u2013"
# Written out rather than made with str.upper(), which would also turn letters of other alphabets into ours.
VALUES = {
    **{symbol: value for value, symbol in enumerate(ALPHABET)},
    **{symbol.lower(): value for value, symbol in enumerate(ALPHABET)},
    "O": 0, "o": 0, "I": 1, "i": 1, "L": 1, "l": 1,
}  # fmt: skip


class NotACode(ValueError):
    """What was typed or scanned is no code. ``code``: ``code_character``, ``code_length`` or ``code_check``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RandomBytes(Protocol):
    """What ``secrets`` offers; a rehearsal passes a seeded one."""

    def token_bytes(self, nbytes: int) -> bytes: ...


def _powers_of_alpha() -> tuple[int, ...]:
    powers, value = [], 1
    for _ in range(31):
        powers.append(value)
        value <<= 1
        if value & 0b100000:
            value ^= 0b100101
    return tuple(powers)


EXP = _powers_of_alpha()
LOG = {value: exponent for exponent, value in enumerate(EXP)}


def multiply(a: int, b: int) -> int:
    """The product of two symbols in GF(32)."""
    return EXP[(LOG[a] + LOG[b]) % 31] if a and b else 0


def syndromes(symbols: list[int]) -> tuple[int, int]:
    """Return the values of the symbols' polynomial at α and α²: (0, 0) for a codeword and for nothing else."""
    at_alpha = at_square = 0
    for symbol in symbols:
        at_alpha = multiply(at_alpha, EXP[1]) ^ symbol
        at_square = multiply(at_square, EXP[2]) ^ symbol
    return at_alpha, at_square


def _check_symbols(symbols: list[int]) -> list[int]:
    """Return the two symbols that make the others a codeword: a·x + b equals the known part at α and at α²."""
    at_alpha, at_square = syndromes([*symbols, 0, 0])
    # a·α + b = s₁ and a·α² + b = s₂, hence a = (s₁ + s₂) / (α + α²).
    inverse = EXP[-LOG[EXP[1] ^ EXP[2]] % 31]
    first = multiply(at_alpha ^ at_square, inverse)
    return [first, at_alpha ^ multiply(first, EXP[1])]


@dataclass(frozen=True, slots=True, repr=False)
class Spelt:
    """Secret bytes that people carry on paper: they never show themselves in a log or a trace."""

    raw: bytes

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    @property
    def text(self) -> str:
        """The characters without hyphens, as in the QR: 18 of a code, 28 of an unlock card."""
        return spell(self.raw)

    @property
    def grouped(self) -> str:
        """The form that people read, in fours."""
        return in_fours(self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Code(Spelt):
    """A code as its 10 bytes. It opens a right to vote."""

    def __post_init__(self) -> None:
        if len(self.raw) != CODE_BYTES:
            raise NotACode("code_length")

    def check(self, k: bytes) -> bytes:
        """The 16 bytes by which a pack recognises this code under the key ``k``."""
        return _keyed(k, b"check", self.raw)

    def use(self, k: bytes) -> bytes:
        """The 16 bytes that a ballot carries to spend this code under the key ``k``."""
        return _keyed(k, b"use", self.raw)

    def voice(self, k: bytes) -> bytes:
        """The 16 bytes by which deeds that are not secret name whoever holds this code under the key ``k``."""
        return _keyed(k, b"voice", self.raw)


def _keyed(k: bytes, purpose: bytes, raw: bytes) -> bytes:
    return hmac.new(k, purpose + raw, hashlib.sha256).digest()[:KEYED_BYTES]


def new_code(rng: RandomBytes = secrets) -> Code:  # type: ignore[assignment]
    """Draw a code of 80 random bits."""
    return Code(rng.token_bytes(CODE_BYTES))


def parse_code(text: str) -> Code:
    """Read a typed or scanned code; raise NotACode when a character, the length or the check is wrong."""
    return Code(read_spelt(text, CODE_BYTES))


def spell(raw: bytes) -> str:
    """These bytes as symbols, filled up with zero bits to a whole one, and the two check symbols; at most 18 bytes."""
    count = -(-len(raw) * 8 // 5)
    bits = int.from_bytes(raw, "big") << (count * 5 - len(raw) * 8)
    symbols = [bits >> (5 * (count - 1 - i)) & 31 for i in range(count)]
    return "".join(ALPHABET[symbol] for symbol in symbols + _check_symbols(symbols))


def in_fours(text: str) -> str:
    """As printed: in groups of four with hyphens."""
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def read_spelt(text: str, size: int) -> bytes:
    """The ``size`` bytes that ``spell`` wrote, as somebody typed or scanned them. Raises NotACode."""
    symbols = _symbols_of(text)
    count = -(-size * 8 // 5)
    if len(symbols) != count + 2 or len(text) > 200:
        raise NotACode("code_length")
    if syndromes(symbols) != (0, 0):
        raise NotACode("code_check")
    bits = 0
    for symbol in symbols[:count]:
        bits = bits << 5 | symbol
    raw, rest = divmod(bits, 1 << (count * 5 - size * 8))
    if rest:
        raise NotACode("code_check")
    return raw.to_bytes(size, "big")


def _symbols_of(text: str) -> list[int]:
    symbols: list[int] = []
    for character in text[:200]:
        if character in SKIPPED:
            continue
        if character not in VALUES:
            raise NotACode("code_character")
        symbols.append(VALUES[character])
    return symbols
