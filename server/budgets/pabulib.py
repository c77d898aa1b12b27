"""Reading and writing ``.pb``, the format of the participatory budgeting library (pabulib.org/format).

A UTF-8 text of three sections, each a title line, a line of column names, then rows; cells are divided by ``;`` and
quoted with ``"`` (doubled inside) where needed:

    META      key;value                                   budget, vote_type, rule, num_projects, num_votes, …
    PROJECTS  project_id;cost;votes;score;name;selected;… one row a project
    VOTES     voter_id;vote;points;voting_method;…        ``vote`` lists project ids, divided by commas

Read with tolerance for what carries no meaning: a byte order mark, CRLF, blank lines, spaces around cells, empty cells
at the end of a row, columns in any order, columns we do not know (kept in ``extra``). Everything else that does not fit
is an error with its line and a code; all of them are collected (up to ``MAX_ERRORS``) so that a person can mend a file
at once.

Money is read to integer cents: ``400000``, ``400000.0``, ``1e5``, ``12,50``, ``12 500,50``; a fraction of a cent is
rounded, halves up. One to three digits, a dot or comma, and exactly three digits could be thousands as well as
thousandths: refused as ``ambiguous_number``.

Codes: ``empty``, ``too_big``, ``not_utf8``, ``control_character``, ``bad_quotes``, ``no_section``, ``missing_section``,
``repeated_section``, ``missing_column``, ``repeated_column``, ``row_width``, ``missing_value``, ``missing_key``,
``repeated_key``, ``bad_number``, ``ambiguous_number``, ``negative_number``, ``bad_project_id``, ``duplicate_project``,
``duplicate_voter``, ``unknown_project``, ``duplicate_choice``, ``points_differ``, ``count_differs`` (the file announces
other numbers of rows: it was cut), ``truncated`` (the last row is short and does not end), ``too_many_errors``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

MAX_BYTES = 64 * 1024 * 1024
MAX_ERRORS = 100
MAX_CENTS = 10**15

SECTIONS = ("META", "PROJECTS", "VOTES")
NEEDED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
WHOLE_KEYS = (
    "num_projects", "num_votes", "min_length", "max_length", "max_points", "max_sum_points",
    "min_project_score_threshold",
)  # fmt: skip
MONEY_KEYS = ("budget", "max_sum_cost")
MONEY = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?(?:[eE]\+?(\d{1,2}))?")
AMBIGUOUS = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
GAPS = str.maketrans("", "", " \u00a0\u202f'\u2019")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong: ``line`` counts from 1 (0: the file as a whole); ``detail`` quotes a little of the file."""

    line: int
    code: str
    detail: str = ""


class BadPb(ValueError):
    """A text that is no ``.pb``; ``errors`` has at least one entry, in the order of lines."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("; ".join(f"line {e.line}: {e.code} {e.detail}".strip() for e in errors[:5]))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Project:
    """``cost`` in cents; ``votes``, ``score``, ``selected`` (1 yes, 0 no, 2 by exception) where the file has them."""

    id: str
    cost: int
    name: str = ""
    votes: int | None = None
    score: int | None = None
    selected: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vote:
    """One ballot; ``points`` go with ``choices`` one by one, or are empty.

    By ``ordinal`` the choices stand in the order of preference; by ``scoring`` and ``cumulative`` points say the rest.
    """

    voter: str
    choices: tuple[str, ...]
    points: tuple[int, ...] = ()
    voting_method: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """A vote as the file tells it. ``meta`` holds the texts of the file; its numbers are offered as properties."""

    meta: Mapping[str, str]
    projects: tuple[Project, ...]
    votes: tuple[Vote, ...]

    @property
    def budget(self) -> int:
        """Cents."""
        return _money(self.meta["budget"])

    @property
    def vote_type(self) -> str:
        return self.meta.get("vote_type", "")

    @property
    def rule(self) -> str:
        return self.meta.get("rule", "")

    @property
    def max_sum_cost(self) -> int:
        """Cents that one ballot may spend; 0 for no limit."""
        return _money(self.meta.get("max_sum_cost") or "0")

    def whole(self, key: str, default: int = 0) -> int:
        """One of ``WHOLE_KEYS`` as a number."""
        return _whole(self.meta.get(key) or str(default))

    def costs(self) -> dict[str, int]:
        """Project id → cents, in the order of the file."""
        return {project.id: project.cost for project in self.projects}


class _BadCell(ValueError):
    """A cell that does not say what it should; ``args[0]`` is the code."""


def _money(text: str) -> int:
    """Read an amount to cents; raise _BadCell."""
    plain = text.strip().translate(GAPS)
    found = MONEY.fullmatch(plain)
    if not found:
        raise _BadCell("bad_number")
    if AMBIGUOUS.fullmatch(plain):
        raise _BadCell("ambiguous_number")
    if found[1] == "-" and any(digit in plain for digit in "123456789"):
        raise _BadCell("negative_number")
    if len(plain) > 40:
        raise _BadCell("bad_number")
    units = Decimal(f"{found[2]}.{found[3] or 0}e{found[4] or 0}")
    if units > MAX_CENTS:
        raise _BadCell("bad_number")
    return int((units * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _whole(text: str) -> int:
    """Read a whole number (``3`` or ``3.0``); raise _BadCell."""
    found = re.fullmatch(r"([+-]?\d{1,15})(?:\.0+)?", text.strip())
    if not found:
        raise _BadCell("bad_number")
    return int(found[1])


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong."""

    errors: list[RowError] = field(default_factory=list)
    is_given_up: bool = False  # the structure itself is broken: what follows would only be echoes of that
    sections: dict[str, list[str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    votes: dict[str, Vote] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS, 0))
    meta_lines: dict[str, int] = field(default_factory=dict)
    vote_lines: dict[str, int] = field(default_factory=dict)

    def wrong(self, line: int, code: str, detail: str = "") -> None:
        if len(self.errors) >= MAX_ERRORS:
            raise BadPb([*self.errors, RowError(line, "too_many_errors")])
        self.errors.append(RowError(line, code, detail[:60]))

    def give_up(self, line: int, code: str, detail: str = "") -> None:
        self.wrong(line, code, detail)
        self.is_given_up = True

    def cell(self, line: int, read: Callable[[str], int], text: str) -> int:
        """Read one cell; 0 after noting an error."""
        try:
            return read(text)
        except _BadCell as error:
            self.wrong(line, str(error), text)
            return 0


def read_pb(content: str | bytes, *, needs_votes: bool = True) -> Instance:
    """Read a ``.pb``; raise BadPb with every error found.

    needs_votes: False where an organiser imports projects alone: votes may be missing, and are counted, not read.
    """
    text = _text(content)
    reading = _Reading()
    for line, title, columns, cells in _rows(text, reading):
        reading.rows[title] += 1
        if title == "VOTES" and not needs_votes:
            continue
        row = dict(zip(columns, cells, strict=True))
        {"META": _read_meta, "PROJECTS": _read_project, "VOTES": _read_vote}[title](reading, line, row)
    if not reading.is_given_up:
        for title in SECTIONS[: 3 if needs_votes else 2]:
            if title not in reading.sections:
                reading.wrong(0, "missing_section", title)
        _check_whole(reading)
    if reading.errors:
        raise BadPb(sorted(reading.errors, key=lambda error: error.line))
    return Instance(reading.meta, tuple(reading.projects.values()), tuple(reading.votes.values()))


def _text(content: str | bytes) -> str:
    """Decode; raise BadPb when that alone shows that this is no such file."""
    if len(content) > MAX_BYTES:
        raise BadPb([RowError(0, "too_big")])
    if isinstance(content, bytes):
        raw = content
        try:
            content = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadPb([RowError(raw.count(b"\n", 0, error.start) + 1, "not_utf8")]) from error
    content = content.removeprefix("\ufeff")
    if not content.strip():
        raise BadPb([RowError(0, "empty")])
    control = CONTROLS.search(content)
    if control:
        raise BadPb([RowError(content.count("\n", 0, control.start()) + 1, "control_character")])
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, reading: _Reading) -> Iterator[tuple[int, str, list[str], list[str]]]:
    """Yield ``(line, section, column names, cells)`` for each row that has the right number of cells."""
    title = ""
    for line, cells in _csv_rows(text, reading):
        if len(cells) == 1 and cells[0].upper() in SECTIONS:
            title = cells[0].upper()
            if title in reading.sections:
                return reading.give_up(line, "repeated_section", title)
            reading.sections[title] = []
        elif not title:
            return reading.give_up(line, "no_section", cells[0])
        elif not reading.sections[title]:
            if not _take_columns(reading, line, title, cells):
                return None
        else:
            columns = reading.sections[title]
            while len(cells) > len(columns) and not cells[-1]:
                cells.pop()
            if len(cells) == len(columns):
                yield line, title, columns, cells
            else:
                reading.rows[title] += 1
                is_cut = len(cells) < len(columns) and line == text.count("\n") + 1  # the last, and it does not end
                reading.wrong(line, "truncated" if is_cut else "row_width", f"{len(cells)} / {len(columns)}")
    return None


def _csv_rows(text: str, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with their lines; stop where quotes do not close or a cell is huge."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", skipinitialspace=True, strict=True)
    line = 1
    while True:
        try:
            cells = next(rows, None)
        except csv.Error:
            return reading.give_up(line, "bad_quotes")
        if cells is None:
            return None
        if any(cell.strip() for cell in cells):
            cells = [cell.strip() for cell in cells]
            while len(cells) > 1 and not cells[-1] and cells[0].upper() in SECTIONS:
                cells.pop()
            yield line, cells
        line = rows.line_num + 1


def _take_columns(reading: _Reading, line: int, title: str, cells: list[str]) -> bool:
    columns = [cell.lower() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    missing = [name for name in NEEDED[title] if name not in columns]
    for name in missing:
        reading.wrong(line, "missing_column", name)
    repeated = sorted({name for name in columns if columns.count(name) > 1}) if len(columns) < 500 else ["…"]
    for name in repeated:
        reading.wrong(line, "repeated_column", name)
    reading.sections[title] = columns
    reading.is_given_up = bool(missing or repeated)
    return not reading.is_given_up


def _read_meta(reading: _Reading, line: int, row: dict[str, str]) -> None:
    key = row["key"]
    if not key:
        return reading.wrong(line, "missing_key")
    if key in reading.meta:
        return reading.wrong(line, "repeated_key", key)
    reading.meta[key] = row["value"]
    reading.meta_lines[key] = line
    if row["value"] and key in MONEY_KEYS:
        reading.cell(line, _money, row["value"])
    if row["value"] and key in WHOLE_KEYS and reading.cell(line, _whole, row["value"]) < 0:
        reading.wrong(line, "negative_number", key)
    return None


def _read_project(reading: _Reading, line: int, row: dict[str, str]) -> None:
    name = row.pop("project_id")
    if not name or not row["cost"]:
        return reading.wrong(line, "missing_value", "project_id" if not name else "cost")
    if "," in name:
        return reading.wrong(line, "bad_project_id", name)
    if name in reading.projects:
        return reading.wrong(line, "duplicate_project", name)
    cost = reading.cell(line, _money, row.pop("cost"))
    numbers: dict[str, int | None] = {}
    for column in ("votes", "score", "selected"):
        text = row.pop(column, "")
        numbers[column] = reading.cell(line, _whole, text) if text else None
    reading.projects[name] = Project(name, cost, row.pop("name", ""), **numbers, extra=row)
    return None


def _read_vote(reading: _Reading, line: int, row: dict[str, str]) -> None:
    voter, chosen = row.pop("voter_id"), row.pop("vote")
    if not voter:
        return reading.wrong(line, "missing_value", "voter_id")
    if voter in reading.votes:
        return reading.wrong(line, "duplicate_voter", voter)
    choices = tuple(choice.strip() for choice in chosen.split(",")) if chosen else ()
    if len(set(choices)) < len(choices):
        reading.wrong(line, "duplicate_choice", chosen)
    given = row.pop("points", "")
    points = tuple(reading.cell(line, _whole, one) for one in given.split(",")) if given else ()
    if given and len(points) != len(choices):
        reading.wrong(line, "points_differ", given)
    reading.votes[voter] = Vote(voter, choices, points, row.pop("voting_method", ""), extra=row)
    reading.vote_lines[voter] = line
    return None


def _check_whole(reading: _Reading) -> None:
    """What can only be seen at the end: sections may come in any order."""
    if "META" in reading.sections and not reading.meta.get("budget"):
        reading.wrong(reading.meta_lines.get("budget", 0), "missing_key", "budget")
    for vote in reading.votes.values():
        for choice in vote.choices:
            if choice not in reading.projects and "PROJECTS" in reading.sections:
                reading.wrong(reading.vote_lines[vote.voter], "unknown_project", choice)
    for key, title in (("num_projects", "PROJECTS"), ("num_votes", "VOTES")):
        announced = reading.meta.get(key, "")
        if title in reading.sections and announced.isdecimal() and int(announced[:18]) != reading.rows[title]:
            reading.wrong(reading.meta_lines[key], "count_differs", f"{key} {announced} / {reading.rows[title]}")


def amount(cents: int) -> str:
    """Write cents as the format does: ``400000`` or ``12.50``."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02d}"


def write_pb(instance: Instance) -> str:
    """Write an instance as ``.pb``: LF, cells quoted only where needed, unknown columns kept in their order."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\n").writerow
    write(["META"])
    write(["key", "value"])
    for item in instance.meta.items():
        write(item)
    write(["PROJECTS"])
    extras = list(dict.fromkeys(name for project in instance.projects for name in project.extra))
    known = [name for name in ("votes", "score") if any(getattr(p, name) is not None for p in instance.projects)]
    last = ["selected"] if any(project.selected is not None for project in instance.projects) else []
    write(["project_id", "cost", *known, "name", *extras, *last])
    for project in instance.projects:
        numbers = [getattr(project, name) for name in known]
        more = [project.extra.get(name, "") for name in extras]
        write([project.id, amount(project.cost), *numbers, project.name, *more, *(project.selected for _ in last)])
    _write_votes(instance.votes, write)
    return out.getvalue()


def _write_votes(votes: Sequence[Vote], write: Callable[[Sequence[object]], object]) -> None:
    extras = list(dict.fromkeys(name for vote in votes for name in vote.extra))
    known = [name for name in ("points", "voting_method") if any(getattr(vote, name) for vote in votes)]
    write(["VOTES"])
    write(["voter_id", "vote", *known, *extras])
    for vote in votes:
        facts = {"points": ",".join(map(str, vote.points)), "voting_method": vote.voting_method}
        more = [vote.extra.get(name, "") for name in extras]
        write([vote.voter, ",".join(vote.choices), *(facts[name] for name in known), *more])


def read_amount(text: str) -> int:
    """Read one amount to cents, as in a file; raises ValueError with the code of what is wrong."""
    return _money(text)
