"""The web door of proposals, as people use it."""

from __future__ import annotations

import pytest

from server.accounts.actions import erase_account
from server.accounts.holdings import holdings
from server.budgets.actions import set_amount
from server.budgets.models import Project
from server.ledger.actions import sign_checkpoint
from server.ledger.models import Payload, Record
from server.office.models import Act
from server.processes.localized import Localized
from server.proposals.answering import Answer, answer_proposal
from server.proposals.models import Endorsement, Proposal
from tests.server.proposals.ideas import close, make_ideas, organiser, person, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    component = make_ideas(most_endorsements=3, threshold=2)
    component.path = f"/spaces/{component.space.slug}/proposals/{component.pk}/"
    component.office = f"/office/{component.space.slug}/proposals/{component.pk}/"
    return component


@pytest.fixture
def ines(client):
    client.force_login(person())
    return client


WORDS = {"title": "Un banc devant la gare", "body": "Pour attendre à l’ombre."}


def test_somebody_writes_looks_and_publishes(here, ines):
    draft = ines.post(f"{here.path}new/", WORDS)
    assert draft.status_code == 302 and not here.proposals.published().exists()
    page = ines.get(draft.url).content.decode()
    assert "Un banc devant la gare" in page
    assert ines.post(draft.url).url == f"{here.path}1/"
    assert ines.post(draft.url).url == f"{here.path}1/", "sent twice, it is published once"
    assert "Un banc devant la gare" in ines.get(here.path).content.decode()


def test_what_is_like_it_is_shown_while_it_is_written(here, ines):
    propose(here, "Installer des bancs devant la gare", "Les voyageurs attendent debout.", by="paul")
    typed = {"title": "Un banc à la gare", "body": "Pour les voyageurs.", "preview": "1"}
    part = ines.post(f"{here.path}new/", typed, headers={"X-Preview": "1"})
    assert "Installer des bancs" in part.content.decode()
    assert not Proposal.objects.filter(author=person()).exists()


def test_nobody_sees_the_draft_of_somebody_else(here, ines, django_user_model):
    draft = ines.post(f"{here.path}new/", WORDS).url
    ines.force_login(person("paul"))
    assert ines.get(draft).status_code == 404 and ines.post(draft).status_code == 404


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(here, ines):
    page = ines.post(f"{here.path}new/", {"title": "Court", "body": "Un long texte qui reste."})
    assert page.status_code == 400 and "Un long texte qui reste." in page.content.decode()


def test_endorsing_and_taking_back(here, ines):
    proposal = propose(here, by="paul")
    ines.post(f"{here.path}1/endorse/")
    ines.post(f"{here.path}1/endorse/")
    assert Endorsement.objects.standing().count() == 1
    assert 'name="withdraw"' in ines.get(proposal.get_absolute_url()).content.decode()
    ines.post(f"{here.path}1/endorse/", {"withdraw": "1"})
    assert not Endorsement.objects.standing().exists()


def test_once_the_phase_is_over_the_page_says_so_and_refuses(here, ines):
    propose(here, by="paul")
    close(here)
    page = ines.get(f"{here.path}1/").content.decode()
    assert "/endorse/" not in page
    assert ines.post(f"{here.path}1/endorse/").status_code == 409
    assert ines.get(f"{here.path}new/").status_code == 409


def test_the_second_page_follows_the_first_in_the_same_lot(here, client):
    for n in range(30):
        propose(here, f"Une proposition, la {n}e du nom")
    first = client.get(here.path)
    second = client.get(here.path + first.context["listing"].address(page="2"))
    seen = [[one.number for one in answer.context["listing"].page] for answer in (first, second)]
    assert sorted(seen[0] + seen[1]) == list(range(1, 31))


def test_the_list_is_found_filtered_and_ordered_from_its_address(here, client):
    bench, trees = propose(here), propose(here, "Planter des arbres fruitiers")
    Proposal.objects.filter(pk=trees.pk).update(endorsement_count=9, door="paper")

    def found(query):
        return [one.pk for one in client.get(f"{here.path}?{query}").context["listing"].page]

    assert found("q=arbre") == [trees.pk]
    assert found("door=paper") == [trees.pk]
    assert found("sort=-endorsed") == [trees.pk, bench.pk]
    assert set(found("sort=nothing&lot=-1&door=pigeon")) == {trees.pk, bench.pk}


def test_the_town_answers_and_takes_it_back(here, client):
    proposal = propose(here)
    client.force_login(organiser(here.space))
    retained = here.proposal_states.get(position=2)
    page = f"{here.office}1/"
    answer = client.post(page, {"state": retained.pk, "answer_fr": "Oui, au printemps.", "cost_cents": "6400"})
    assert answer.status_code == 302
    assert "Oui, au printemps." in client.get(proposal.get_absolute_url()).content.decode()
    act = Act.objects.get(deed="proposal.answered")
    client.post(f"/office/log/{act.pk}/undo/")
    proposal.refresh_from_db()
    assert proposal.answered_at is None and not proposal.answer


def test_several_become_one_with_words_of_their_own(here, client):
    first, second = propose(here), propose(here, "Deux bancs devant la gare", by="paul")
    client.force_login(organiser(here.space))
    asked = client.post(f"{here.office}join/", {"pick": [first.pk, second.pk]})
    assert asked.status_code == 200 and not Proposal.objects.filter(became__isnull=False).exists()
    words = {"pick": [first.pk, second.pk], "title": "Des bancs à la gare", "body": "Cinq bancs."}
    assert client.post(f"{here.office}join/", words).status_code == 302
    told = client.get(first.get_absolute_url()).content.decode()
    assert "Des bancs à la gare" in told
    assert client.post(f"{here.office}join/", {"pick": [first.pk]}).status_code == 409


def test_one_becomes_several_and_the_parts_say_where_they_come_from(here, client):
    proposal = propose(here)
    client.force_login(organiser(here.space))
    page = f"{here.office}1/split/"
    assert client.post(page, {"parts": "Un banc\nIci."}).status_code == 400
    assert client.post(page, {"parts": "Un banc\nIci.\n---\nUn arbre\nLà."}).status_code == 302
    assert list(proposal.parts.values_list("title", flat=True)) == ["Un banc", "Un arbre"]
    assert proposal.title in client.get(f"{here.path}2/").content.decode()


def test_what_has_a_price_becomes_a_project_once(here, client):
    proposal, other = propose(here), propose(here, "Planter des arbres fruitiers")
    user = organiser(here.space)
    client.force_login(user)
    page = f"{here.office}projects/"
    assert client.post(page, {"pick": [proposal.pk]}).status_code == 409, "there is no budget"
    set_amount(space=here.space, amount_cents=5_000_000, by=user)
    assert client.post(page, {"pick": [proposal.pk, other.pk]}).status_code == 409, "there is no price"
    answer = Answer(here.proposal_states.get(position=2), Localized(fr="Oui."), cost_cents=640_000)
    answer_proposal(proposal=proposal, answer=answer, by=user)
    for _turn in range(2):
        client.post(page, {"pick": [proposal.pk]})
    project = Project.objects.get()
    assert (str(project.title), project.cost_cents) == (proposal.title, 640_000)


def test_p23_an_erased_author_leaves_the_words_and_no_name(here):
    proposal = propose(here)
    record = Record.objects.get(id=proposal.versions.get().record_id)
    assert holdings(person())["proposals"][0]["title"] == proposal.title
    erase_account(user=person())
    proposal.refresh_from_db()
    assert (proposal.author, proposal.author_name, proposal.title) == (None, "", "Un banc devant la gare")
    assert "Ines" not in bytes(Payload.objects.get(record=record).body).decode()
    sign_checkpoint()


def test_the_site_finds_proposals_by_their_stems(here, client):
    propose(here, "Rénover les écoles du quartier")
    assert "Rénover les écoles" in client.get("/search/?q=ecole").content.decode()
