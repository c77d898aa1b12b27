"""A small vote of an invented town, published with real keys: what ``verify.py`` is tried on."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence

from server.ledger.keys import b64u, key_hash, private_key_from_number, public_bytes, sign
from server.ledger.messages import checkpoint_message, push_message
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
SECOND, THIRD = 3, 6  # places of the first of three devices
ORIGIN = "https://place-haute.example"
ABOUT = {"country": "France", "unit": "Place-Haute", "instance": "2026", "date_begin": "2026", "date_end": "2026"}
TITLES = ["Bancs à l'ombre", "=cmd|' /C calc'!A0", 'Fontaine; "verte"', "Pistes cyclables", "@école", "Verger"]


FIRST = "online-closes-first"
HALL = "ab" * 8  # the session of those votes in which online closes first
Deed = tuple[str, dict, str, str]  # type, body, definition, session


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
    hall = HALL
    deeds: list[Deed] = [
        ("box.frozen", {}, def_hash, ""),
        ("roll.version", {"version": 3, "people": 201, "commitment": "ab" * 32}, def_hash, ""),
        ("box.voting_opened", {}, def_hash, ""),
        ("roll.version", {"version": 4, "people": 200, "commitment": "cd" * 32}, def_hash, ""),
    ]
    if is_online_first:
        deeds += [("ballot.sealed", {}, def_hash, ""), ("box.online_closed", {}, def_hash, "")]
        deeds += [("meeting.state", {"state": "open"}, "", hall), ("right.used", {}, def_hash, hall)]
    return written_here(deeds)


def written_here(deeds: Sequence[Deed], after: Sequence[Record] = ()) -> list[Record]:
    """Records of the server's own chain, where it stands ``after`` these."""
    source, made = Source(2 + len(after)), list(after)
    for type_, body, definition, session in deeds:
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
                seq=len(made) + 1,
                prev=made[-1].id if made else "",
                rng=source,
            )  # fmt: skip
        )
    return made[len(after) :]


def opened(index: int, record: Record) -> dict:
    """What opens the commitment of a record that stands there."""
    return {"index": index, "body": record.body.decode(), "salt": record.body_salt.hex()}


def versions_of(records: Sequence[Record], start: int) -> list[dict]:
    """``roll`` of accounts.json, for records that stand in the log from this index on."""
    return [opened(index, one) for index, one in enumerate(records, start) if one.header.type == "roll.version"]


class Evening:
    """How the hall was closed: of three devices one brought all, one is lost with a slip, one without. Then letters."""

    def __init__(self, headers: Sequence[str], before: Sequence[Record], def_hash: str) -> None:
        """headers: of the log so far, which has no gap; before: the server's chain so far."""
        self.headers, start = headers, len(headers)
        keys = [private_key_from_number(77 + number) for number in range(3)]
        whole, slipped, unknown = (key_hash(public_bytes(key)) for key in keys)
        slip = self._slip(keys[1], slipped)
        losses = {slipped: {"arrived": slip["ballots"] - 2, "records": 2, "promised": slip["ballots"], "lost": 2}}
        losses[unknown] = {"arrived": len(self._of(unknown)) - 1, "records": 1}
        facts = {"heads": {whole: [self._head(whole)]}, "lost": losses}
        draw = {"seed": "3 1 4 1 5", "size": 2, "of": 3}
        deeds: list[Deed] = [("right.used", {}, def_hash, HALL)] * 2
        deeds += [("device.missing", {"dev": slipped, "reason": "Tombée à l'eau.", "slip": slip}, "", HALL)]
        deeds += [("device.missing", {"dev": unknown, "reason": "Volée."}, "", HALL)]
        deeds += [("session.reconciled", facts, "", HALL), ("box.reconciled", {}, def_hash, "")]
        deeds += [("sample.drawn", draw, def_hash, ""), ("box.certified", {}, def_hash, "")]
        deeds += [("record.decided", {}, def_hash, "cd" * 8)]  # of a record that named a session of another vote
        deeds += [("device.revoked", {"dev": unknown, "size": start, "why": "Volée."}, "", HALL)]
        self.records = written_here(deeds, before)
        said = [opened(start + place, one) for place, one in enumerate(self.records)]
        devices = {slipped: ("K2", "Tombée à l'eau.", said[2]), unknown: ("K3", "Volée.", said[3])}
        missing = [
            {"session": HALL, "dev": dev, "device": label, "reason": reason, **losses[dev], "named": named}
            for dev, (label, reason, named) in devices.items()
        ]
        missing[0]["public_key"] = b64u(public_bytes(keys[1]))
        answers = {"confirmed": 1, "denied": 0, "returned": 0, "silent": 1}
        self.parts = {
            "closings": [{"session": HALL, **said[4]}],
            "missing": missing,
            "revoked": [{"session": HALL, **said[9]}],
            "sample": {**said[6], "seed": draw["seed"], "marks": 3, "size": 2, **answers},
        }
        right = {"closed": 1, "missing": 2}
        self.equations = [{"name": "devices", "session": HALL, "left": {"devices": 3}, "right": right}]

    def _of(self, dev: str) -> list[str]:
        return [one for one in self.headers if json.loads(one)["dev"] == dev]

    def _head(self, dev: str) -> dict:
        last = max(self._of(dev), key=lambda one: json.loads(one)["seq"])
        told = json.loads(last)
        return {"epoch": told["epoch"], "seq": told["seq"], "head": key_hash(last.encode())}

    def _slip(self, key: object, dev: str) -> dict:
        """It sealed two ballots more, which never came."""
        last = self._head(dev)
        facts = {"epoch": last["epoch"], "seq": last["seq"] + 2, "head": "5e" * 32}
        sig = b64u(sign(key, push_message(LOG_ID, dev, *facts.values())))
        return {**facts, "ballots": last["seq"] + 1, "sig": sig}


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


def published(
    ballots: Sequence[Mapping],
    superseded: Sequence[Mapping] = (),
    *,
    has_waited: bool = False,
    **definition: object,
) -> dict[str, bytes]:
    """Everything that is published when these ballots count and those were superseded.

    has_waited: the second record of the first device came after its third, which waited for it.
    """
    frozen = definition_bytes(**definition)
    def_hash = hashlib.sha256(frozen).hexdigest()
    is_first = definition.get("precedence") == FIRST
    headers = headers_of(def_hash, [*ballots, *superseded])
    of_box = server_records(def_hash, is_online_first=is_first)
    in_log = len(ballots) + len(superseded) + is_first
    if has_waited:
        headers[SECOND], headers[THIRD] = headers[THIRD], headers[SECOND]
    headers[BEFORE:BEFORE] = [one.header_text for one in of_box]
    closed = Evening(headers, of_box, def_hash) if is_first else None
    headers += [one.header_text for one in closed.records] if closed else []
    size = len(headers)
    accounts = build_accounts(
        frozen,
        log={"size": size, "accepted": size},
        ballots={"in_log": in_log, "counted": len(ballots), "superseded": len(superseded), "removed": int(is_first)},
        pairs={("web", "kiosk"): len(superseded)} if superseded else {},
        equations=[
            {"name": "passes", "left": {"printed": 100}, "right": {"issued": 60, "spoiled": 1, "unused": 39}},
            {"name": "sheets", "left": {"printed": 50}, "right": {"unused": 49}, "explained": "une feuille déchirée"},
            *(closed.equations if closed else []),
        ],
        waited=[SECOND] if has_waited else [],
    )
    accounts |= {"seed": SEED.hex(), "roll": versions_of(of_box, BEFORE), **(closed.parts if closed else {})}
    result = build_result(frozen, ballots, rights=200, by_door={"web": 12, "kiosk": len(ballots) - 12})
    points = checkpoints_of(headers, (1, 5, size // 2, size))
    return build_published(
        frozen, ballots, headers, points, accounts, result, lambda message: sign(SERVER, message),
        public_key=SERVER_KEY, about=ABOUT, witnesses=witnesses_of(points),
    )  # fmt: skip
