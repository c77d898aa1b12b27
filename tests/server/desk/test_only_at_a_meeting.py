"""P10: an officer works at the meetings the role was given for, and nowhere else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.meetings import actions as meetings
from server.office.models import Act
from server.processes.actions import give_role, take_role
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import PresenceMark
from server.voting.refusals import SessionNotOpen
from tests.server.office.conftest import login
from tests.server.votes import make_session, make_vote

pytestmark = pytest.mark.django_db
Role = SpaceRole.Role


@pytest.fixture(scope="module")
def vote_once(ground):
    vote = make_vote()
    give_role(space=vote.box.space, user=vote.officer, role=Role.ORGANISER, by=vote.officer)
    return vote


@pytest.fixture
def other(vote):
    """A session of another meeting of the same space."""
    return make_session(vote.box)


def helper(vote, role: str, *at: int) -> User:
    user = User.objects.create_user(f"{role}{len(at)}@example.org")
    give_role(space=vote.box.space, user=user, role=role, by=vote.officer, meetings=at)
    return user


def test_a_desk_given_for_one_meeting_opens_no_other(vote, other):
    client = login(helper(vote, Role.DESK, vote.session.meeting_id))
    assert client.get(reverse("desk:home", args=[vote.session.ref])).status_code == 200
    assert client.get(reverse("desk:home", args=[other.ref])).status_code == 404
    home = client.get("/office/").content.decode()
    assert vote.session.ref in home and other.ref not in home


def test_a_scanner_given_for_one_meeting_reads_no_other(vote, other):
    client = login(helper(vote, Role.SCANNER, vote.session.meeting_id))
    assert client.get(reverse("paper:scans", args=[vote.session.ref])).status_code == 200
    assert client.get(reverse("paper:scans", args=[other.ref])).status_code == 404


def test_a_role_without_meetings_holds_at_all_of_them_and_an_organiser_always(vote, other):
    for client in (login(helper(vote, Role.DESK)), login(vote.officer)):
        assert client.get(reverse("desk:home", args=[other.ref])).status_code == 200


def test_outside_of_the_hours_of_its_session_a_desk_does_nothing(vote):
    meetings.close_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        vote.hand_over(0)
    assert not PresenceMark.objects.exists()


def test_a_colleague_of_another_meeting_is_no_second_person_here(vote, other, settings):
    settings.PARVIS_SINGLE_HANDED = False
    code = vote.hand_over(0)
    facts = {"mark": PresenceMark.objects.get(), "code_text": code.text, "reason": "leaves", "by": vote.officer}
    from server.office.approvals import SecondPerson

    with pytest.raises(SecondPerson):
        voting.restore_right(**facts, second=helper(vote, Role.DESK, other.meeting_id))
    voting.restore_right(**facts, second=helper(vote, Role.DESK, other.meeting_id, vote.session.meeting_id))


def test_the_team_page_limits_a_role_says_so_and_takes_it_back_whole(vote, other):
    client = login(vote.officer)
    user = User.objects.create_user("desk@example.org")
    team = reverse("office:team", args=[vote.box.space.slug])
    chosen = {"email": user.email, "role": "desk", "meetings": [other.meeting_id]}
    assert "is limited to meetings" in client.post(team, chosen | {"role": "organiser"}).content.decode()
    client.post(team, chosen)
    held = SpaceRole.objects.get(user=user)
    assert held.meetings == [other.meeting_id] and "Only:" in client.get(team).content.decode()
    act = take_role(role=held, by=vote.officer)
    client.post(reverse("acts:undo", args=[act.pk]))
    assert SpaceRole.objects.get(user=user).meetings == [other.meeting_id]
    client.post(team, {"email": user.email, "role": "desk"})
    assert SpaceRole.objects.get(user=user).meetings == []
    assert Act.objects.filter(deed="role.given").count() >= 3


def test_a_meeting_of_another_space_cannot_be_chosen(vote):
    foreign = make_vote(officer="other@example.org", slug="other").session.meeting
    team = reverse("office:team", args=[vote.box.space.slug])
    user = User.objects.create_user("desk@example.org")
    login(vote.officer).post(team, {"email": user.email, "role": "desk", "meetings": [foreign.pk]})
    assert not SpaceRole.objects.filter(user=user).exists()
