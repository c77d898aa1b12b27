"""A small vote of an invented town, published with real keys: what ``verify.py`` is tried on."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence

from server.ledger.keys import b64u, key_hash, private_key_from_number, public_bytes, sign
from server.ledger.messages import checkpoint_message
from server.ledger.records import Record, build_record
from server.ledger.statements import write_statement
from server.ledger.tree import Frontier, leaf_hash
from server.opendata.published import build_accounts, build_published, build_result
from server.voting.sealing import seal

SERVER, BOX = private_key_from_number(0xA11CE), private_key_from_number(0xB0)
SERVER_KEY = public_bytes(SERVER)
LOG_ID = key_hash(SERVER_KEY)
SEED = bytes(32)
BEFORE = 10  # so many records stand in the log before the box is frozen
ORIGIN = "https://place-haute.example"
ABOUT = {"country": "France", "unit": "Place-Haute", "instance": "2026", "date_begin": "2026", "date_end": "2026"}
TITLES = ["Bancs à l'ombre", "=cmd|' /C calc'!A0", 'Fontaine; "verte"', "Pistes cyclables", "@école", "Verger"]


FIRST = "online-closes-first"


def definition_bytes(
    rule: str = "greedy", threshold: int = 1, precedence: str = "in-person-over-online", **contest: object
) -> bytes:
    choices = [
        {"id": str(i), "number": i, "title": {"fr": title}, "note": {"fr": ""}, "cost": cost * 100}
        for i, (title, cost) in enumerate(zip(TITLES, (4000, 30000, 9000, 20000, 15000, 500), strict=True), 1)
    ]
    first = {"id": "q1", "title": {"fr": "Quels projets ?"}, "method": "approval", "min": 1, "max": 3, "max_cost": 0}
    content = {
        "format": "parvis-definition-1", "log_id": LOG_ID, "space": "place-haute", "box": "00" * 8,
        "title": {"fr": "Budget participatif"}, "kind": "vote", "regime": "pass", "doors": ["web", "kiosk", "paper"],
        "precedence": precedence, "small_vote": True, "single_handed": True,
        "contests": [{**first, "choices": choices, **contest}], "budget": 4_000_000, "currency": "EUR",
        "count": {"rule": rule, "threshold": threshold}, "mark_thresholds": {"clear_below": 20, "clear_above": 45},
        "layouts": [], "box_key": b64u(public_bytes(BOX)), "sealed_length": 128,
        "seed_hash": hashlib.sha256(SEED).hexdigest(),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False).encode()


class Source:
    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def token_bytes(self, nbytes: int) -> bytes:
        return self._draw.randbytes(nbytes)


def headers_of(def_hash: str, ballots: Sequence[Mapping], devices: int = 3) -> list[str]:
    """The headers of a log in which ``devices`` chains bring these ballots in turn."""
    source = Source(1)
    chains = [(key_hash(public_bytes(private_key_from_number(77 + i))), f"{i:016x}", [""]) for i in range(devices)]
    headers = []
    for number, choices in enumerate([None] * devices + list(ballots)):
        dev, epoch, ids = chains[number % devices]
        facts: dict = {"type": "device.started", "body": b'{"label":"x","software":"1"}'}
        if choices is not None:
            body = seal(
                choices, box_key=public_bytes(BOX), definition=bytes.fromhex(def_hash), length=128,
                private=private_key_from_number(1000 + number),
            )  # fmt: skip
            facts = {"type": "ballot.sealed", "definition": def_hash, "subject": f"use:{number:032x}", "body": body}
        record = build_record(
            space="place-haute", dev=dev, epoch=epoch, seq=len(ids), prev=ids[-1], rng=source, **facts
        )  # fmt: skip
        ids.append(record.id)
        headers.append(record.header_text)
    return headers


def server_records(def_hash: str, *, is_online_first: bool = False) -> list[Record]:
    """The server's own chain: the box is frozen with a version of its roll and opened; the roll is corrected once.

    Where online closes first: somebody votes online, it is closed, a session opens and somebody comes to its desk.
    """
    source, made, hall = Source(2), [], "ab" * 8
    deeds: list[tuple[str, dict, str, str]] = [
        ("box.frozen", {}, def_hash, ""),
        ("roll.version", {"version": 3, "people": 201, "commitment": "ab" * 32}, def_hash, ""),
        ("box.voting_opened", {}, def_hash, ""),
        ("roll.version", {"version": 4, "people": 200, "commitment": "cd" * 32}, def_hash, ""),
    ]
    if is_online_first:
        deeds += [("ballot.sealed", {}, def_hash, ""), ("box.online_closed", {}, def_hash, "")]
        deeds += [("meeting.state", {"state": "open"}, "", hall), ("right.used", {}, def_hash, hall)]
    for number, (type_, body, definition, session) in enumerate(deeds, start=1):
        made.append(
            build_record(
                type=type_,
                definition=definition,
                meeting=session,
                space="place-haute",
                actor="organiser",
                body=json.dumps(body).encode(),
                dev="ee" * 32,
                epoch="ee" * 8,
                seq=number,
                prev=made[-1].id if made else "",
                rng=source,
            )  # fmt: skip
        )
    return made


def versions_of(records: Sequence[Record], start: int) -> list[dict]:
    """``roll`` of accounts.json, for records that stand in the log from this index on."""
    return [
        {"index": index, "body": one.body.decode(), "salt": one.body_salt.hex()}
        for index, one in enumerate(records, start)
        if one.header.type == "roll.version"
    ]


def checkpoints_of(headers: Sequence[str], sizes: Sequence[int]) -> list[dict]:
    frontier, points = Frontier(), []
    for header in headers:
        frontier.append(leaf_hash(header.encode()))
        if frontier.size in sizes:
            facts = {
                "origin": ORIGIN,
                "log_id": LOG_ID,
                "epoch": 1,
                "size": frontier.size,
                "root": frontier.root().hex(),
            }
            points.append({**facts, "sig": b64u(sign(SERVER, checkpoint_message(*facts.values())))})
    return points


WITNESSES = {"Ville de Brume": private_key_from_number(0xB1), "Ligue des lecteurs": private_key_from_number(0xB2)}


def witnesses_of(points: Sequence[Mapping]) -> dict:
    """One saw all these states, the other all but the last."""
    said = {name: points[: len(points) - place] for place, name in enumerate(WITNESSES)}
    keys = {name: public_bytes(key) for name, key in WITNESSES.items()}
    return {
        "format": "parvis-witnesses-1",
        "witnesses": [{"name": name, "witness": key_hash(key), "public_key": b64u(key)} for name, key in keys.items()],
        "statements": [write_statement(WITNESSES[name], point) for name, seen in said.items() for point in seen],
    }


def some_ballots(count: int, seed: int = 4) -> list[dict]:
    draw = random.Random(seed)
    ballots = [{"q1": sorted(draw.sample("123456", draw.choice([0, 1, 2, 3, 3, 3])))} for _ in range(count - 2)]
    return [*ballots, {"q1": ["1", "2", "3", "4"]}, {"q1": ["1", "secret mark"]}]


def published(ballots: Sequence[Mapping], superseded: Sequence[Mapping] = (), **definition: object) -> dict[str, bytes]:
    """Everything that is published when these ballots count and those were superseded."""
    frozen = definition_bytes(**definition)
    def_hash = hashlib.sha256(frozen).hexdigest()
    is_first = definition.get("precedence") == FIRST
    headers = headers_of(def_hash, [*ballots, *superseded])
    of_box = server_records(def_hash, is_online_first=is_first)
    in_log = len(ballots) + len(superseded) + is_first
    headers[BEFORE:BEFORE] = [one.header_text for one in of_box]
    size = len(headers)
    accounts = build_accounts(
        frozen,
        log={"size": size, "accepted": size},
        ballots={"in_log": in_log, "counted": len(ballots), "superseded": len(superseded), "removed": int(is_first)},
        pairs={("web", "kiosk"): len(superseded)} if superseded else {},
        equations=[
            {"name": "passes", "left": {"printed": 100}, "right": {"issued": 60, "spoiled": 1, "unused": 39}},
            {"name": "sheets", "left": {"printed": 50}, "right": {"unused": 49}, "explained": "une feuille déchirée"},
        ],
        roll=versions_of(of_box, BEFORE),
    )
    accounts["seed"] = SEED.hex()
    result = build_result(frozen, ballots, rights=200, by_door={"web": 12, "kiosk": len(ballots) - 12})
    points = checkpoints_of(headers, (1, 5, size // 2, size))
    return build_published(
        frozen, ballots, headers, points, accounts, result, lambda message: sign(SERVER, message),
        public_key=SERVER_KEY, about=ABOUT, witnesses=witnesses_of(points),
    )  # fmt: skip
