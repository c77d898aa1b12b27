"""Server, verify.py and the browser's verifier count the same rounds, ties among them (protocol §12)."""

from __future__ import annotations

import json
import random
import runpy
import subprocess
from dataclasses import asdict
from pathlib import Path

from server.opendata import verify
from server.voting.counting import RULES, count
from tools.dev import ROOT

from .second_verifier import require_node

CASES = 3000
RECOUNTS = {
    rule: runpy.run_path(str(Path(verify.__file__).with_name(f"recount_{rule.replace('-', '_')}.py"))) for rule in RULES
}


def some_case(draw: random.Random) -> dict:
    """Few votes and few prices, so that there are many ties."""
    projects = [
        {"id": f"p{place}", "votes": draw.randrange(4), "cost": draw.choice([0, 5, 10, 10, 20, 35])}
        for place in range(draw.randrange(1, 8))
    ]
    return {
        "projects": projects,
        "budget": draw.choice([0, 5, 10, 25, 40, 100]),
        "count": {"rule": draw.choice(RULES), "threshold": draw.randrange(4)},
    }


def test_three_programs_count_the_same_rounds():
    draw = random.Random(12)
    cases = [some_case(draw) for _ in range(CASES)]
    expected, seen = [], []
    for case in cases:
        votes = {one["id"]: one["votes"] for one in case["projects"]}
        costs = {one["id"]: one["cost"] for one in case["projects"]}
        outcome = count(votes, costs, case["budget"], case["count"]["rule"], case["count"]["threshold"])
        expected.append([asdict(turn) for turn in outcome.rounds])
        definition = {"budget": case["budget"], "count": case["count"]}
        seen.append(RECOUNTS[case["count"]["rule"]]["counted"](case["projects"], votes, definition)["rounds"])
    assert seen == expected
    program = ROOT / "tests/static/count_cases.js"
    done = subprocess.run(
        [require_node(), str(program)], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == expected
    assert sum(turn["tie"] for rounds in expected for turn in rounds) > CASES / 10
