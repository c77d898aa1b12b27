"""What a publisher does to the words of witnesses, whose keys he does not hold, and signs anew.

A witness whom he invents, key and all, is found by nobody here: whoever checks asks the witness.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from server.ledger.keys import b64u, key_hash
from server.ledger.statements import write_statement

from .engine import OTHER, OTHER_KEY, Folder, NotHere, publisher, some

Said = dict


def _kind(name: str, change: Callable[[Said, random.Random], object]) -> None:
    def tamper(folder: Folder, rng: random.Random) -> None:
        if not folder.json("witnesses.json")["statements"]:
            raise NotHere
        folder.edit("witnesses.json", lambda data: change(data, rng))

    tamper.__name__ = name
    publisher(tamper)


def _flip(text: str) -> str:
    return ("A" if text[5] != "A" else "B").join((text[:5], text[6:]))


def _point(said: Said, rng: random.Random) -> dict:
    return rng.choice(said["statements"])["checkpoint"]


for _name, _change in {
    "a_statement_has_another_signature": lambda d, r: (one := r.choice(d["statements"])).update(sig=_flip(one["sig"])),
    "a_statement_has_no_signature": lambda d, r: r.choice(d["statements"]).update(sig=""),
    "a_statement_is_of_another_size": lambda d, r: _point(d, r).update(size=_point(d, r)["size"] + 1),
    "a_statement_is_of_another_root": lambda d, r: _point(d, r).update(root=r.randbytes(32).hex()),
    "a_statement_is_of_another_time": lambda d, r: _point(d, r).update(epoch=7),
    "a_statement_is_of_another_town": lambda d, r: _point(d, r).update(origin="https://elsewhere.example"),
    "a_statement_is_signed_by_somebody_else": lambda d, r: (one := r.choice(d["statements"])).update(
        sig=write_statement(OTHER, one["checkpoint"])["sig"]
    ),
    "a_statement_brings_another_key": lambda d, r: r.choice(d["statements"]).update(public_key=b64u(OTHER_KEY)),
    "a_statement_is_of_a_witness_who_is_not_named": lambda d, r: d["statements"].append(
        write_statement(OTHER, dict(d["statements"][-1]["checkpoint"]))
    ),
    "two_statements_changed_witnesses": lambda d, r: [
        one.update(witness=next(w["witness"] for w in d["witnesses"] if w["witness"] != one["witness"]))
        for one in d["statements"][:1]
    ],
    "a_witness_is_named_who_signed_nothing": lambda d, r: d["witnesses"].append(
        {"name": "Nobody", "witness": key_hash(OTHER_KEY), "public_key": b64u(OTHER_KEY)}
    ),
    "a_witness_has_another_key": lambda d, r: r.choice(d["witnesses"]).update(public_key=b64u(OTHER_KEY)),
    "a_witness_is_gone_and_its_statements_stay": lambda d, r: d["witnesses"].pop(),
    "the_statements_of_a_witness_are_gone": lambda d, r: d.update(
        statements=[one for one in d["statements"] if one["witness"] != d["witnesses"][0]["witness"]]
    ),
}.items():
    _kind(_name, _change)


@publisher
def a_witness_saw_another_list(folder: Folder, rng: random.Random) -> None:
    """X18: its statement is real, and the state in it is signed; the list that is published is another one."""
    said = folder.json("witnesses.json")
    place = some(rng, range(len(folder.json("checkpoints.json")["checkpoints"])))
    points = folder.json("checkpoints.json")["checkpoints"]
    if not any(one["checkpoint"] == points[place] for one in said["statements"]) or len(points) < 2:
        raise NotHere
    headers, index = folder.headers, len(folder.headers) - 1
    header = json.loads(headers[index])
    headers[index] = json.dumps(header | {"body_c": rng.randbytes(32).hex()}, ensure_ascii=False, separators=(",", ":"))
    folder.set_log(headers)
