"""What a publisher does to the log and to its signed states, and signs anew."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from server.ledger.keys import b64u, key_hash, sign
from server.ledger.messages import checkpoint_message

from .engine import OTHER, Folder, NotHere, publisher, some


@publisher
def a_record_is_left_out(folder: Folder, rng: random.Random) -> None:
    headers = folder.headers
    headers.pop(some(rng, folder.followed()))
    folder.set_log(headers)


@publisher
def the_last_records_are_left_out(folder: Folder, rng: random.Random) -> None:
    headers = folder.headers
    folder.set_log(headers[: -rng.randrange(1, len(headers))])


@publisher
def a_record_comes_twice(folder: Folder, rng: random.Random) -> None:
    headers = folder.headers
    folder.set_log([*headers, some(rng, headers)])


@publisher
def a_ballot_is_added_to_a_chain(folder: Folder, rng: random.Random) -> None:
    headers = folder.headers
    last = json.loads(headers[-1])
    last |= {"type": "ballot.sealed", "def": folder.json("accounts.json")["definition"], "seq": last["seq"] + 1}
    last |= {"prev": key_hash(headers[-1].encode()), "body_c": rng.randbytes(32).hex()}
    folder.set_log([*headers, json.dumps(last, separators=(",", ":"))])


def altered_header(folder: Folder, index: int, change: Callable[[dict], object]) -> None:
    headers = folder.headers
    header = json.loads(headers[index])
    change(header)
    headers[index] = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    folder.set_log(headers)


def _header_kind(name: str, change: Callable[[dict, random.Random], object]) -> None:
    """A header that is held by its chain, altered in one field, under checkpoints made to fit."""

    def tamper(folder: Folder, rng: random.Random) -> None:
        altered_header(folder, some(rng, folder.followed()), lambda header: change(header, rng))

    tamper.__name__ = name
    publisher(tamper)


for _name, _change in {
    "a_header_has_another_length": lambda h, r: h.update(len=h["len"] + 1),
    "a_header_has_another_body": lambda h, r: h.update(body_c=r.randbytes(32).hex()),
    "a_header_has_another_subject": lambda h, r: h.update(subj_c=r.randbytes(32).hex()),
    "a_header_has_another_type": lambda h, r: h.update(type={"pass.void": "pass.lost"}.get(h["type"], "pass.void")),
    "a_header_has_another_number": lambda h, r: h.update(seq=h["seq"] + r.randrange(1, 9)),
    "a_header_names_another_before_it": lambda h, r: h.update(prev=r.randbytes(32).hex()),
    "a_header_is_of_another_device": lambda h, r: h.update(dev=r.randbytes(32).hex()),
    "a_header_is_of_another_time_of_its_device": lambda h, r: h.update(epoch=r.randbytes(8).hex()),
    "a_header_is_of_another_actor": lambda h, r: h.update(actor="desk" if h["actor"] != "desk" else "system"),
    "a_header_is_of_another_version": lambda h, r: h.update(v=2),
    "a_header_is_of_another_session": lambda h, r: h.update(meeting=r.randbytes(8).hex()),
    "a_header_has_a_field_more": lambda h, r: h.update(note="x"),
    "a_header_has_a_field_less": lambda h, r: h.pop(r.choice(list(h))),
    "a_header_has_its_fields_in_another_order": lambda h, r: h.update(v=h.pop("v")),
    "a_header_has_a_text_for_a_number": lambda h, r: h.update(seq=str(h["seq"])),
    "a_header_has_a_broken_number": lambda h, r: h.update(seq=h["seq"] + 0.5),
    "a_header_has_nothing_in_a_field": lambda h, r: h.update(att=None),
}.items():  # fmt: skip
    _header_kind(_name, _change)


@publisher
def a_header_has_a_field_twice(folder: Folder, rng: random.Random) -> None:
    headers, index = folder.headers, some(rng, folder.followed())
    headers[index] = headers[index].replace('{"v":1,', '{"v":1,"v":1,', 1)
    folder.set_log(headers)


@publisher
def the_last_ballot_is_of_another_vote(folder: Folder, rng: random.Random) -> None:
    definition = folder.json("accounts.json")["definition"]
    own = [i for i, one in enumerate(folder.headers) if json.loads(one)["def"] == definition and "ballot.sealed" in one]
    altered_header(folder, some(rng, own[-1:]), lambda header: header.update({"def": rng.randbytes(32).hex()}))


def altered_line(folder: Folder, rng: random.Random, change: Callable[[bytes], bytes]) -> None:
    lines = folder.lines
    index = rng.randrange(len(lines))
    lines[index] = change(lines[index])
    folder.files["log.jsonl"] = b"".join(line + b"\n" for line in lines)


@publisher
def a_line_has_another_index(folder: Folder, rng: random.Random) -> None:
    altered_line(folder, rng, lambda line: line.replace(b'{"index":', b'{"index":1', 1))


@publisher
def a_line_is_spelled_otherwise(folder: Folder, rng: random.Random) -> None:
    altered_line(folder, rng, lambda line: line.replace(b',"header"', b', "header"', 1))


@publisher
def a_line_is_no_text(folder: Folder, rng: random.Random) -> None:
    altered_line(folder, rng, lambda line: line[:20] + b"\xff" + line[21:])


@publisher
def the_log_does_not_end(folder: Folder, rng: random.Random) -> None:
    folder.files["log.jsonl"] = folder.files["log.jsonl"][:-1]


@publisher
def the_log_is_another_than_the_one_signed(folder: Folder, rng: random.Random) -> None:
    """Even the end of a chain: the checkpoints are kept, and one of them has been seen by somebody."""
    points = folder.json("checkpoints.json")["checkpoints"]
    index = len(folder.headers) - 1
    altered_header(folder, index, lambda header: header.update(body_c=rng.randbytes(32).hex()))
    folder.set_points(points)


@publisher
def the_log_is_shorter_than_the_one_signed(folder: Folder, rng: random.Random) -> None:
    points = folder.json("checkpoints.json")["checkpoints"]
    folder.set_log(folder.headers[: -rng.randrange(1, 4)])
    folder.set_points(points)


@publisher
def a_record_is_called_an_exception(folder: Folder, rng: random.Random) -> None:
    index = some(rng, folder.followed())
    one = {"index": index, "verdict": "parked", "reason": "gap"}
    folder.edit("accounts.json", lambda data: data["exceptions"].append(one))


# -- where records stand


def exchanged(folder: Folder, one: int, other: int) -> None:
    """Two records change places. Each chain still holds: it goes by numbers."""
    headers = folder.headers
    headers[one], headers[other] = headers[other], headers[one]
    folder.set_log(headers)


def _of_one_chain(folder: Folder, rng: random.Random, *, is_house: bool) -> list[int]:
    """The places of a chain in which nothing waited, of the house or of a device."""
    told = folder.json("accounts.json")
    apart = {*(one["index"] for one in told["exceptions"]), *told.get("waited", [])}
    facts = [json.loads(header) for header in folder.headers]
    house = next(one["dev"] for one in facts if (one["type"], one["def"]) == ("box.frozen", told["definition"]))
    chains: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(facts):
        if index not in apart and (one["dev"] == house) is is_house:
            chains.setdefault((one["dev"], one["epoch"]), []).append(index)
    return some(rng, [chain for chain in chains.values() if len(chain) > 1])


@publisher
def a_record_stands_before_the_one_that_it_follows(folder: Folder, rng: random.Random) -> None:
    exchanged(folder, *rng.sample(_of_one_chain(folder, rng, is_house=False), 2))


@publisher
def a_deed_of_the_house_stands_before_the_one_that_it_follows(folder: Folder, rng: random.Random) -> None:
    """He says that it waited, which nothing does that is written here."""
    one, other = sorted(rng.sample(_of_one_chain(folder, rng, is_house=True)[-4:], 2))
    exchanged(folder, one, other)
    folder.edit("accounts.json", lambda data: data.update(waited=sorted([*data.get("waited", []), one])))


@publisher
def a_record_is_said_to_have_waited(folder: Folder, rng: random.Random) -> None:
    index = some(rng, _of_one_chain(folder, rng, is_house=False))
    folder.edit("accounts.json", lambda data: data.update(waited=sorted([*data.get("waited", []), index])))


@publisher
def what_waited_is_not_told(folder: Folder, rng: random.Random) -> None:
    folder.edit("accounts.json", lambda data: data.pop("waited", None))


# -- the signed states of the log


def altered_points(folder: Folder, change: Callable[[list[dict]], object]) -> None:
    folder.edit("checkpoints.json", lambda data: change(data["checkpoints"]))


def _signed_point_kind(name: str, change: Callable[[dict, random.Random], object]) -> None:
    """A checkpoint altered and signed anew."""

    def tamper(folder: Folder, rng: random.Random) -> None:
        points = folder.json("checkpoints.json")["checkpoints"]
        place = rng.randrange(len(points))
        change(points[place], rng)
        points[place] = folder.signed_point(points[place])
        folder.set_points(points)

    tamper.__name__ = name
    publisher(tamper)


_signed_point_kind("a_checkpoint_has_another_root", lambda p, r: p.update(root=r.randbytes(32).hex()))
_signed_point_kind("a_checkpoint_has_a_smaller_size", lambda p, r: p.update(size=p["size"] - 1))
_signed_point_kind("a_checkpoint_has_a_greater_size", lambda p, r: p.update(size=p["size"] + 1))
_signed_point_kind("a_checkpoint_is_of_another_log", lambda p, r: p.update(log_id=r.randbytes(32).hex()))


@publisher
def a_checkpoint_names_another_place(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: some(rng, points).update(origin="https://elsewhere.example"))


@publisher
def a_checkpoint_names_another_epoch(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: some(rng, points).update(epoch=points[0]["epoch"] + 1))


@publisher
def a_checkpoint_has_no_signature(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: some(rng, points).update(sig=""))


@publisher
def a_checkpoint_is_signed_by_another_key(folder: Folder, rng: random.Random) -> None:
    point = some(rng, folder.json("checkpoints.json")["checkpoints"])
    facts = {name: point[name] for name in ("origin", "log_id", "epoch", "size", "root")}
    wrong = b64u(sign(OTHER, checkpoint_message(**facts)))
    altered_points(folder, lambda points: [one.update(sig=wrong) for one in points if one == point])


@publisher
def two_checkpoints_changed_signatures(folder: Folder, rng: random.Random) -> None:
    def change(points: list[dict]) -> None:
        one, other = rng.sample(points, 2)
        one["sig"], other["sig"] = other["sig"], one["sig"]

    if len(folder.json("checkpoints.json")["checkpoints"]) < 2:
        raise NotHere
    altered_points(folder, change)


@publisher
def an_early_checkpoint_is_played_again(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: points.append(dict(points[0])))


@publisher
def the_last_checkpoint_is_gone(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: points.pop())


@publisher
def all_checkpoints_are_gone(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: points.clear())


@publisher
def the_checkpoints_are_in_another_order(folder: Folder, rng: random.Random) -> None:
    altered_points(folder, lambda points: points.reverse())
