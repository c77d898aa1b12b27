"""The files that a certified vote publishes (``docs/protocol.md`` §11), built from plain data.

All are UTF-8 with LF line ends. JSON files but ``definition.json`` are written with one space of indentation. Money
is integer cents, except in ``projects.csv`` and ``result.pb``, where it is units with two decimals where needed.

``definition.json``
    the frozen definition, byte for byte; its SHA-256 is ``def`` in the headers of the box's records.
``cast_vote_records.csv``
    one row for each counted ballot; columns: one for each contest, headed by its id, holding the chosen ids divided
    by spaces in the definition's order; then ``status``: ``valid`` (some answer is), ``invalid`` (none is valid and
    some is invalid) or ``blank``. A valid ranking stands in its own order; by points a word is ``id:points``. An id
    that is not in the definition is written ``?``, once, last, and by points everything that the ballot could not say
    is a ``?`` alone: a mark by which a voter could prove a vote to a buyer does not get out (``voting/answers.py``).
    A ballot with an answer to a contest that does not exist has ``?`` in every contest. Rows are sorted as text;
    there is no serial, device, door, time or order of arrival.
``log.jsonl``
    every header of the installation's log: ``{"index":0,"header":"…"}`` a line, without spaces.
``checkpoints.json``
    ``{"format": "parvis-checkpoints-1", "checkpoints": [§9, by size]}``; the last covers the whole log.
``witnesses.json``
    who co-signed which of these checkpoints: ``{"format": "parvis-witnesses-1", "witnesses": [{"name", "witness",
    "public_key"}], "statements": [§9]}``; the newest statements of each witness, none of whom signed nothing
``accounts.json``
    what became of every record and every ballot:
    ``log``         size = accepted + provisional + parked + quarantined
    ``exceptions``  ``{"index", "verdict", "reason"}``: the records that stand outside their device's chain, because
                    they are a fork, do not fit or wait for a lost predecessor; all others form unbroken chains;
                    ``accepted`` where people took a ballot in all the same
    ``waited``      ``[index]``: the records of a chain that came before one that they follow, and waited for it; absent
                    where none did. In all others places rise with ``seq``
    ``ballots``     in_log = counted + superseded + removed + provisional + parked + quarantined, of this definition
    ``superseded``  ``{"from", "to", "count"}`` for each pair of doors, ``desk`` for a right used in person
    ``roll``        of a vote by person, ``{"index", "body", "salt"}`` for each version of its roll: the body of that
                    record of the log (``roll.version``) as text, and the salt of the header's ``body_c``, in hex
    ``equations``   ``{"name", "left": {term: number}, "right": {term: number}}``; where the sums differ,
                    ``explained`` says why. ``passes_spent`` has a term ``not_returned`` only where the session was
                    closed before passes that did not come back had to be explained; ``passes_issued`` has a term
                    ``marked_twice`` where people got a pass who were already marked at another session
    ``helped``      ``{"session", "count"}``: how many people were helped to vote there, where any were; never by whom
    ``closings``    ``{"session", "index", "body", "salt"}`` for each session: its ``session.reconciled``, opened as the
                    versions of the roll are. The body tells where the chains of its devices end, and what is lost
    ``missing``     the devices that never came back, where any did not: ``{"session", "dev", "device", "reason",
                    "arrived", "records"}`` and, where a closing slip of it is known, ``"promised", "lost"``
                    (``server/voting/losses.py``): ballots that arrived, records known not to have, ballots of the
                    slip, ballots lost at the most. ``named``: ``{"index", "body", "salt"}`` of the ``device.missing``
                    that named it last, with the slip; ``public_key`` where the device signed that
    ``revoked``     ``{"session", "index", "body", "salt"}`` for each ``device.revoked`` of a device of this vote, where
                    there is any: which device, up to which size of the list it is trusted, and why
    ``sample``      ``{"index", "body", "salt", "seed", "marks", "size", "confirmed", "denied", "returned", "silent"}``,
                    where people marked in person were asked by letter: its ``sample.drawn``, how many were marked, how
                    many of them were asked, how many said yes, no, could not be reached, did not answer; never who
``result.json``
    ``contests``: for each ``id``, ``ballots`` = ``valid`` + ``blank`` + ``invalid``, ``votes`` by choice and, where
    choices have a cost, ``rule``, ``threshold``, ``budget``, ``rounds`` (``server/voting/counting.py``),
    ``winners`` in the order chosen, ``cost``. ``turnout``: rights, ballots. ``by_door``: counted ballots by door;
    doors with fewer than 10 are joined to others (``kiosk+paper``); absent where nothing could be told apart.
``projects.csv``
    one row for each choice: contest, id, number, ``title_xx`` by language, cost, votes, selected. Titles go through
    ``cells.py``, so that no spreadsheet takes one for a formula.
``result.pb``
    first contest in the format of pabulib.org: valid answers, numbered in the order of the rows above.
``verify.py``, ``tables.py``, ``states.py``, ``closings.py``, ``kept.py``, ``recount_<rule>.py``
    the programs that re-check all this on anyone's machine.
``manifest.json``
    ``{"format": "parvis-manifest-1", "files": [{"name", "size", "sha256"}]}`` of all files above, by name.
``manifest.sig``
    line 1 the installation's public key, line 2 ``r ‖ s`` over ``"parvis-manifest-1\\n"`` ‖ manifest; in hex.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from server.budgets.pabulib import Instance, Project, Vote, amount, write_pb
from server.ledger.messages import manifest_message
from server.opendata.cells import safe_cell
from server.voting.answers import UNKNOWN, as_words, kept_choices, most_for_one
from server.voting.ballots import Choices, ballot_status
from server.voting.counting import count, tally

HERE = Path(__file__).parent
PLAIN_ID = re.compile(r"[A-Za-z0-9][-_.A-Za-z0-9]{0,39}")
LEAST_BY_DOOR = 10
# What pabulib.org calls a method; the others are its ``approval``.
VOTE_TYPES = {
    "choose-1": "choose-1", "yes-no": "choose-1", "ranked": "ordinal", "score": "scoring", "dots": "cumulative",
}  # fmt: skip

Json = Mapping[str, object]
NO_WITNESSES: Json = {"format": "parvis-witnesses-1", "witnesses": [], "statements": []}


class NotPublishable(ValueError):
    """A definition whose ids cannot stand in the published files; the message names one."""


def check_ids(definition: Mapping) -> None:
    """Raise NotPublishable unless contests and choices have plain ids (``PLAIN_ID``); to be called before freezing."""
    for contest in definition["contests"]:
        for name in (contest["id"], *(choice["id"] for choice in contest["choices"])):
            if not PLAIN_ID.fullmatch(name) or name == "status":
                raise NotPublishable(name)


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def cast_vote_record(definition: Mapping, choices: Choices) -> list[str]:
    """One ballot as its row: a cell for each contest, then its status."""
    contests = definition["contests"]
    told = kept_choices(contests, choices)
    return [*(" ".join(as_words(told[contest["id"]])) for contest in contests), ballot_status(contests, told)]


def cast_vote_records(definition: Mapping, cvrs: Iterable[Choices]) -> bytes:
    """All rows, sorted as text."""
    head = ",".join([*(contest["id"] for contest in definition["contests"]), "status"])
    rows = sorted(",".join(cast_vote_record(definition, choices)) for choices in cvrs)
    return "".join(f"{row}\n" for row in [head, *rows]).encode()


def build_result(
    definition_bytes: bytes, cvrs: Sequence[Choices], *, rights: int, by_door: Mapping[str, int]
) -> dict[str, object]:
    """Count everything and return ``result.json`` as data.

    cvrs: the opened ballots that count; rights: how many rights there were; by_door: counted ballots for each door.
    """
    definition = json.loads(definition_bytes)
    result: dict[str, object] = {
        "format": "parvis-result-1",
        "definition": hashlib.sha256(definition_bytes).hexdigest(),
        "contests": [_contest_result(definition, contest, cvrs) for contest in definition["contests"]],
        "turnout": {"rights": rights, "ballots": len(cvrs)},
    }
    if told := merged_doors(by_door):
        result["by_door"] = told
    return result


def merged_doors(by_door: Mapping[str, int]) -> dict[str, int]:
    """Ballots by door as they may be told: small doors joined, smallest first, as ``kiosk+paper``.

    Nothing where all doors end up in one group: their sum is told anyway, and a door alone would be small.
    """
    groups = [([door], count) for door, count in by_door.items()]
    while len(groups) > 1 and min(count for _doors, count in groups) < LEAST_BY_DOOR:
        one, other, *rest = sorted(groups, key=lambda group: group[1])
        groups = [*rest, (one[0] + other[0], one[1] + other[1])]
    if not groups or groups[0][1] < LEAST_BY_DOOR or len(groups) == 1 < len(by_door):
        return {}
    order = list(by_door)
    named = [(sorted(doors, key=order.index), count) for doors, count in groups]
    return {"+".join(doors): count for doors, count in sorted(named, key=lambda group: order.index(group[0][0]))}


def _contest_result(definition: Mapping, contest: Mapping, cvrs: Sequence[Choices]) -> dict[str, object]:
    ids = {each["id"] for each in definition["contests"]}
    # A ballot with an answer to a contest that does not exist is invalid in all of them.
    answers: list[Choices] = [choices if set(choices) <= ids else {contest["id"]: [UNKNOWN]} for choices in cvrs]
    found = tally(contest, answers)  # type: ignore[arg-type]
    facts = {"valid": found.valid, "blank": found.blank, "invalid": found.invalid, "votes": found.votes}
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    money: dict[str, object] = {}
    if any(costs.values()):
        rule = definition["count"]
        outcome = count(found.votes, costs, definition["budget"], rule["rule"], rule["threshold"])
        rounds = [asdict(turn) for turn in outcome.rounds]
        money = {**rule, "budget": definition["budget"], "rounds": rounds}
        money |= {"winners": list(outcome.winners), "cost": outcome.spent}
    return {"id": contest["id"], "ballots": len(cvrs), **facts, **money}


def build_accounts(
    definition_bytes: bytes,
    *,
    log: Mapping[str, int],
    ballots: Mapping[str, int],
    pairs: Mapping[tuple[str, str], int],
    exceptions: Sequence[Json] = (),
    waited: Sequence[int] = (),
    equations: Sequence[Json] = (),
) -> dict[str, object]:
    """Return ``accounts.json`` as data; terms that are not given are 0. pairs: as ``Settlement.pairs()`` gives them.

    The parts that stand on commitments of the list are put beside these (``commitments.told_besides``).
    """
    verdicts = {name: log.get(name, 0) for name in ("size", "accepted", "provisional", "parked", "quarantined")}
    places = ("in_log", "counted", "superseded", "removed", "provisional", "parked", "quarantined")
    return {
        "format": "parvis-accounts-2",
        "definition": hashlib.sha256(definition_bytes).hexdigest(),
        "log": verdicts,
        "exceptions": [dict(one) for one in exceptions],
        **({"waited": list(waited)} if waited else {}),
        "ballots": {name: ballots.get(name, 0) for name in places},
        "superseded": [{"from": one, "to": other, "count": n} for (one, other), n in sorted(pairs.items())],
        "equations": [dict(one) for one in equations],
    }


def projects_csv(definition: Mapping, result: Mapping) -> bytes:
    """What stood on the ballot, with votes and outcome, for people with a spreadsheet."""
    languages = sorted(
        {code for each in definition["contests"] for choice in each["choices"] for code in choice["title"]}
    )
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["contest", "id", "number", *(f"title_{safe_cell(code)}" for code in languages), "cost", "votes", "selected"])
    for contest, found in zip(definition["contests"], result["contests"], strict=True):
        for choice in contest["choices"]:
            titles = [safe_cell(choice["title"].get(code, "")) for code in languages]
            outcome = int(choice["id"] in found["winners"]) if "winners" in found else ""
            cost, votes = amount(choice.get("cost", 0)), found["votes"][choice["id"]]
            write([contest["id"], choice["id"], choice.get("number", ""), *titles, cost, votes, outcome])
    return out.getvalue().encode()


def result_pb(definition: Mapping, cvrs: Sequence[Choices], result: Mapping, about: Mapping[str, str]) -> bytes:
    """The first contest as ``.pb``. about: ``country``, ``unit``, ``instance``, ``date_begin``, ``date_end``."""
    contest, found = definition["contests"][0], result["contests"][0]
    rows = (cast_vote_record({"contests": [contest]}, _of_first(definition, choices)) for choices in cvrs)
    answers = sorted(cell for cell, status in rows if status == "valid")
    votes = tuple(_pb_vote(str(number), row.split(" ")) for number, row in enumerate(answers, 1))
    named, winners = Counter(choice for vote in votes for choice in vote.choices), found.get("winners")
    has_score = VOTE_TYPES.get(contest["method"]) in ("ordinal", "scoring", "cumulative")
    projects = tuple(
        Project(
            id=choice["id"],
            cost=choice.get("cost", 0),
            name=_first_title(choice["title"]),
            # By rank and points that format tells how many named it, and what they gave it together.
            votes=named[choice["id"]] if has_score else found["votes"][choice["id"]],
            score=found["votes"][choice["id"]] if has_score else None,
            selected=None if winners is None else int(choice["id"] in winners),
        )
        for choice in contest["choices"]
    )
    return write_pb(Instance(_pb_meta(definition, about, len(projects), len(votes)), projects, votes)).encode()


def _of_first(definition: Mapping, choices: Choices) -> Choices:
    """A ballot without its answers to the other contests of the definition; a foreign one stays, and spoils it."""
    others = {contest["id"] for contest in definition["contests"][1:]}
    return {name: answer for name, answer in choices.items() if name not in others}


def _pb_vote(voter: str, words: Sequence[str]) -> Vote:
    """A valid row as ``.pb`` tells it: ids and, where the words have any, points."""
    pairs = [word.partition(":") for word in words]
    points = tuple(int(given) for _, sign, given in pairs if sign)
    return Vote(voter, tuple(choice for choice, _, _ in pairs), points=points)


def _first_title(title: Mapping[str, str]) -> str:
    return next((text for text in title.values() if text), "")


def _pb_meta(definition: Mapping, about: Mapping[str, str], projects: int, votes: int) -> dict[str, str]:
    """The META section: facts of the definition, and what only the caller knows (``about``) for the rest."""
    contest, rule = definition["contests"][0], definition["count"]
    meta = {"description": _first_title(definition["title"]), **about}
    meta |= {"num_projects": str(projects), "num_votes": str(votes), "budget": amount(definition["budget"])}
    meta |= {"vote_type": VOTE_TYPES.get(contest["method"], "approval"), "rule": rule["rule"]}
    if contest["min"]:
        meta["min_length"] = str(contest["min"])
    if contest["max"]:
        meta["max_length"] = str(contest["max"])
    if contest["max_cost"]:
        meta["max_sum_cost"] = amount(contest["max_cost"])
    if contest["method"] == "score":
        meta |= {"min_points": "0", "max_points": str(contest["points"]), "default_score": "0"}
    if contest["method"] == "dots":
        meta |= {"min_points": "1", "max_points": str(most_for_one(contest)), "max_sum_points": str(contest["points"])}
    if rule["rule"] == "greedy-threshold":
        meta["min_project_score_threshold"] = str(rule["threshold"])
    return {**meta, "currency": definition["currency"]}


def program_names(definition: Mapping) -> list[str]:
    """The programs that go with a vote: the verifier, and the recount by its rule."""
    return [
        "closings.py",
        "kept.py",
        "states.py",
        "tables.py",
        "verify.py",
        f"recount_{definition['count']['rule'].replace('-', '_')}.py",
    ]


def log_lines(headers: Iterable[str]) -> bytes:
    """``log.jsonl`` from the headers in the order of the log."""
    lines = ({"index": index, "header": header} for index, header in enumerate(headers))
    return "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines).encode()


def build_published(
    definition_bytes: bytes,
    cvrs: Sequence[Choices],
    log_headers: Iterable[str],
    checkpoints: Sequence[Json],
    accounts: Mapping,
    result: Mapping,
    sign: Callable[[bytes], bytes],
    *,
    public_key: bytes,
    about: Mapping[str, str],
    witnesses: Json = NO_WITNESSES,
) -> dict[str, bytes]:
    """Return every published file by name.

    cvrs: the opened ballots that count, in any order; log_headers: all headers, by index; checkpoints: as in §9, by
    size; accounts, result: from ``build_accounts`` and ``build_result``; sign: signs a message with the installation's
    key (64 bytes), public_key: its 65 bytes; about: see ``result_pb``; witnesses:
    ``witnesses.json`` as data. Raises NotPublishable.
    """
    definition = json.loads(definition_bytes)
    check_ids(definition)
    files = {
        "definition.json": definition_bytes,
        "cast_vote_records.csv": cast_vote_records(definition, cvrs),
        "log.jsonl": log_lines(log_headers),
        "checkpoints.json": _json(
            {"format": "parvis-checkpoints-1", "checkpoints": [dict(one) for one in checkpoints]}
        ),
        "witnesses.json": _json(witnesses),
        "accounts.json": _json(accounts),
        "result.json": _json(result),
        "projects.csv": projects_csv(definition, result),
        "result.pb": result_pb(definition, cvrs, result, about),
        **{name: (HERE / name).read_bytes() for name in program_names(definition)},
    }
    return {**files, **signed_manifest(files, sign, public_key)}


def signed_manifest(files: Mapping[str, bytes], sign: Callable[[bytes], bytes], public_key: bytes) -> dict[str, bytes]:
    """Return ``manifest.json`` over these files, and ``manifest.sig``."""
    listed = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    manifest = _json({"format": "parvis-manifest-1", "files": listed})
    signature = sign(manifest_message(manifest))
    return {"manifest.json": manifest, "manifest.sig": f"{public_key.hex()}\n{signature.hex()}\n".encode()}
