"""P22: what is withdrawn, renamed or joined while kiosks have no network changes nothing of what people voted for."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from server.budgets.actions import save_project, withdraw_projects
from server.budgets.models import Project
from server.ledger.models import Record
from server.opendata.actions import published_folder
from server.voting.actions.objections import publish_addendum
from server.voting.refusals import BoxNotDraft
from tests.server.votes import make_vote, without_guards

pytestmark = pytest.mark.django_db
JOINED = {"fr": "Le lavoir et le verger deviennent un seul projet : lavoir + verger.", "en": "One project."}


def project(vote, code: str) -> Project:
    return Project.with_withdrawn.get(budget__component=vote.box.component, code=code)


def withdrawn_and_renamed(vote) -> None:
    """As nobody can do it through Parvis once the box is frozen: below the actions and below the database's guards."""
    with without_guards():
        rows = Project.with_withdrawn.filter(budget__component=vote.box.component)
        rows.filter(code="lavoir").update(withdrawn_at=timezone.now())
        rows.filter(code="verger").update(code="verger-2", title={"fr": "Un autre verger"}, cost_cents=1_00)


def test_p22_once_frozen_no_project_is_withdrawn_renamed_or_joined():
    vote = make_vote(passes=0)
    budget, one = vote.box.component.budget, project(vote, "lavoir")
    with pytest.raises(BoxNotDraft):
        withdraw_projects(budget=budget, numbers=[one.number], by=vote.officer)
    one.title = {"fr": "Autre"}
    with pytest.raises(BoxNotDraft):
        save_project(project=one, by=vote.officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Project.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now())


def test_p22_votes_stay_on_the_project_they_were_cast_on_whenever_the_kiosk_comes():
    """One votes before, one after, at a kiosk that knows only its pack; online and paper count the same names."""
    vote = make_vote()
    kiosk, frozen = vote.kiosk(), vote.box.definition_hash
    kiosk.cast(frozen, vote.hand_over(0), {"q1": ["lavoir", "verger"]})
    vote.online(1, "verger")
    withdrawn_and_renamed(vote)
    kiosk.cast(frozen, vote.hand_over(2), {"q1": ["lavoir"]})
    vote.online(3, "lavoir")
    vote.close_kiosks()
    box = vote.finish(passes_unused=6, passes_spoiled=0, passes_returned=0)
    found = box.result["contests"][0]
    assert (found["valid"], found["votes"]["lavoir"], found["votes"]["verger"]) == (4, 3, 2)
    assert set(found["winners"]) == {"lavoir", "verger"} and found["cost"] == 300_00 + 150_00
    titles = {choice["id"]: str(choice["title"]) for choice in box.frozen_choices()}
    assert (titles["lavoir"], titles["verger"]) == ("Lavoir", "Verger")


def test_p22_joining_projects_is_a_decision_of_its_own_beside_the_published_result():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    vote.online(1, "verger")
    box = vote.finish()
    before = {path.name: path.read_bytes() for path in published_folder(box).iterdir()}
    publish_addendum(box=box, text=JOINED, by=vote.officer)
    assert Record.objects.filter(type="box.addendum", definition=box.definition_hash).count() == 1
    assert {path.name: path.read_bytes() for path in published_folder(box).iterdir()} == before
    votes = json.loads(before["result.json"])["contests"][0]["votes"]
    assert (votes["lavoir"], votes["verger"]) == (1, 1)
