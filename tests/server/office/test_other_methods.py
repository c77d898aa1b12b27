"""A box by ranks, points or dots, or with a question, is made and frozen through the forms; what cannot be is said."""

from __future__ import annotations

import json

import pytest

from server.voting.definitions import Definition, build_definition, problems_before_freezing
from server.voting.models import Box
from tests.server.office.test_vote import BOX, make_box, make_projects

pytestmark = pytest.mark.django_db
BY_PASS = {"regime": "pass", "doors": ["web", "kiosk"]}
METHODS = {
    "ranked": ({"max_choices": "3"}, {"min": 1, "max": 3}, "Give ranks from 1 to 3"),
    "score": ({"points": "10", "max_choices": "0"}, {"min": 1, "max": 0, "points": 10}, "0 to 10 points"),
    "dots": (
        {"points": "8", "per_choice": "4", "max_choices": "0"},
        {"min": 1, "max": 0, "points": 8, "per_choice": 4},
        "You have 8 dots to give.",
    ),
    "yes-no": ({}, {"min": 1, "max": 1}, "Answer yes or no, or abstain."),
}


@pytest.mark.parametrize("method", METHODS)
def test_a_box_by_each_method_is_made_looked_at_and_frozen(organiser, method: str):
    fields, frozen, words = METHODS[method]
    make_projects(organiser)
    preview = organiser.post("/office/prepare/boxes/add/", BOX | BY_PASS | {"method": method, "preview": "1"} | fields)
    assert words in preview.content.decode()
    box = make_box(organiser, **BY_PASS, method=method, **fields)
    page = organiser.get(f"/office/boxes/{box.ref}/").content.decode()
    assert ("See the projects on the ballot" in page) == (method != "yes-no")
    assert organiser.post(f"/office/boxes/{box.ref}/freeze/").status_code == 302
    definition = Definition.of(Box.objects.get())
    contest = dict(definition.contest)
    assert {name: contest[name] for name in ("min", "max", "points", "per_choice") if name in contest} == frozen
    assert list(contest)[:6] == ["id", "title", "method", "min", "max", "max_cost"] and list(contest)[-1] == "choices"
    assert contest["method"] == method and contest["max_cost"] == 0
    if method == "yes-no":
        assert [choice["id"] for choice in definition.choices] == ["yes", "no", "abstain"]
        assert definition.choices[1]["title"] == {"fr": "Non", "en": "No"} and definition.facts["budget"] == 0
    # What a question leaves alone can still be changed; the projects of a ballot no longer.
    added = organiser.post(
        "/office/prepare/budget/projects/add/", {"title_fr": "Autre", "cost_cents": "1", "code": "o"}
    )
    assert (added.status_code == 302) == (method == "yes-no")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"method": "ranked", "max_choices": "21"}, "max_choices"),
        ({"method": "score", "points": "21"}, "points"),
        ({"method": "dots", "points": "101"}, "points"),
        ({"method": "dots", "points": "3", "per_choice": "4"}, "per_choice"),
        ({"method": "dots", "points": "1", "per_choice": "1", "min_choices": "2"}, "min_choices"),
        ({"method": "score", "points": "0"}, "points"),
    ],
)
def test_numbers_that_no_ballot_can_have_are_refused_beside_their_field(organiser, fields: dict, name: str):
    make_projects(organiser)
    told = organiser.post("/office/prepare/boxes/add/", BOX | BY_PASS | fields)
    assert told.status_code == 400 and not Box.objects.exists()
    assert f'id="{name}-error"' in told.content.decode() or f"id_{name}" in told.content.decode().split("errors")[1]


def test_a_ranking_of_all_projects_says_how_many_ranks_are_too_many(organiser):
    make_projects(organiser)
    box = make_box(organiser, **BY_PASS, method="ranked", max_choices="0")
    assert not problems_before_freezing(box)
    budget = box.component.budget
    for number in range(4, 22):
        budget.projects.create(code=f"p{number}", number=number, title={"fr": "P"}, cost_cents=1)
    assert any("20" in problem for problem in problems_before_freezing(box))


@pytest.mark.parametrize("method", METHODS)
def test_b8_the_longest_ballot_that_a_sheet_can_hold_has_room(organiser, method: str):
    make_projects(organiser)
    box = make_box(organiser, **BY_PASS, method=method, **METHODS[method][0])
    for number in range(4, 41):
        code = f"{number}".rjust(40, "x")
        box.component.budget.projects.create(code=code, number=number, title={"fr": "P"}, cost_cents=1)
    frozen = build_definition(box)
    ids = [choice["id"] for choice in frozen["contests"][0]["choices"]]
    answer = {"score": dict.fromkeys(ids, 10), "dots": dict.fromkeys(ids, 4)}.get(method, ids)
    plain = json.dumps({"v": 1, "choices": {"q1": answer}}, separators=(",", ":")).encode()
    assert len(plain) <= frozen["sealed_length"] < len(plain) + 512
