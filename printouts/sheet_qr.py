"""The QR codes of a print run, in a tenth of the time that each would take by itself.

All codes of a run have one version, one error level, one mask and texts of one length. Every module of such a code is
then the exclusive or of some bits of its text: so the pattern that each single bit adds is worked out once, with the
tables of ``qrcode``, and a code is the sum of the patterns of its bits. Patterns are integers, a bit to each module,
the first module the most significant; each row ends with a bit that is never set, so that no run of black modules goes
on into the next row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import xor

from qrcode import QRCode, util
from qrcode.base import Polynomial, RSBlock, gexp, glog, rs_blocks

_CHARACTERS = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
_PAIR, _SINGLE = 11, 6  # bits of two characters, and of one that is left over
_RUN = re.compile("1+")


@dataclass(frozen=True)
class Runs:
    """The black modules of a code. side: in modules; runs: x, y and length of each, row by row."""

    side: int
    runs: list[tuple[int, int, int]]

    @classmethod
    def of(cls, modules: Sequence[Sequence[bool]]) -> Runs:
        """Return the runs of a square of modules; True is black."""
        rows = ["".join("01"[module] for module in row) for row in modules]
        found = [(run.start(), y, run.end() - run.start()) for y, row in enumerate(rows) for run in _RUN.finditer(row)]
        return cls(len(modules), found)


def sheet_runs(text: str, *, version: int, level: int, mask: int) -> Runs:
    """Return the runs of the text's code, module for module as ``qrcode`` draws it.

    Always in the alphanumeric mode, in which ``qrcode`` writes all texts but those of digits alone. Raises ValueError
    for a character that it does not have, and for a text that does not fit.
    """
    plan = _plan(len(text), version, level, mask)
    bits = format(_number(text), f"0{len(plan.patterns)}b")
    whole = reduce(xor, (pattern for bit, pattern in zip(bits, plan.patterns, strict=True) if bit == "1"), plan.blank)
    modules = format(whole, f"0{plan.side * (plan.side + 1)}b")
    places = plan.places
    return Runs(plan.side, [(*places[run.start()], run.end() - run.start()) for run in _RUN.finditer(modules)])


def _number(text: str) -> int:
    """Return the bits of the characters as one integer."""
    try:
        values = [_CHARACTERS[character] for character in text]
    except KeyError as error:
        raise ValueError(f"not alphanumeric: {text!r}") from error
    number = 0
    for first, second in zip(values[::2], values[1::2], strict=False):
        number = number << _PAIR | first * len(_CHARACTERS) + second
    return number << _SINGLE | values[-1] if len(values) % 2 else number


@dataclass(frozen=True)
class _Plan:
    """blank: the code's pattern where all bits of the text are 0; patterns: what each of them adds, first to last."""

    side: int
    blank: int
    patterns: list[int]
    places: list[tuple[int, int]]  # x, y of each bit of a pattern


@lru_cache(maxsize=4)
def _plan(length: int, version: int, level: int, mask: int) -> _Plan:
    code = QRCode(version=version, error_correction=level, border=0, mask_pattern=mask)
    blocks = rs_blocks(version, level)
    count = sum(block.total_count for block in blocks)
    blank = _drawn(code, [0] * count)
    modules = _modules_of_bits(code, count, blank)
    patterns = [reduce(xor, (modules[bit] for bit in bits)) for bits in _checked(blocks)]
    head = util.length_in_bits(util.MODE_ALPHA_NUM, version)
    fixed = f"{util.MODE_ALPHA_NUM:04b}{length:0{head}b}"
    begin, end = len(fixed), len(fixed) + length // 2 * _PAIR + length % 2 * _SINGLE
    tail = _padding(end, len(patterns))
    for at, bit in (*enumerate(fixed), *enumerate(tail, start=end)):
        blank ^= patterns[at] if bit == "1" else 0
    side = code.modules_count
    places = [(x, y) for y in range(side) for x in range(side + 1)]
    return _Plan(side, blank, patterns[begin:end], places)


def _padding(end: int, room: int) -> str:
    """Return the bits after the text: up to four zeros, zeros to the end of the byte, then 0xEC and 0x11 by turns."""
    if end > room:
        raise ValueError("the text does not fit")
    stop = "0" * min(4, room - end)
    stop += "0" * (-(end + len(stop)) % 8)
    left = (room - end - len(stop)) // 8
    return stop + "".join(f"{(util.PAD0, util.PAD1)[index % 2]:08b}" for index in range(left))


def _drawn(code: QRCode, codewords: Sequence[int]) -> int:
    """Return the pattern that ``qrcode`` draws of these codewords."""
    code.data_cache = codewords
    code.makeImpl(False, code.mask_pattern)
    return int("".join("".join("01"[bool(module)] for module in row) + "0" for row in code.modules), 2)


def _modules_of_bits(code: QRCode, count: int, blank: int) -> list[int]:
    """Return for each bit of the codewords the one module that shows it, as a pattern.

    ``qrcode`` draws the numbers of the bits, one binary digit after another: ten pictures instead of hundreds.
    """
    digits = [blank ^ _drawn(code, [_digit(byte, digit) for byte in range(count)]) for digit in range(13)]
    every = blank ^ _drawn(code, [0xFF] * count)
    modules = [0] * (8 * count)
    for place in range(every.bit_length()):
        if every >> place & 1:
            modules[sum((shown >> place & 1) << digit for digit, shown in enumerate(digits))] = 1 << place
    return modules


def _digit(byte: int, digit: int) -> int:
    """Return a codeword each bit of which is that binary digit of the bit's own number."""
    return sum((8 * byte + bit >> digit & 1) << 7 - bit for bit in range(8))


def _checked(blocks: Sequence[RSBlock]) -> Iterator[list[int]]:
    """Yield for each bit of data the numbers of the bits of the codewords that it flips: itself and its checks.

    Codewords of several blocks are dealt by turns: the first of each block, the second of each, and so on.
    """
    data = [block.data_count for block in blocks]
    order = sorted((at, block) for block, size in enumerate(data) for at in range(size))
    place = {(block, at): index for index, (at, block) in enumerate(order)}
    for block, size in enumerate(data):
        checks = blocks[block].total_count - size
        for at in range(size):
            row = _remainder(size - 1 - at, checks)
            for bit in range(7, -1, -1):
                words = {place[block, at]: 1 << bit}
                words |= {sum(data) + index * len(data) + block: _times(v, 1 << bit) for index, v in enumerate(row)}
                yield [8 * word + 7 - b for word, value in words.items() for b in range(8) if value >> b & 1]


@lru_cache(maxsize=256)
def _remainder(power: int, checks: int) -> list[int]:
    """Return the check bytes of a block whose only byte is a 1, followed by ``power`` zeros."""
    divisor = reduce(Polynomial.__mul__, (Polynomial([1, gexp(index)], 0) for index in range(checks)))
    rest = list(Polynomial([1] + [0] * power, checks) % divisor)[-checks:]
    return [0] * (checks - len(rest)) + rest


def _times(one: int, other: int) -> int:
    return gexp(glog(one) + glog(other)) if one and other else 0
