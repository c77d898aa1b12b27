"""The plan of a rehearsal: who votes where, and what is refused before anything is created."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.budgets.pabulib import read_pb
from server.rehearsal import command
from server.rehearsal.plan import CannotRehearse, make_plan, marks_of
from server.rehearsal.town import without_ornaments
from server.voting.ballots import answer_status


def pb(
    *, votes: list[tuple[str, str]], projects: int = 4, vote_type: str = "approval", rule: str = "greedy", **meta: str
) -> str:
    """A small file of our own: votes are ``(choices, voting_method)``; the method "" leaves the column out."""
    has_methods = any(method for _choices, method in votes)
    counted = Counter(choice for choices, _method in votes for choice in choices.split(",") if choice)
    lines = ["META", "key;value", "description;Small", "budget;1000", f"vote_type;{vote_type}", f"rule;{rule}"]
    lines += [f"num_projects;{projects}", f"num_votes;{len(votes)}", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost;votes;name"]
    lines += [f"{n};{100 * n};{counted[str(n)]};Projet {n} à l'école" for n in range(1, projects + 1)]
    lines += ["VOTES", "voter_id;vote;voting_method" if has_methods else "voter_id;vote"]
    for number, (choices, method) in enumerate(votes):
        lines.append(f"v{number};{choices};{method}" if has_methods else f"v{number};{choices}")
    return "\n".join(lines) + "\n"


def plan(votes, *, limit=None, conflicts=0, seed=1, **facts):
    return make_plan(read_pb(pb(votes=votes, **facts)), limit=limit, conflicts=conflicts, seed=seed)


def doors(made) -> Counter:
    return Counter(voter.door for voter in made.voters)


def test_paper_voters_vote_on_paper_and_the_others_go_half_and_half():
    made = plan([("1", "paper")] * 7 + [("2", "internet")] * 11)
    assert doors(made) == {"paper": 7, "web": 6, "kiosk": 5}
    assert all(voter.choices == ("1",) for voter in made.at("paper"))


def test_a_file_without_methods_is_split_in_three():
    assert sorted(doors(plan([("1", "")] * 30)).values()) == [10, 10, 10]


def test_a_sample_keeps_the_share_of_each_method_and_is_the_same_for_the_same_seed():
    votes = [("1", "paper")] * 30 + [("2", "internet")] * 70
    made = plan(votes, limit=10)
    assert doors(made)["paper"] == 3
    assert [v.number for v in made.voters] == [v.number for v in plan(votes, limit=10).voters]
    assert [v.number for v in made.voters] != [v.number for v in plan(votes, limit=10, seed=2).voters]


@given(st.integers(1, 40), st.integers(0, 20), st.integers(0, 20))
def test_a_sample_has_the_size_that_was_asked(limit, paper, internet):
    votes = [("1", "paper")] * paper + [("2", "internet")] * (internet + 1)
    assert len(plan(votes, limit=limit).voters) == min(limit, len(votes))


def test_conflicts_are_a_third_each_and_differ_except_at_two_kiosks():
    made = plan([("1", "paper")] * 5 + [("2", "internet")] * 20, conflicts=9)
    extra = Counter((voter.door, voter.extra_door) for voter in made.voters if voter.extra_door)
    assert extra == {("kiosk", "web"): 3, ("paper", "web"): 3, ("kiosk", "kiosk"): 3}
    for voter in made.voters:
        if voter.extra_door == "kiosk":
            assert voter.extra == voter.choices
        elif voter.extra_door:
            assert set(voter.extra) != set(voter.choices)


def test_conflicts_that_one_door_has_no_voters_for_are_spread_over_the_others():
    made = plan([("1", "internet")] * 20, conflicts=9)
    assert Counter((v.door, v.extra_door) for v in made.voters if v.extra_door) == {
        ("kiosk", "web"): 3,
        ("kiosk", "kiosk"): 6,
    }
    assert (
        sum(bool(v.extra_door) for v in plan([("1", "paper")] * 3 + [("2", "internet")] * 4, conflicts=5).voters) == 5
    )
    with pytest.raises(CannotRehearse, match="room for 5 conflicts, not for 6"):
        plan([("1", "paper")] * 3 + [("2", "internet")] * 4, conflicts=6)


@pytest.mark.parametrize("facts", [{"min_length": "4"}, {"min_length": "3", "max_length": "3", "max_sum_cost": "600"}])
def test_where_only_one_ballot_is_valid_no_conflict_claims_another(facts):
    """All four projects, or the three cheapest and nothing else: a second ballot at two kiosks is all there can be."""
    votes = [("1,2,3,4" if facts["min_length"] == "4" else "1,2,3", "internet")] * 4
    made = plan(votes, conflicts=2, **facts)
    assert {v.extra_door for v in made.voters} == {"", "kiosk"}
    with pytest.raises(CannotRehearse, match="room for 2 conflicts"):
        plan([*votes, (votes[0][0], "paper")], conflicts=4, **facts)


def test_the_one_other_ballot_that_is_valid_is_found():
    votes = [("1,2,3", "internet")] * 6
    made = plan(votes, conflicts=1, projects=40, min_length="3", max_length="3", max_sum_cost="700")
    (voter,) = [voter for voter in made.voters if voter.extra_door == "web"]
    assert set(voter.extra) == {"1", "2", "4"}


@pytest.mark.parametrize("words", ["Paper", "PAPER", " paper "])
def test_the_method_is_read_in_small_letters_and_large(words):
    assert doors(plan([("1", words)] * 2 + [("1", "Internet")] * 2)) == {"paper": 2, "web": 1, "kiosk": 1}


def test_ten_voters_of_the_web_door_sign_up():
    assert sum(voter.by_account for voter in plan([("1", "internet")] * 60).voters) == 10


def test_bounds_hold_every_ballot_that_the_town_counted():
    made = plan([("1,2,3", "paper"), ("1", "paper")], min_length="2", max_length="2")
    assert (made.min_choices, made.max_choices) == (1, 3)


def test_identifiers_that_cannot_stand_in_tables_are_replaced_and_told_back():
    text = pb(votes=[("1", "paper")]).replace("1;100;1;", "M/01/X;100;1;").replace("v0;1;", "v0;M/01/X;")
    made = make_plan(read_pb(text), limit=None, conflicts=0, seed=1)
    assert made.ids["p1"] == "M/01/X"
    assert made.voters[0].choices == ("p1",)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"vote_type": "choose-k"}, "vote_type"),
        ({"vote_type": "cumulative"}, "contradiction"),
        ({"vote_type": "ordinal", "projects": 21}, "too_many_choices"),
        ({"rule": "equalshares"}, "rule"),
        ({"projects": 201}, "too_many_choices"),
        ({"vote_type": "choose-1", "votes": [("1,2", "paper")]}, "contradiction"),
        ({"conflicts": 5}, "too_many_conflicts"),
    ],
)
def test_what_is_not_built_is_refused_by_name(facts, code):
    with pytest.raises(CannotRehearse) as refusal:
        plan(facts.pop("votes", [("1", "paper")]), **facts)
    assert refusal.value.code == code


def by_points(vote_type: str, *votes: tuple[str, str], **meta: str) -> str:
    """A file whose votes are ``(choices, points)``."""
    text = pb(votes=[(choices, "internet") for choices, _points in votes], vote_type=vote_type, **meta)
    head, _title, rows = text.partition("voter_id;vote;voting_method\n")
    told = [f"{row};{points}" for row, (_choices, points) in zip(rows.splitlines(), votes, strict=True)]
    return head + "voter_id;vote;voting_method;points\n" + "\n".join(told) + "\n"


def test_a_ranking_keeps_its_order_and_its_first_rank_gives_as_many_points_as_there_are_ranks():
    made = plan([("3,1,2", "paper"), ("1", "internet")], vote_type="ordinal", max_length="3")
    assert (made.method, made.max_choices) == ("ranked", 3)
    assert {voter.answer for voter in made.voters} == {("3", "1", "2"), ("1",)}
    assert made.expected_votes() == {"1": 5, "2": 1, "3": 3, "4": 0}
    assert marks_of("ranked", ("3", "1")) == ["3:1", "1:2"]


def test_dots_and_points_are_taken_as_the_town_counted_them():
    dots = make_plan(
        read_pb(by_points("cumulative", ("1,2", "3,4"), ("3", "1"), max_points="3", max_sum_points="7")),
        limit=None, conflicts=0, seed=1,
    )  # fmt: skip
    assert (dots.method, dots.points, dots.per_choice) == ("dots", 7, 4)  # somebody gave four: it was counted
    assert dots.voters[0].answer == {"1": 3, "2": 4} and dots.expected_votes() == {"1": 3, "2": 4, "3": 1, "4": 0}
    assert marks_of("dots", {"3": 2}) == ["3:1", "3:2"]
    score = make_plan(read_pb(by_points("scoring", ("1,2", "5,0"))), limit=None, conflicts=0, seed=1)
    assert (score.method, score.points) == ("score", 5) and score.voters[0].answer == {"1": 5, "2": 0}
    assert marks_of("score", {"2": 0}) == ["2:0"]


@pytest.mark.parametrize("points", ["-1,2", "21,1"])
def test_points_that_no_ballot_of_ours_could_give_are_refused(points: str):
    with pytest.raises(CannotRehearse):
        make_plan(read_pb(by_points("scoring", ("1,2", points))), limit=None, conflicts=0, seed=1)


@pytest.mark.parametrize("vote_type", ["ordinal", "cumulative"])
def test_a_second_ballot_of_another_method_is_one_that_could_be_cast(vote_type: str):
    votes = [("1,2", "2,1")] * 12
    made = make_plan(read_pb(by_points(vote_type, *votes, max_length="3")), limit=None, conflicts=4, seed=1)
    limits = {"min": made.min_choices, "max": made.max_choices, "max_cost": 0, "id": "q1", "method": made.method}
    points = {"points": made.points, "per_choice": made.per_choice} if made.method == "dots" else {}
    contest = {**limits, **points, "choices": [{"id": code} for code in made.ids]}
    extras = [voter.extra for voter in made.voters if voter.extra_door]
    assert len(extras) == 4
    assert all(answer_status(contest, extra) == "valid" for extra in extras)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Strefa relaksu \uc6c3", "Strefa relaksu"),
        ("Projet \uc6c3\uc6c3", "Projet \uc6c3\uc6c3"),
        ("À l'école ☺ 2", "À l'école ☺ 2"),
    ],
)
def test_a_letter_drawn_as_an_ornament_is_left_out_and_a_word_is_not(name: str, kept: str):
    assert without_ornaments(name) == kept


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"META\nkey;value\n", b"PK\x03\x04" * 100, b"x" * 100_000])
def test_a_file_that_is_none_ends_with_2_and_creates_nothing(tmp_path, capsys, content):
    file, kept = tmp_path / "vote.pb", tmp_path / "kept"
    file.write_bytes(content)
    assert command.main([str(file), "--keep", str(kept)]) == 2
    assert "bad_file" in capsys.readouterr().err
    assert not kept.exists()


def test_a_file_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert command.main([str(tmp_path / "none.pb")]) == 2
    assert "file" in capsys.readouterr().err
