"""Reading .pb: every fault has its line and its name, and nothing crashes the reader."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.budgets import pabulib
from server.budgets.pabulib import BadPb, Instance, Project, RowError, Vote, read_pb, write_pb

META = "META\nkey;value\nbudget;1000\nvote_type;approval\nrule;greedy\n"
PROJECTS = "PROJECTS\nproject_id;cost;votes;name;selected\n1;500;2;Bancs;1\n2;600.50;1;Fontaine;0\n"
VOTES = "VOTES\nvoter_id;vote;voting_method\na;1,2;internet\nb;1;paper\nc;;paper\n"


def errors(text: str | bytes, **options) -> list[tuple[int, str]]:
    with pytest.raises(BadPb) as refusal:
        read_pb(text, **options)
    return [(error.line, error.code) for error in refusal.value.errors]


def test_an_instance_is_read():
    instance = read_pb(META + PROJECTS + VOTES)
    assert (instance.budget, instance.rule, instance.vote_type) == (100_000, "greedy", "approval")
    assert instance.projects == (
        Project("1", 50_000, "Bancs", 2, None, 1),
        Project("2", 60_050, "Fontaine", 1, None, 0),
    )
    assert instance.votes == (
        Vote("a", ("1", "2"), (), "internet"),
        Vote("b", ("1",), (), "paper"),
        Vote("c", (), (), "paper"),
    )
    assert instance.costs() == {"1": 50_000, "2": 60_050}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(";", " ; "),
        lambda text: text.replace("\n", ";;\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("META", "meta").replace("VOTES", "Votes"),
        lambda text: text.replace("Bancs", '"Bancs"'),
        lambda text: text.encode(),
        lambda text: text.rstrip("\n"),
    ],
)
def test_what_carries_no_meaning_changes_nothing(change):
    assert read_pb(change(META + PROJECTS + VOTES)) == read_pb(META + PROJECTS + VOTES)


def test_quoted_cells_may_hold_anything():
    text = META + PROJECTS.replace("Bancs", '"Bancs; ""verts""\net bleus"') + VOTES
    assert read_pb(text).projects[0].name == 'Bancs; "verts"\net bleus'


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("400000", 40_000_000), ("400000.0", 40_000_000), ("12,50", 1250), ("12.5", 1250), ("0", 0),
        ("1e5", 10_000_000),
        ("4e+05", 40_000_000), ("12 500,50", 1_250_050), ("12\u202f500", 1_250_000), ("3333.333333", 333_333),
        ("0.005", None), ("1.234", None), ("1,234", None), ("1,234,567", None), ("12.345,00", None), ("", None),
        ("-5", None), ("-0", 0), ("1e99", None), ("9" * 50, None), ("nan", None), ("inf", None), ("0x10", None),
        ("12€", None), ("--1", None), ("99999.995", 10_000_000),
    ],
)  # fmt: skip
def test_money_is_read_to_cents_or_refused(text: str, cents: int | None):
    content = META + PROJECTS.replace("600.50", text) + VOTES
    if cents is None:
        assert errors(content)
    else:
        assert read_pb(content).projects[1].cost == cents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "empty")]),
        (" \n\r\n", [(0, "empty")]),
        (b"\xef\xbb\xbf", [(0, "empty")]),
        ((META + PROJECTS + VOTES).encode("utf-16"), [(1, "not_utf8")]),
        ((META + PROJECTS.replace("Bancs", "Été") + VOTES).encode("latin-1"), [(8, "not_utf8")]),
        (META + PROJECTS.replace("Bancs", "Ba\x00ncs") + VOTES, [(8, "control_character")]),
        ("name,cost\nx,1\n", [(1, "no_section")]),
        (META + VOTES, [(0, "missing_section")]),
        (META + PROJECTS, [(0, "missing_section")]),
        (META + META + PROJECTS + VOTES, [(6, "repeated_section")]),
        (META + PROJECTS.replace("cost", "price") + VOTES, [(7, "missing_column")]),
        (META + PROJECTS.replace("votes", "cost") + VOTES, [(7, "repeated_column")]),
        (META.replace("budget;1000\n", "") + PROJECTS + VOTES, [(0, "missing_key")]),
        (META + "budget;2000\n" + PROJECTS + VOTES, [(6, "repeated_key")]),
        (META + "num_votes;4\n" + PROJECTS + VOTES, [(6, "count_differs")]),
        (META + "num_projects;x\n" + PROJECTS + VOTES, [(6, "bad_number")]),
        (META + "min_length;-1\n" + PROJECTS + VOTES, [(6, "negative_number")]),
        (META + PROJECTS.replace("1;500", "1;-500") + VOTES, [(8, "negative_number")]),
        (META + PROJECTS.replace("2;600", ";600") + VOTES, [(9, "missing_value"), (12, "unknown_project")]),
        (META + PROJECTS.replace("2;600", "1;600") + VOTES, [(9, "duplicate_project"), (12, "unknown_project")]),
        (META + PROJECTS.replace(".50;1;Fontaine;0", ".50") + VOTES, [(9, "row_width"), (12, "unknown_project")]),
        (META + PROJECTS + VOTES.replace("b;1", "b;9"), [(13, "unknown_project")]),
        (META + PROJECTS + VOTES.replace("b;1", "b;1,1"), [(13, "duplicate_choice")]),
        (META + PROJECTS + VOTES.replace("b;1", "a;1"), [(13, "duplicate_voter")]),
        (META + PROJECTS + VOTES.replace("b;1", ";1"), [(13, "missing_value")]),
        (META + PROJECTS.replace("Bancs", '"Bancs') + VOTES, [(8, "bad_quotes")]),
        (META + PROJECTS.replace("Bancs", '"Ba"ncs') + VOTES, [(8, "bad_quotes")]),
    ],
)  # fmt: skip
def test_each_fault_has_its_line_and_name(text: str | bytes, expected: list):
    assert sorted(errors(text)) == sorted(expected)


def test_all_faults_are_told_at_once_up_to_a_limit():
    text = META + PROJECTS + VOTES.replace("a;1,2", "a;7,8").replace("b;1", "b;9")
    assert errors(text) == [(12, "unknown_project"), (12, "unknown_project"), (13, "unknown_project")]
    many = META + PROJECTS + "VOTES\nvoter_id;vote\n" + "".join(f"{i};x\n" for i in range(1000))
    assert len(errors(many)) == pabulib.MAX_ERRORS + 1 and errors(many)[-1][1] == "too_many_errors"


def test_a_huge_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr(pabulib, "MAX_BYTES", 10)
    assert errors(META) == [(0, "too_big")]


def test_projects_alone_may_be_imported():
    assert len(read_pb(META + PROJECTS, needs_votes=False).projects) == 2


@pytest.mark.parametrize("cut", range(1, len(META + PROJECTS), 7))
def test_a_truncated_file_is_never_taken_for_whole(cut: int):
    announced = META + "num_projects;2\nnum_votes;3\n" + PROJECTS + VOTES
    with pytest.raises(BadPb):
        read_pb(announced[:cut])


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_garbage_is_refused_and_never_crashes(garbage):
    with pytest.raises(BadPb) as refusal:
        read_pb(garbage)
    assert refusal.value.errors and all(isinstance(error, RowError) for error in refusal.value.errors)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([*';"\n\r,-.\x00é9', "META\n", "", ";;"])), max_size=6))
def test_a_damaged_file_is_read_or_refused_and_never_crashes(edits):
    text = META + PROJECTS + VOTES
    for place, insert in edits:
        text = text[: place % len(text)] + insert + text[place % len(text) + 1 :]
    with contextlib.suppress(BadPb):
        read_pb(text)


words = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12).map(str.strip).filter(bool)
names = words.filter(lambda word: word.upper() not in pabulib.SECTIONS)


@st.composite
def instances(draw):
    ids = draw(st.lists(words.filter(lambda word: "," not in word), min_size=1, max_size=5, unique=True))
    projects = tuple(
        Project(
            one, draw(st.integers(0, 10**12)), draw(names), votes=draw(st.integers(0, 99)),
            selected=draw(st.integers(0, 2)), extra={"category": draw(words)},
        )
        for one in ids
    )  # fmt: skip
    voters = draw(st.lists(words, max_size=5, unique=True))
    chosen = st.lists(st.sampled_from(ids), max_size=3, unique=True).map(tuple)
    votes = tuple(Vote(voter, draw(chosen), (), draw(st.sampled_from(["paper", "internet"]))) for voter in voters)
    return Instance({"description": draw(words), "budget": "1000"}, projects, votes)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_what_is_written_reads_back(instance: Instance):
    assert read_pb(write_pb(instance)) == instance
