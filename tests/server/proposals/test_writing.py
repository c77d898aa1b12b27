"""Drafts, publishing, versions, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from server.ledger.models import Payload, Record
from server.processes.refusals import PhaseClosed
from server.proposals.authors import Author
from server.proposals.models import Proposal
from server.proposals.refusals import EditWindowOver, NotYours, ProposalGone, TooManyProposals
from server.proposals.texts import Text, changes
from server.proposals.writing import About, edit_proposal, publish_proposal, save_draft, withdraw_proposal
from tests.server.proposals.ideas import ONLINE, close, make_ideas, person, propose

pytestmark = pytest.mark.django_db


def draft_of(component, title="Un banc devant la gare", by="ines"):
    author = Author.of_account(person(by))
    return author, save_draft(component=component, author=author, text=Text(title, "Pour attendre."), about=About())


def test_a_draft_is_in_no_list_and_in_no_log():
    component = make_ideas()
    draft_of(component)
    assert not component.proposals.published().exists()
    assert not Record.objects.filter(type="proposal.version").exists()


def test_a_published_proposal_has_the_next_number_and_a_record_that_says_all_of_it():
    component = make_ideas()
    first, second = propose(component), propose(component, "Des arbres sur le quai", by="paul")
    assert (first.number, second.number) == (1, 2)
    record = Record.objects.get(id=second.versions.get().record_id)
    body = bytes(Payload.objects.get(record=record).body).decode()
    assert "Des arbres sur le quai" in body and second.ref in body


def test_published_twice_it_is_there_once():
    author, draft = draft_of(make_ideas())
    one, again = (publish_proposal(draft=draft, author=author, origin=ONLINE) for _turn in range(2))
    assert one.pk == again.pk and Record.objects.filter(type="proposal.version").count() == 1


def test_after_its_phase_nothing_is_published_and_the_draft_is_kept():
    component = make_ideas()
    author, draft = draft_of(component)
    close(component)
    with pytest.raises(PhaseClosed):
        publish_proposal(draft=draft, author=author, origin=ONLINE)
    assert Proposal.objects.get(pk=draft.pk).is_draft


def test_a_door_that_the_phase_does_not_open_is_shut():
    component = make_ideas(doors=["kiosk"])
    author, draft = draft_of(component)
    with pytest.raises(PhaseClosed):
        publish_proposal(draft=draft, author=author, origin=ONLINE)


def test_who_brought_as_many_as_each_may_withdraws_one_to_bring_another():
    component = make_ideas(most_proposals=1)
    first = propose(component)
    author, draft = draft_of(component, "Un abri pour les vélos")
    with pytest.raises(TooManyProposals):
        publish_proposal(draft=draft, author=author, origin=ONLINE)
    withdraw_proposal(proposal=first, by=person())
    assert publish_proposal(draft=draft, author=author, origin=ONLINE).number == 2


def test_a_new_version_keeps_the_old_one_with_its_fingerprint():
    proposal = propose(make_ideas())
    edit_proposal(
        proposal=proposal, text=Text("Deux bancs devant la gare", "Pour attendre."), about=About(), by=person()
    )
    old, new = proposal.versions.all()
    assert (old.title, new.title) == ("Un banc devant la gare", "Deux bancs devant la gare")
    assert new.fingerprint == Text(new.title, new.body).fingerprint != old.fingerprint


def test_words_that_are_the_same_make_no_version():
    proposal = propose(make_ideas())
    edit_proposal(
        proposal=proposal, text=Text(proposal.title, proposal.body), about=About(place_name="Quai 2"), by=person()
    )
    proposal.refresh_from_db()
    assert (proposal.version, proposal.place_name) == (1, "Quai 2")


def test_after_the_time_for_changes_it_stays_as_it_is():
    proposal = propose(make_ideas(edit_minutes=5))
    Proposal.objects.filter(pk=proposal.pk).update(published_at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(EditWindowOver):
        edit_proposal(proposal=proposal, text=Text("Autre chose ici", "x"), about=About(), by=person())


def test_nobody_changes_what_somebody_else_wrote():
    proposal = propose(make_ideas())
    with pytest.raises(NotYours):
        edit_proposal(proposal=proposal, text=Text("Autre chose ici", "x"), about=About(), by=person("paul"))
    with pytest.raises(NotYours):
        withdraw_proposal(proposal=proposal, by=person("paul"))


def test_what_is_withdrawn_is_changed_no_more_and_keeps_its_page():
    component = make_ideas()
    proposal = withdraw_proposal(proposal=propose(component), by=person())
    with pytest.raises(ProposalGone):
        edit_proposal(proposal=proposal, text=Text("Autre chose ici", "x"), about=About(), by=person())
    assert component.proposals.published().exists() and not component.proposals.standing().exists()


@pytest.mark.parametrize(
    ("before", "after"), [("Un banc, ici.", "Deux bancs, ici."), ("", "Tout."), ("l’eau\nclaire", "l’eau  claire")]
)
def test_what_changed_gives_both_texts_back(before, after):
    told = changes(before, after)
    assert "".join(words for what, words in told if what != "new") == before
    assert "".join(words for what, words in told if what != "gone") == after
