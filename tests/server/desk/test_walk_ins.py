"""At the desk and in the office: somebody who is not on the roll."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from server.office.models import Approval
from server.processes.attention_words import needs_attention
from server.processes.models import SpaceRole
from server.processes.standing import standing_of
from server.voting.closing_steps import steps_of
from server.voting.models import RollEntry, WalkIn
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db
ABOUT = {
    "family_name": "Dupré", "given_name": "Inès", "birth_date": "1990-05-31", "address": "3 rue Haute",
    "shown": "identity card", "reason": "moved here in April",
}  # fmt: skip


def at_desk(vote: Vote) -> str:
    return reverse("desk:walk_in", args=[vote.session.ref])


def lists_of(vote: Vote) -> str:
    return reverse("office_voting:desk_lists", args=[vote.session.ref])


def organiser(vote: Vote, name: str = "office") -> Client:
    client, user = Client(headers={"accept-language": "en"}), User.objects.create_user(f"{name}@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=user, role="organiser")
    client.force_login(user)
    return client


def enter(desk: Client, vote: Vote, **more: str) -> WalkIn:
    answer = desk.post(at_desk(vote), ABOUT | {"code": vote.stack.pop().grouped, "token": "t"} | more)
    assert answer.status_code == 302, answer.content.decode()
    return WalkIn.objects.latest("pk")


def test_the_search_leads_to_the_form_and_says_later_who_has_a_pass(desk, vote: Vote):
    search = reverse("desk:search", args=[vote.session.ref])
    assert at_desk(vote) in desk.post(search, {"q": "dupre"}).content.decode()
    assert desk.get(at_desk(vote)).status_code == 200
    enter(desk, vote)
    enter(desk, vote)  # the same form again is the same person
    assert WalkIn.objects.get().given_name == "Inès"
    found = desk.post(search, {"q": "dupre"}).content.decode()
    assert "Provisional: has a pass" in found and "Nobody found" not in found


def test_who_looks_like_somebody_on_the_roll_is_shown_first_p8(desk, vote: Vote):
    RollEntry.objects.filter(pk=vote.entries[4].pk).update(
        family_name="Dupre", given_name="Inès", birth_date=dt.date(1990, 5, 31)
    )
    form = ABOUT | {"code": vote.stack.pop().text}
    page = desk.post(at_desk(vote), form)
    assert page.status_code == 409 and not WalkIn.objects.exists()
    assert reverse("desk:mark", args=[vote.session.ref, vote.entries[4].pk]) in page.content.decode()
    assert desk.post(at_desk(vote), form | {"none_of_them": "on"}).status_code == 302
    assert WalkIn.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "nonsense"}, "id_code"),
        ({"code": ""}, "id_code"),
        ({"birth_date": "2999-01-01"}, "id_birth_date"),
        ({"birth_date": "yesterday"}, "id_birth_date"),
        ({"shown": ""}, "id_shown"),
        ({"family_name": "Du\u202epré"}, "id_family_name"),
        ({"reason": "x" * 401}, "id_reason"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(desk, vote: Vote, wrong, field):
    answer = desk.post(at_desk(vote), ABOUT | {"code": vote.stack[-1].text} | wrong)
    assert answer.status_code == 422 and f'href="#{field}"' in answer.content.decode()
    assert not WalkIn.objects.exists()


def test_the_office_finds_and_decides_and_the_closing_waits_for_it(desk, vote: Vote):
    this, office = enter(desk, vote), organiser(vote)
    lists = lists_of(vote)
    assert lists in [call.url for call in needs_attention(standing_of(vote.box.space))]
    vote.box.state = "closed"
    assert lists in [one.url for step in steps_of(vote.box) for one in step.obstacles]
    address = reverse("office_voting:walk_in", args=[vote.session.ref, this.pk])
    assert address in office.get(lists).content.decode()
    assert "3 rue Haute" in office.get(address).content.decode()
    assert office.post(address, {"decision": "new"}).status_code == 422
    assert office.post(address, {"decision": "new", "reason": "proof of address"}).status_code == 302
    this.refresh_from_db()
    assert (this.state, this.entry.number) == ("accepted", "W1")
    assert lists not in [call.url for call in needs_attention(standing_of(vote.box.space))]
    assert office.post(address, {"decision": "refuse", "reason": "again"}).status_code == 422


def test_a_line_of_the_roll_is_offered_and_who_was_marked_already_is_refused(desk, vote: Vote):
    RollEntry.objects.filter(pk=vote.entries[4].pk).update(
        family_name="Dupre", given_name="Inès", birth_date=dt.date(1990, 5, 31)
    )
    this, office = enter(desk, vote, none_of_them="on"), organiser(vote)
    vote.hand_over(4)
    address = reverse("office_voting:walk_in", args=[vote.session.ref, this.pk])
    assert "Marked as used in person" in office.get(address).content.decode()
    answer = office.post(address, {"decision": str(vote.entries[4].pk), "reason": "same person"})
    assert answer.status_code == 422 and "already been marked" in answer.content.decode()
    other = office.post(address, {"decision": str(vote.entries[5].pk), "reason": "not offered"})
    assert other.status_code == 422
    this.refresh_from_db()
    assert this.is_waiting


def test_a_second_organiser_agrees_before_anything_is_done(desk, vote: Vote, settings):
    settings.PARVIS_SINGLE_HANDED = False
    this, first, second = enter(desk, vote), organiser(vote, "first"), organiser(vote, "second")
    address = reverse("office_voting:walk_in", args=[vote.session.ref, this.pk])
    answer = first.post(address, {"decision": "refuse", "reason": "lives elsewhere"})
    waiting = reverse("acts:approval", args=[Approval.objects.get().pk])
    assert answer["Location"] == waiting and waiting in first.get(address).content.decode()
    assert "lives elsewhere" in second.get(waiting).content.decode()
    second.post(waiting, {"answer": "agree"})
    this.refresh_from_db()
    assert this.state == "refused"
    assert "Decided by first@example.org and second@example.org" in second.get(lists_of(vote)).content.decode()


def test_in_a_vote_by_pass_nobody_is_off_the_roll(client):
    from tests.server.votes import make_vote

    vote = make_vote(people=1, passes=2, regime="pass", letters=False)
    client.force_login(User.objects.create_superuser("chief@example.org"))
    assert client.get(at_desk(vote)).status_code == 404
