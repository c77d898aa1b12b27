"""The organiser's debates, and what is copied into threads from paper and the desk."""

from __future__ import annotations

import pytest

from server.discussion.models import Comment, Debate, new_ref
from server.discussion.office_actions import conclude_debate
from server.discussion.refusals import NothingConcluded
from server.office.actions import undo_act
from server.office.models import Act
from server.processes.localized import Localized
from server.processes.models import Component, Space, SpaceRole
from tests.server.discussion.conftest import make_talk, page, reader

pytestmark = pytest.mark.django_db
WORDS = {"title_fr": "Que faire du lavoir ?", "title_en": "What about the wash-house?", "description_en": "Tell us."}


def office(talk, rest: str = "") -> str:
    return f"/office/{talk.space.slug}/debates/{talk.debate.ref}/{rest}"


def deeds(space: Space) -> list[str]:
    return list(Act.objects.filter(space=space).order_by("pk").values_list("deed", flat=True))


def test_the_first_debate_of_a_space_makes_their_component_and_is_shown_when_published(talk):
    space = Space.objects.create(slug="neuf", title={"en": "New"}, published_at=talk.space.published_at)
    SpaceRole.objects.create(space=space, user=talk.officer, role="organiser")
    client = reader(talk.officer)
    answer = client.post("/office/neuf/debates/add/", WORDS)
    debate = Debate.objects.get(component__space=space)
    assert answer.url == f"/office/neuf/debates/{debate.ref}/" and debate.component.kind == "debate"
    assert reader().get(debate.get_absolute_url()).status_code == 404
    client.post(f"/office/neuf/debates/{debate.ref}/publish/")
    assert "What about the wash-house?" in page(reader(), debate.get_absolute_url())
    client.post("/office/neuf/debates/add/", WORDS)
    assert Component.objects.filter(space=space, kind="debate").count() == 1
    assert deeds(space)[:2] == ["debate.saved", "debate.published"]


def test_a_changed_debate_keeps_its_thread_and_count(talk):
    talk.says("Des bancs.")
    reader(talk.officer).post(office(talk, "edit/"), WORDS)
    assert talk.reload().title["en"] == "What about the wash-house?" and talk.debate.comment_count == 1


def test_every_deed_on_a_debate_is_undone(talk):
    client = reader(talk.officer)
    for deed, field in (("close", "closed_at"), ("reopen", "closed_at"), ("unpublish", "published_at")):
        before = getattr(talk.reload(), field) is None
        client.post(office(talk, f"{deed}/"))
        assert (getattr(talk.reload(), field) is None) is not before
        if deed != "close":
            undo_act(act=Act.objects.latest("pk"), by=talk.officer)
            assert (getattr(talk.reload(), field) is None) is before
    assert talk.reload().is_published and talk.debate.closed_at


def test_what_the_town_concludes_closes_the_debate_and_stands_above_its_thread(talk):
    talk.says("Des bancs.")
    client = reader(talk.officer)
    client.post(
        office(talk, "conclude/"), {"conclusion_fr": "Six bancs en mai.", "conclusion_en": "Six benches in May."}
    )
    shown = page(reader(talk.karim), talk.path)
    assert "The town concludes" in shown and "<textarea" not in shown
    assert shown.index("Six benches in May.") < shown.index("Des bancs.")
    assert client.post(office(talk, "conclude/"), {"conclusion_en": ""}).status_code == 400
    with pytest.raises(NothingConcluded):
        conclude_debate(debate=talk.debate, conclusion=Localized(), by=talk.officer)
    assert "Six benches" in page(client, office(talk))


def test_a_card_is_copied_into_the_thread_by_whoever_organises_and_once(talk):
    client, ref = reader(talk.officer), new_ref()
    path = f"/office/{talk.space.slug}/threads/debate/{talk.debate.ref}/enter/"
    form = {"ref": ref, "door": "paper", "kind": "card", "name": "Carte 0412", "stance": "neutral", "text": "Un banc."}
    assert "Word for word" in page(client, path)
    for _again in range(2):
        assert client.post(path, form).status_code == 302
    comment = Comment.objects.get()
    assert (comment.door, comment.author_kind, comment.by_name) == ("paper", "card", "Carte 0412")
    bad = client.post(path, form | {"ref": new_ref(), "door": "web", "text": ""})
    assert bad.status_code == 400 and "Select a valid choice" in bad.content.decode()


def test_x8_debates_of_another_space_are_nobody_s_business(talk):
    other = make_talk("jardin")
    client = reader(talk.officer)
    for rest in ("", "edit/", "conclude/"):
        assert client.get(office(other, rest)).status_code == 404
        assert client.get(office(talk, rest).replace(talk.debate.ref, other.debate.ref)).status_code == 404
    foreign = f"/office/{talk.space.slug}/threads/debate/{other.debate.ref}/enter/"
    client.post(foreign, {"ref": new_ref(), "door": "paper", "kind": "card", "stance": "for", "text": "Un banc."})
    assert not Comment.objects.exists()


def test_debates_are_listed_with_their_state(talk):
    client = reader(talk.officer)
    shown = page(client, f"/office/{talk.space.slug}/debates/")
    assert "What about the benches?" in shown and "Open for comments" in shown
    assert "Nothing matches" in page(client, f"/office/{talk.space.slug}/debates/?state=draft")
