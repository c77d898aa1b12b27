"""What a file of accounts would match on a roll, before anything is written: sums and the first rows of each. Pure.

Made while somebody waits, or in the background and kept beside the file: a page shows the same in both cases.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import astuple, dataclass, field

from server.processes.tables import Fault

from .match_file import Claim

FIRST = 50


@dataclass
class MatchSketch:
    """``counts``: rows by outcome; ``exact``: rows with the key of their line; ``left``: rows that cannot be matched.

    ``faults``: all that is wrong with the file, and then nothing else is known.
    """

    counts: dict[str, int] = field(default_factory=dict)
    exact: list[tuple[Claim, int]] = field(default_factory=list)
    doubtful: list[Claim] = field(default_factory=list)
    left: list[tuple[Claim, str]] = field(default_factory=list)
    left_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    def as_json(self) -> bytes:
        facts = {
            "counts": self.counts,
            "exact": [[astuple(claim), key] for claim, key in self.exact],
            "doubtful": [astuple(claim) for claim in self.doubtful],
            "left": [[astuple(claim), outcome] for claim, outcome in self.left],
            "left_count": self.left_count,
            "faults": [astuple(fault) for fault in self.faults],
        }
        return json.dumps(facts, default=str).encode()

    @classmethod
    def from_json(cls, text: bytes) -> MatchSketch:
        facts = json.loads(text)
        return cls(
            counts=facts["counts"],
            exact=[(_claim(row), key) for row, key in facts["exact"]],
            doubtful=[_claim(row) for row in facts["doubtful"]],
            left=[(_claim(row), outcome) for row, outcome in facts["left"]],
            left_count=facts["left_count"],
            faults=[Fault(*fault) for fault in facts["faults"]],
        )


def _claim(row: list) -> Claim:
    line, account, number, family_name, given_name, born = row
    return Claim(line, account, number, family_name, given_name, dt.date.fromisoformat(born) if born else None)
