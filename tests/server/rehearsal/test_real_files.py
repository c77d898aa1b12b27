"""Votes of real towns by rank and by points: planned, counted and decided as their own files say.

The files are public (pabulib.org) and too large to lie here; where the folder is missing the tests are skipped aloud.
"""

from __future__ import annotations

import pytest

from server.budgets.pabulib import Instance, read_pb
from server.rehearsal.plan import make_plan
from server.voting.counting import count, tally
from tests.server.voting.test_counting import FOLDER


def instance(name: str) -> Instance:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path} is not here: put it there, or set PARVIS_DATA")
    return read_pb(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "method", "points"),
    [("Poland_Krakow_2022_Bienczyce.pb", "ranked", 1), ("France_Toulouse_2019.pb", "dots", 7),
     ("Poland_Katowice_2023.pb", "dots", 3)],
)  # fmt: skip
def test_a_real_vote_gives_the_scores_and_the_winners_of_its_file(name: str, method: str, points: int):
    told = instance(name)
    plan = make_plan(told, limit=None, conflicts=0, seed=1)
    assert (plan.method, plan.points) == (method, points)
    costs = dict(zip(plan.ids, told.costs().values(), strict=True))
    contest = {
        "id": "q1", "method": method, "min": plan.min_choices, "max": plan.max_choices, "max_cost": 0,
        "points": plan.points, "per_choice": plan.per_choice, "choices": [{"id": code} for code in costs],
    }  # fmt: skip
    found = tally(contest, [{"q1": voter.answer} for voter in plan.voters])
    assert found.valid == len(told.votes)
    scores = [project.score for project in told.projects]
    assert list(found.votes.values()) == scores == list(plan.expected_votes().values())
    won = [project.selected for project in told.projects]
    if any(one is not None for one in won):
        outcome = count(found.votes, costs, told.budget, plan.rule, plan.threshold)
        assert [int(code in outcome.winners) for code in costs] == won
