"""Projects, meetings and ballot boxes of a space for members only: open to them, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.accounts.models import User
from server.ledger.models import Record
from server.processes.members import remove_member, share_space
from server.processes.models import Space
from tests.server.votes import Vote, make_vote

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def vote() -> Vote:
    """An open vote in a space for members only; Paul is a member, and stands on the roll."""
    made = make_vote(letters=True)
    paul = User.objects.create_user("paul@example.org")
    made.box.space.members.create(user=paul, name="Paul")
    made.entries[0].account = paul
    made.entries[0].save()
    Space.objects.filter(pk=made.box.space.pk).update(published_at=None, for_members_at=timezone.now())
    made.box.component.published_at = timezone.now()
    made.box.component.save()
    made.box.component.space.refresh_from_db()
    return made


def logged_in(user: User | None) -> Client:
    client = Client(headers=ENGLISH)
    if user is not None:
        client.force_login(user)
    return client


def readers(vote: Vote) -> list[Client]:
    paul, other = User.objects.get(email="paul@example.org"), User.objects.create_user("else@example.org")
    return [logged_in(one) for one in (paul, other, None)]


def pages(vote: Vote) -> list[str]:
    slug, ref = vote.box.space.slug, vote.box.ref
    project = vote.box.component.budget.projects.first()
    return [
        reverse("budgets:projects", args=[slug]),
        reverse("budgets:project", args=[slug, project.pk]),
        reverse("voting:box", args=[slug, ref]),
        reverse("meetings:meeting", args=[slug, vote.session.meeting_id]),
        reverse("meetings:calendar", args=[slug, vote.session.meeting_id]),
    ]


def test_x8_members_read_projects_boxes_and_meetings_and_nobody_else_does(vote):
    member, other, nobody = readers(vote)
    for path in pages(vote):
        assert [one.get(path).status_code for one in (member, other, nobody)] == [200, 404, 404], path
    shown = member.get(pages(vote)[0]).content.decode()
    assert str(vote.box.component.budget.projects.first().title) in shown
    assert vote.box.get_absolute_url() in member.get(vote.box.space.get_absolute_url()).content.decode()


def test_x8_the_short_link_and_every_deed_at_the_box_ask_the_same(vote):
    member, other, nobody = readers(vote)
    slug, ref = vote.box.space.slug, vote.box.ref
    short = reverse("web:short_link", args=[ref])
    assert [one.get(short).status_code for one in (member, other, nobody)] == [302, 404, 404]
    for name in ("enter", "ballot", "claim"):
        path = reverse(f"voting:{name}", args=[slug, ref])
        assert [one.post(path, {"code": vote.letters[1].grouped}).status_code for one in (other, nobody)] == [404, 404]


def test_a_member_on_the_roll_is_shown_the_ballot_and_one_who_is_removed_finds_nothing(vote):
    member, other, _nobody = readers(vote)
    enter = reverse("voting:enter", args=[vote.box.space.slug, vote.box.ref])
    assert member.post(enter, {"by_account": "1"}).status_code == 200
    assert vote.box.get_absolute_url() in member.get(reverse("voting:my_votes")).content.decode()
    remove_member(member=vote.box.space.members.get(), by=vote.officer)
    assert member.post(enter, {"by_account": "1"}).status_code == 404
    assert vote.box.get_absolute_url() not in member.get(reverse("voting:my_votes")).content.decode()
    assert not Record.objects.ballots().exists()


def test_membership_is_no_right_to_vote(vote):
    """The roll says who votes, as everywhere."""
    vera = User.objects.create_user("vera@example.org")
    vote.box.space.members.create(user=vera, name="Vera")
    enter = reverse("voting:enter", args=[vote.box.space.slug, vote.box.ref])
    assert logged_in(vera).post(enter, {"by_account": "1"}, headers={"accept": "application/json"}).status_code != 200


def test_a_share_link_shows_projects_and_opens_no_ballot_box(vote):
    until = timezone.now() + timedelta(days=1)
    _token, link = share_space(space=vote.box.space, label="Presse", expires_at=until, by=vote.officer)
    guest = logged_in(None)
    guest.get(link[link.index("/", 8) :])
    projects, _project, box, *_rest = pages(vote)
    assert guest.get(projects).status_code == 200
    assert guest.get(box).status_code == 404


def test_a_result_is_read_and_checked_by_members(vote, settings, tmp_path):
    settings.PARVIS_VAR = tmp_path
    vote.online(1, vote.box.frozen_choices()[0]["id"])
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    member, other, nobody = readers(vote)
    place = [vote.box.space.slug, vote.box.ref]
    paths = [reverse(f"results:{name}", args=place) for name in ("result", "check", "archive")]
    for path in (*paths, reverse("results:file", args=[*place, "result.json"])):
        assert [one.get(path).status_code for one in (member, other, nobody)] == [200, 404, 404], path


def test_neither_search_nor_front_page_nor_calendar_names_what_is_for_members(vote):
    member, _other, _nobody = readers(vote)
    project = str(vote.box.component.budget.projects.first().title)
    for path in ("/", f"/search/?q={project}", reverse("meetings:whole_calendar")):
        assert vote.box.space.get_absolute_url() not in member.get(path).content.decode(), path
