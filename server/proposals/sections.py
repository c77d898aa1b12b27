"""A text in sections, read from what an office types or uploads: Markdown, or plain text with numbered headings. Pure.

Headings of Markdown begin with ``#`` to ``######``, or are underlined with ``===`` or ``---``. Where there is none, a
short line of its own (empty lines around it) is a heading when it begins with a word of ``KINDS`` and a number
(*Article 3*, *Chapitre II*) or with a number (*1.*, *2.1*). Levels count from 1; one that is skipped is closed up.

What stands before the first heading is a section of its own. A single heading of the first level at the beginning, with
all others below it, is the title of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .rules import LONGEST_BODY, LONGEST_TITLE

MOST_SECTIONS = 500
DEEPEST = 4
MARKDOWN = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
UNDERLINE = re.compile(r"^ {0,3}(={3,}|-{3,})[ \t]*$")
# The headings of regulations, the widest first: each stands below those before it that the text uses.
KINDS = (
    ("livre", "book"), ("partie", "part"), ("titre", "title"), ("chapitre", "chapter"), ("section",),
    ("article", "art."), ("annexe", "annex", "appendix"),
)  # fmt: skip
RANKS = {word: rank for rank, words in enumerate(KINDS) for word in words}
WORDED = re.compile(
    rf"^({'|'.join(re.escape(word) for word in RANKS)})\s+([ivxlc]+|\d+|[a-z]|premier|première|1er|unique)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^(\d{1,3}(?:\.\d{1,3})*)[.)]?\s+\S")
# What stands before the numbers begin.
UNNUMBERED = re.compile(r"^(préambule|preamble|introduction|exposé des motifs|avant-propos|foreword)$", re.IGNORECASE)
FENCE = re.compile(r"^ {0,3}(```|~~~)")


@dataclass(frozen=True)
class Part:
    """One section; ``level`` from 1."""

    level: int
    title: str
    body: str = ""

    @property
    def faults(self) -> list[str]:
        """Codes of what keeps it from being published: ``no_title``, ``long_title``, ``long_body``."""
        told = {
            "no_title": not self.title,
            "long_title": len(self.title) > LONGEST_TITLE,
            "long_body": len(self.body) > LONGEST_BODY,
        }
        return [code for code, is_so in told.items() if is_so]

    @property
    def has_own_number(self) -> bool:
        return bool(WORDED.match(self.title) or NUMBERED.match(self.title))


@dataclass(frozen=True)
class Reading:
    """``title`` of the whole, or ""; ``skipped``: how many headings stood deeper than one step below the one before."""

    title: str
    parts: list[Part]
    skipped: int = 0


def read_sections(text: str, *, before: str) -> Reading:
    """``before``: what to call the text before the first heading. Without any heading there are no parts."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = _markdown(lines) or _plain(lines)
    if not found:
        return Reading("", [])
    lead = _joined(lines[: found[0].start])
    parts = [
        Part(one.level, one.title, _joined(lines[one.end : after]))
        for one, after in zip(found, [*(one.start for one in found[1:]), len(lines)], strict=True)
    ]
    title, parts, lead = _take_title(parts, lead)
    levelled, skipped = _close_up(parts)
    return Reading(title, [Part(1, before, lead), *levelled] if lead else levelled, skipped)


@dataclass(frozen=True)
class _Heading:
    start: int
    end: int
    level: int
    title: str


def _markdown(lines: Sequence[str]) -> list[_Heading]:
    found, is_code = [], False
    for at, line in enumerate(lines):
        if FENCE.match(line):
            is_code = not is_code
        if is_code:
            continue
        if told := MARKDOWN.match(line):
            found.append(_Heading(at, at + 1, len(told[1]), _line(told[2] or "")))
        elif at and (under := UNDERLINE.match(line)) and _stands_alone(lines, at - 1):
            found.append(_Heading(at - 1, at + 1, 1 if under[1][0] == "=" else 2, _line(lines[at - 1])))
    return found


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Whether this line is short, and the first of its paragraph."""
    return bool(lines[at].strip()) and len(lines[at]) <= LONGEST_TITLE and (at == 0 or not lines[at - 1].strip())


def _plain(lines: Sequence[str]) -> list[_Heading]:
    """Lines of their own that begin with a number, or with a word and a number."""
    told = []
    for at, line in enumerate(lines):
        is_alone = _stands_alone(lines, at) and (at + 1 == len(lines) or not lines[at + 1].strip())
        if not is_alone:
            continue
        title = _line(line)
        if worded := WORDED.match(title):
            told.append((at, title, ("word", RANKS[worded[1].lower()])))
        elif numbered := NUMBERED.match(title):
            told.append((at, title, ("number", numbered[1].count("."))))
    ranks = sorted({rank for _at, _title, (kind, rank) in told if kind == "word"})
    return [
        _Heading(at, at + 1, 1 + (ranks.index(rank) if kind == "word" else len(ranks) + rank), title)
        for at, title, (kind, rank) in told
    ]


def _line(text: str) -> str:
    return " ".join(text.split())


def _joined(lines: Iterable[str]) -> str:
    """Paragraphs parted by one empty line, without blanks at the ends of lines."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").strip()


def _take_title(parts: list[Part], lead: str) -> tuple[str, list[Part], str]:
    first, rest = parts[0], parts[1:]
    if lead or not rest or any(one.level <= first.level for one in rest) or first.has_own_number or not first.title:
        return "", parts, lead
    return first.title, rest, first.body


def _close_up(parts: Sequence[Part]) -> tuple[list[Part], int]:
    """Each at most one step deeper than what it stands below; how many stood deeper."""
    above: list[int] = []  # the levels, as written, of the headings that this one stands below
    told: list[Part] = []
    skipped = last = 0
    for one in parts:
        while above and above[-1] >= one.level:
            above.pop()
        skipped += bool(told) and one.level > last + 1
        above.append(one.level)
        last = one.level
        told.append(replace(one, level=min(len(above), DEEPEST)))
    return told, skipped


def labels(parts: Sequence[Part]) -> list[str]:
    """A number for each, like 2.1; "" for one that brings its own, as *Article 3* does, and for a preamble."""
    counts: list[int] = []
    told = []
    for one in parts:
        if UNNUMBERED.match(one.title):
            told.append("")
            continue
        del counts[one.level :]
        counts += [0] * (one.level - len(counts))
        counts[-1] += 1
        told.append("" if one.has_own_number else ".".join(str(max(count, 1)) for count in counts))
    return told


def moved(parts: Sequence[Part], at: int, deed: str) -> list[Part]:
    """The parts with one of them moved ``up`` or ``down``, a level ``in`` or ``out``, ``joined`` to the one before, or
    ``dropped``. What cannot be done changes nothing."""
    told = list(parts)
    if not 0 <= at < len(told):
        return told
    if deed == "up" and at:
        told[at - 1], told[at] = told[at], told[at - 1]
    elif deed == "down" and at + 1 < len(told):
        told[at], told[at + 1] = told[at + 1], told[at]
    elif deed == "in" and at:
        told[at] = replace(told[at], level=told[at].level + 1)
    elif deed == "out":
        told[at] = replace(told[at], level=max(1, told[at].level - 1))
    elif deed == "join" and at:
        one, other = told[at - 1], told.pop(at)
        told[at - 1] = replace(one, body="\n\n".join(text for text in (one.body, other.title, other.body) if text))
    elif deed == "drop":
        del told[at]
    return _close_up(told)[0]
