"""Somebody who moderates and does nothing else; what waits for them; proposals that wait."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from server.discussion.models import Comment
from server.moderation import actions
from server.moderation.models import Block
from server.moderation.queue import count_waiting
from server.moderation.reportables import find
from server.notices.models import Follow
from server.notices.telling import tell_all
from server.office.models import Act
from server.processes.actions import give_role
from server.processes.attention_words import needs_attention
from server.processes.models import SpaceRole
from server.processes.standing import standing_of
from server.proposals.models import Proposal
from tests.server.discussion.conftest import page, reader
from tests.server.notices.conftest import person
from tests.server.proposals.ideas import make_ideas, propose
from tests.server.proposals.ideas import person as villager

pytestmark = pytest.mark.django_db
ADVERT = "http://a.example http://b.example http://c.example"


@pytest.fixture
def moderator(talk):
    user = person("moderatrice")
    give_role(space=talk.space, user=user, role=SpaceRole.Role.MODERATOR, by=talk.officer)
    return user


def test_a_moderator_hides_takes_it_back_blocks_and_lifts(talk, moderator):
    said = talk.says("Idiots !")
    path, client = f"/office/{talk.space.slug}/moderation/", reader(moderator)
    assert "Idiots" not in page(client, path) and "Moderation" in page(client, "/office/")
    done = client.post(f"{path}comment/{said.ref}/hide/", {"hide-reason": "insult"})
    assert Comment.objects.get().hidden_at
    shown = page(client, done.url)
    act = Act.objects.get(deed="content.hidden")
    assert f"/office/log/{act.pk}/undo/" in shown
    back = client.post(f"/office/log/{act.pk}/undo/", {"back": path})
    assert back.url == path and not Comment.objects.get().hidden_at
    given = {"block-why": "Insultes répétées.", "block-days": "7"}
    client.post(f"{path}comment/{said.ref}/block/", given)
    block = Block.objects.get()
    client.post(f"{path}blocks/{block.pk}/lift/")
    assert Block.objects.get().lifted_at


def test_the_strip_of_a_moderator_leads_to_no_room_that_is_shut(talk, moderator):
    shown = page(reader(moderator), f"/office/{talk.space.slug}/moderation/")
    assert "Ballot boxes" not in shown and "Team" not in shown
    assert "Ballot boxes" in page(reader(talk.officer), f"/office/{talk.space.slug}/moderation/")


def test_x8_a_moderator_enters_no_other_room_and_no_other_space(talk, moderator):
    other = make_ideas().space
    client = reader(moderator)
    for path in (
        f"/office/{talk.space.slug}/",
        f"/office/{talk.space.slug}/team/",
        f"/office/{other.slug}/moderation/",
    ):
        assert client.get(path).status_code == 404, path
    act = Act.objects.filter(deed="debate.published").get()
    assert client.post(f"/office/log/{act.pk}/undo/").status_code == 404


def test_what_waits_for_a_moderator_is_among_what_needs_a_person_today(talk):
    def calls() -> list[str]:
        with translation.override("en"):
            return [one.text for one in needs_attention(standing_of(talk.space)) if "moderator" in one.text]

    assert calls() == []
    said = talk.says("Idiots !")
    for by in (talk.karim, talk.officer):
        actions.report(thing=find("comment", said.ref), reason="insult", by=by, source="192.0.2.7")
    talk.says(ADVERT)
    with CaptureQueriesContext(connection) as asked:
        assert count_waiting(talk.space) == 2
    assert len(asked) == 1 and "2 texts" in calls()[0]
    actions.hide(thing=find("comment", said.ref), reason="insult", by=talk.officer)
    assert count_waiting(talk.space) == 1


@pytest.fixture
def advert(db) -> Proposal:
    return propose(make_ideas(), "Achetez ici", ADVERT)


def test_a_proposal_that_looks_like_advertising_waits_for_a_moderator(advert, talk):
    path, listed = advert.get_absolute_url(), advert.component.get_absolute_url()
    assert advert.held_at and propose(advert.component, "Un banc").held_at is None
    assert reader().get(path).status_code == 404 and "Achetez ici" not in page(reader(), listed)
    assert reader(talk.karim).get(path).status_code == 404
    author = reader(villager("ines"))
    assert "Waits for a moderator" in page(author, path)
    endorse = f"{listed}{advert.number}/endorse/"
    assert reader(talk.karim).post(endorse).status_code in (404, 409)
    tell_all()
    assert not Follow.objects.filter(ref=advert.ref).exists()
    actions.show(thing=find("proposal", advert.ref), by=talk.officer)
    assert "Achetez ici" in page(reader(), listed) and "Waits" not in page(author, path)
    tell_all()
    assert Follow.objects.filter(ref=advert.ref, user=advert.author).exists()


def test_the_same_proposal_again_waits(db):
    component = make_ideas()
    first, again = (propose(component, "Un banc", "Devant la gare.") for _time in range(2))
    assert first.held_at is None and again.held_at
