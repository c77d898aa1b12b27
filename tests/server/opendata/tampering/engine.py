"""Ways to tamper with a published folder, each of which every verifier must find (F15, X17).

A *stranger* alters files as they lie on a server or travel. A *publisher* holds the installation's key: he alters what
is published, mends what he thinks of and signs anew. What he can do without a trace is not in this list, because no
verifier could find it: exchange the content of opened ballots together with the result (``docs/trust.md``, "Opening is
witnessed, not proved"), or rewrite the end of a device's chain that no receipt and no witness has seen.

``cases(count, seed)`` draws kinds until there are ``count``, every kind at least once where ``count`` allows;
``tampered(files, case, publisher)`` gives the altered files. The kinds are in the modules beside this one; the name of
each says what was done.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.ledger.keys import b64u, key_hash, private_key_from_number, public_bytes
from server.ledger.messages import checkpoint_message
from server.ledger.tree import Frontier, leaf_hash
from server.opendata.published import log_lines, signed_manifest

Files = dict[str, bytes]
Change = Callable[["Folder", random.Random], object]
KINDS: dict[str, Kind] = {}  # by name; filled by the modules beside
TRIES = 50
OTHER = private_key_from_number(0x0DD)  # a key that is not the installation's
OTHER_KEY = public_bytes(OTHER)


class NotHere(Exception):
    """This folder has nothing that this kind could alter."""


@dataclass(frozen=True)
class Publisher:
    """Who holds a key: ``sign(message)`` gives 64 bytes, ``public_key`` is 65 bytes."""

    sign: Callable[[bytes], bytes]
    public_key: bytes


@dataclass(frozen=True)
class Kind:
    change: Change
    is_signed_again: bool


@dataclass(frozen=True)
class Case:
    """One tampering: a kind and the seed of what is drawn within it."""

    kind: str
    seed: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.seed}"


class Folder:
    """The files while somebody alters them."""

    def __init__(self, files: Mapping[str, bytes], publisher: Publisher) -> None:
        self.files, self.publisher = dict(files), publisher

    def json(self, name: str) -> Any:
        return json.loads(self.files[name])

    def put(self, name: str, data: object) -> None:
        self.files[name] = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    def edit(self, name: str, change: Callable[[Any], object]) -> None:
        data = self.json(name)
        change(data)
        self.put(name, data)

    def listed(self) -> list[str]:
        return sorted(name for name in self.files if not name.startswith("manifest"))

    @property
    def lines(self) -> list[bytes]:
        return self.files["log.jsonl"].split(b"\n")[:-1]

    @property
    def headers(self) -> list[str]:
        return [json.loads(line)["header"] for line in self.lines]

    @property
    def rows(self) -> list[str]:
        """Of the ballots, the head first."""
        return self.files["cast_vote_records.csv"].decode().split("\n")[:-1]

    @rows.setter
    def rows(self, rows: Sequence[str]) -> None:
        self.files["cast_vote_records.csv"] = "".join(f"{row}\n" for row in rows).encode()

    def set_log(self, headers: Sequence[str]) -> None:
        """Another log, with checkpoints at the sizes as they were, as far as it reaches, and at its end."""
        self.files["log.jsonl"] = log_lines(headers)
        sizes = {point["size"] for point in self.json("checkpoints.json")["checkpoints"]} | {len(headers)}
        self.set_points([self.signed_point(point) for point in self._points(headers, sizes)])

    def _points(self, headers: Sequence[str], sizes: set[int]) -> list[dict[str, Any]]:
        last = self.json("checkpoints.json")["checkpoints"][-1]
        frontier, points = Frontier(), []
        for header in headers:
            frontier.append(leaf_hash(header.encode()))
            if frontier.size in sizes:
                points.append({**last, "size": frontier.size, "root": frontier.root().hex()})
        return points

    def signed_point(self, point: Mapping[str, Any]) -> dict[str, Any]:
        facts = {name: point[name] for name in ("origin", "log_id", "epoch", "size", "root")}
        return {**point, "sig": b64u(self.publisher.sign(checkpoint_message(**facts)))}

    def set_points(self, points: Sequence[Mapping[str, Any]]) -> None:
        self.edit("checkpoints.json", lambda data: data.update(checkpoints=list(points)))

    def followed(self) -> list[int]:
        """Indices of records that another one names: their bytes are held by a chain."""
        named = {json.loads(header)["prev"] for header in self.headers}
        outside = {one["index"] for one in self.json("accounts.json")["exceptions"]}
        ids = [key_hash(header.encode()) for header in self.headers]
        return [index for index, name in enumerate(ids) if name in named and index not in outside]

    def sign_again(self) -> None:
        self.files |= signed_manifest(
            {name: self.files[name] for name in self.listed()}, self.publisher.sign, self.publisher.public_key
        )


def stranger(change: Change) -> Change:
    KINDS[change.__name__] = Kind(change, is_signed_again=False)
    return change


def publisher(change: Change) -> Change:
    KINDS[change.__name__] = Kind(change, is_signed_again=True)
    return change


def cases(count: int, seed: int, kinds: Sequence[str] = ()) -> list[Case]:
    """So many cases, kind after kind."""
    from . import ballots, closings, doors, log, numbers, on_the_way, witnesses  # noqa: F401  (they fill KINDS)

    names = list(kinds or KINDS)
    rng = random.Random(seed)
    return [Case(names[place % len(names)], rng.randrange(10**6)) for place in range(count)]


def tampered(files: Mapping[str, bytes], case: Case, by: Publisher) -> Files:
    """The altered files; never the same as before. Raises NotHere."""
    kind, rng = KINDS[case.kind], random.Random(case.seed)
    for _try in range(TRIES):
        folder = Folder(files, by)
        kind.change(folder, rng)
        if folder.files != files:
            if kind.is_signed_again:
                folder.sign_again()
            return folder.files
    raise NotHere(case.kind)


# -- what many kinds do -----------------------------------------------------------------------------------


def some(rng: random.Random, values: Iterable[Any]) -> Any:
    """One of them; NotHere where there are none."""
    found = list(values)
    if not found:
        raise NotHere
    return rng.choice(found)


def contest_of(data: dict) -> dict:
    return data["contests"][0]


def shift(terms: dict, rng: random.Random, names: Sequence[str] = ()) -> None:
    """One of the numbers (of these) is off."""
    terms[rng.choice(list(names or terms))] += rng.choice([-1, 1, 7])


def move(terms: dict, rng: random.Random, names: list[str]) -> None:
    """One is counted under another name; the sum stays."""
    one, other = rng.sample(names, 2)
    terms[one], terms[other] = terms[one] + 1, terms[other] - 1
