"""What must be there before a box is frozen, and what no one changes afterwards."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import DatabaseError, transaction

from server.budgets.models import Project
from server.ledger.models import Record
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.definitions import Definition, build_definition, problems_before_freezing, require_unfrozen
from server.voting.models import Box, RollEntry
from server.voting.paper_form import ballot_form
from server.voting.refusals import BoxNotDraft, BoxNotFrozen, NotReadyToFreeze, SessionsStillOpen, WrongState
from tests.server.votes import make_box, make_session, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def box():
    return make_box()


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"title": {}}, "title"),
        ({"doors": []}, "door"),
        ({"min_choices": 3, "max_choices": 2}, "greater than the most"),
        ({"min_choices": 6, "max_choices": 0}, "number of projects"),
        ({"rule": "greedy-threshold", "threshold": 0}, "minimum of votes"),
    ],
)
def test_what_is_missing_is_named_before_freezing(box, facts, word, settings):
    settings.LANGUAGE_CODE = "en"
    for name, value in facts.items():
        setattr(box, name, value)
    box.save()
    assert [sentence for sentence in problems_before_freezing(box) if word in sentence]
    with pytest.raises(NotReadyToFreeze) as refused:
        voting.freeze_box(box=box, by=None)
    assert refused.value.details["problems"] == problems_before_freezing(box)
    box.refresh_from_db()
    assert (box.state, box.definition) == ("draft", "")


def test_a_box_without_projects_or_people_is_not_frozen(box):
    RollEntry.objects.all().delete()
    Project.objects.all().delete()
    assert len(problems_before_freezing(box)) == 2


def test_an_identifier_that_lists_cannot_carry_is_named(box):
    Project.objects.filter(number=2).update(code="a,b")
    assert len(problems_before_freezing(box)) == 1


def test_more_than_two_hundred_projects_fit_no_ballot(box):
    budget = box.component.budget
    Project.objects.bulk_create(
        Project(budget=budget, code=f"p{n}", number=n, title={"fr": f"Projet {n}"}, cost_cents=1) for n in range(6, 202)
    )
    assert len(problems_before_freezing(box)) == 1


def test_the_frozen_definition_is_the_bytes_that_were_hashed(box):
    box = voting.freeze_box(box=box, by=None)
    definition = Definition.of(box)
    assert box.definition_hash == hashlib.sha256(box.definition.encode()).hexdigest() == definition.hash
    assert definition.facts["seed_hash"] == hashlib.sha256(boxkeys.seed(box)).hexdigest()
    assert definition.box_key == boxkeys.public_key(box)
    assert definition.facts["layouts"][0]["sha256"] == hashlib.sha256(box.layout.encode()).hexdigest()
    record = Record.objects.select_related("payload").get(type="box.frozen")
    assert bytes(record.payload.body).decode() == box.definition
    assert "null" not in box.definition and not any(isinstance(v, float) for v in json.loads(box.definition).values())


def test_a_box_without_the_paper_door_has_no_layout():
    box = voting.freeze_box(box=make_box(doors=["web"]), by=None)
    assert (box.layout, Definition.of(box).facts["layouts"]) == ("", [])


def test_freezing_again_changes_nothing(box):
    first = voting.freeze_box(box=box, by=None)
    again = voting.freeze_box(box=box, by=None)
    assert first.definition == again.definition
    assert list(Record.objects.order_by("index").values_list("type", flat=True)) == ["box.frozen", "roll.version"]


def test_secrets_are_files_for_their_owner_alone(box, settings):
    voting.freeze_box(box=box, by=None)
    files = sorted((settings.PARVIS_VAR / "keys").glob(f"box-{box.ref}.*"))
    assert [file.suffix for file in files] == [".pem", ".pseudonym", ".seed"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_draft_has_no_definition(box):
    with pytest.raises(BoxNotFrozen):
        Definition.of(box)


def test_forms_and_database_refuse_to_change_what_is_frozen(box):
    require_unfrozen(box.component)
    voting.freeze_box(box=box, by=None)
    with pytest.raises(BoxNotDraft):
        require_unfrozen(box.component)
    for change in ({"cost_cents": 1}, {"title": {"fr": "Autre"}}, {"code": "autre"}, {"number": 77}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Project.objects.filter(number=1).update(**change)
    for change in ({"definition": "{}"}, {"definition_hash": "0" * 64}, {"rule": "greedy-no-skip"}, {"roll": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Box.objects.filter(pk=box.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        box.component.budget.projects.create(code="new", number=9, title={"fr": "Neuf"}, cost_cents=5)
    # What is not part of the vote may still be put right.
    project = Project.objects.get(number=1)
    project.description = {"fr": "Une faute de moins."}
    project.save()


def test_steps_are_neither_skipped_nor_taken_back(box):
    with pytest.raises(WrongState):
        voting.open_voting(box=box, by=None)
    box = voting.freeze_box(box=box, by=None)
    for step in (voting.close_voting, voting.reconcile_box, voting.open_box, voting.certify_box):
        with pytest.raises(WrongState):
            step(box=box, by=None)
    voting.open_voting(box=box, by=None)
    voting.close_voting(box=box, by=None)
    assert voting.open_voting(box=box, by=None).state == "closed"
    assert voting.freeze_box(box=box, by=None).state == "closed"
    with pytest.raises(DatabaseError), transaction.atomic():
        Box.objects.filter(pk=box.pk).update(state="open")


def test_a_box_is_not_closed_over_an_open_session():
    vote = make_vote()
    with pytest.raises(SessionsStillOpen):
        voting.close_voting(box=vote.box, by=vote.officer)


def test_letters_are_made_after_freezing_and_passes_before_the_session_ends(box):
    session = make_session(box)
    with pytest.raises(BoxNotFrozen):
        voting.make_passes(box=box, entries=box.roll.entries.all())
    voting.freeze_box(box=box, by=None)
    made = voting.make_passes(box=box, entries=box.roll.entries.order_by("number"))
    assert [row.binding.entry.number for _code, row in made] == sorted(e.number for e in box.roll.entries.all())
    stack = voting.make_passes(session=session, quantity=3)
    assert len({code.text for code, _row in stack}) == 3
    assert all(row.check_value == code.check(bytes(session.code_key)).hex() for code, row in stack)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (1, 1, "Choose one project."),
        (1, 3, "Choose up to 3 projects."),
        (2, 2, "Choose 2 projects."),
        (2, 3, "Choose from 2 to 3 projects."),
        (2, 0, "Choose at least 2 projects."),
        (1, 0, "Choose as many projects as you like."),
    ],
)
def test_the_sheet_says_how_many_to_choose(box, settings, least, most, words):
    settings.LANGUAGE_CODE = "en"
    box.min_choices, box.max_choices = least, most
    assert ballot_form(box, build_definition(box)).instructions[0] == words
