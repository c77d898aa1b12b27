"""What a publisher does to the accounts and to the result, and signs anew."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from .engine import Folder, NotHere, contest_of, move, publisher, shift


def json_kind(file: str, name: str, change: Callable[[dict, random.Random], object]) -> None:
    """A file of JSON, altered as data and signed again."""

    def tamper(folder: Folder, rng: random.Random) -> None:
        try:
            folder.edit(file, lambda data: change(data, rng))
        except (LookupError, ValueError) as error:
            raise NotHere from error

    tamper.__name__ = name
    publisher(tamper)


def _below_zero(terms: dict) -> None:
    terms["accepted"] += terms["quarantined"] + 1
    terms["quarantined"] = -1


def _version(data: dict, rng: random.Random, **facts: object) -> None:
    one = rng.choice(data["roll"])
    one["body"] = json.dumps(json.loads(one["body"]) | facts)


def _holding(data: dict) -> list[dict]:
    return [one for one in data["equations"] if "explained" not in one]


FATES = ["counted", "superseded", "removed"]
for _name, _change in {
    "a_number_of_the_log_is_off": lambda d, r: shift(d["log"], r),
    "a_number_of_the_ballots_is_off": lambda d, r: shift(d["ballots"], r),
    "a_ballot_has_another_fate": lambda d, r: move(d["ballots"], r, ["counted", r.choice(FATES[1:])]),
    "a_superseded_ballot_is_made_up": lambda d, r: (
        d["superseded"].append({"from": "web", "to": "kiosk", "count": 1}),
        d["ballots"].update(superseded=d["ballots"]["superseded"] + 1, in_log=d["ballots"]["in_log"] + 1),
    ),
    "a_pair_of_doors_is_gone": lambda d, r: d["superseded"].pop(),
    "a_pair_of_doors_is_off": lambda d, r: d["superseded"][0].update(count=d["superseded"][0]["count"] + 1),
    "what_was_there_is_off": lambda d, r: shift(r.choice(_holding(d))["left"], r),
    "what_became_of_it_is_off": lambda d, r: shift(r.choice(_holding(d))["right"], r),
    "a_term_is_gone": lambda d, r: r.choice([o for o in _holding(d) if any(o["right"].values())])["right"].clear(),
    "an_equation_that_does_not_hold_is_added": lambda d, r: d["equations"].append(
        {"name": "x", "left": {"x": 1}, "right": {"y": 2}}
    ),
    "an_explanation_is_gone": lambda d, r: r.choice([o for o in d["equations"] if "explained" in o]).pop("explained"),
    "the_accounts_are_of_another_definition": lambda d, r: d.update(definition=r.randbytes(32).hex()),
    "a_number_is_below_zero": lambda d, r: _below_zero(d["log"]),
    "the_seed_is_another": lambda d, r: (d["seed"], d.update(seed=r.randbytes(32).hex())),
    "the_accounts_are_empty": lambda d, r: d.clear(),
    "a_part_of_the_accounts_is_gone": lambda d, r: d.pop(r.choice(["log", "ballots", "superseded", "exceptions"])),
    "the_versions_of_the_roll_are_gone": lambda d, r: d.pop("roll"),
    "a_version_of_the_roll_is_gone": lambda d, r: d["roll"].pop(r.randrange(len(d["roll"]))),
    "a_version_of_the_roll_comes_twice": lambda d, r: d["roll"].append(d["roll"][-1]),
    "a_version_of_the_roll_is_of_another_record": lambda d, r: r.choice(d["roll"]).update(index=0),
    "a_version_of_the_roll_has_another_salt": lambda d, r: r.choice(d["roll"]).update(salt=r.randbytes(16).hex()),
    "a_version_of_the_roll_has_other_rights": lambda d, r: _version(d, r, people=r.randrange(1, 99)),
    "a_version_of_the_roll_has_another_number": lambda d, r: _version(d, r, version=r.randrange(9, 99)),
    "a_version_of_the_roll_commits_to_another_list": lambda d, r: _version(d, r, commitment=r.randbytes(32).hex()),
}.items():
    json_kind("accounts.json", _name, _change)


# -- the result


def _vote_moved(data: dict, rng: random.Random) -> None:
    votes = contest_of(data)["votes"]
    one, other = rng.sample(list(votes), 2)
    votes[one], votes[other] = votes[one] + 1, votes[other] - 1


def _loser_wins(data: dict, rng: random.Random) -> None:
    contest = contest_of(data)
    contest["winners"].append(rng.choice([name for name in contest["votes"] if name not in contest["winners"]]))


def _winners_exchanged(data: dict, rng: random.Random) -> None:
    rng.shuffle(contest_of(data)["winners"])


for _name, _change in {
    "a_vote_went_elsewhere": _vote_moved,
    "a_project_has_more_votes": lambda d, r: shift(contest_of(d)["votes"], r),
    "a_project_is_not_in_the_result": lambda d, r: contest_of(d)["votes"].pop(r.choice(list(contest_of(d)["votes"]))),
    "a_loser_wins": _loser_wins,
    "a_winner_is_gone": lambda d, r: contest_of(d)["winners"].pop(r.randrange(len(contest_of(d)["winners"]))),
    "winners_are_in_another_order": _winners_exchanged,
    "there_are_more_valid_ballots": lambda d, r: contest_of(d).update(valid=contest_of(d)["valid"] + 1),
    "a_blank_ballot_is_called_invalid": lambda d, r: move(contest_of(d), r, ["blank", "invalid"]),
    "the_number_of_ballots_is_off": lambda d, r: contest_of(d).update(ballots=contest_of(d)["ballots"] + 1),
    "the_turnout_is_off": lambda d, r: d["turnout"].update(ballots=d["turnout"]["ballots"] + r.choice([-1, 1])),
    "the_turnout_is_of_other_rights": lambda d, r: d["turnout"].update(rights=d["turnout"]["rights"] + 1),
    "a_door_has_more_ballots": lambda d, r: shift(d["by_door"], r),
    "a_door_tells_too_much": lambda d, r: d.update(by_door={"web": 1, "kiosk": d["turnout"]["ballots"] - 1}),
    "the_result_is_of_another_definition": lambda d, r: d.update(definition=r.randbytes(32).hex()),
    "a_contest_is_gone": lambda d, r: d["contests"].pop(),
    "a_contest_has_another_name": lambda d, r: contest_of(d).update(id="q0"),
    "the_budget_of_the_result_is_another": lambda d, r: contest_of(d).update(budget=contest_of(d)["budget"] + 100),
    "the_money_spent_is_another": lambda d, r: contest_of(d).update(cost=contest_of(d)["cost"] - 100),
    "the_rule_told_is_another": lambda d, r: contest_of(d).update(rule=contest_of(d)["rule"] + "-x"),
    "the_threshold_told_is_another": lambda d, r: contest_of(d).update(threshold=contest_of(d)["threshold"] + 1),
    "a_round_has_other_money": lambda d, r: r.choice(contest_of(d)["rounds"]).update(remaining=1),
    "a_round_has_another_decision": lambda d, r: r.choice(contest_of(d)["rounds"]).update(decision="refused"),
    "a_round_has_other_votes": lambda d, r: r.choice(contest_of(d)["rounds"]).update(votes=-1),
    "rounds_are_in_another_order": lambda d, r: contest_of(d)["rounds"].reverse(),
    "a_round_is_gone": lambda d, r: contest_of(d)["rounds"].pop(),
    "the_result_is_empty": lambda d, r: d.clear(),
}.items():  # fmt: skip
    json_kind("result.json", _name, _change)


@publisher
def winners_are_told_twice(folder: Folder, rng: random.Random) -> None:
    """Readers differ on which of two equal names they take."""
    text = folder.files["result.json"].decode()
    folder.files["result.json"] = text.replace('"winners": [', '"winners": ["x"],\n   "winners": [', 1).encode()


@publisher
def the_result_is_no_json(folder: Folder, rng: random.Random) -> None:
    folder.files["result.json"] = folder.files["result.json"].rstrip()[:-1]
