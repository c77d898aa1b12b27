"""Another wording of a proposal is proposed, read beside it, taken up or not, and may stand by itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from server.ledger.models import Record
from server.moderation.models import Block
from server.office.models import Act
from server.processes.component_types import Activity
from server.processes.localized import Localized
from server.processes.refusals import PhaseClosed
from server.proposals.amending import Decision, accept_amendment, propose_amendment, put_forward, reject_amendment
from server.proposals.answering import Answer, answer_proposal, join_proposals, propose_officially, split_proposal
from server.proposals.authors import Author
from server.proposals.endorsing import endorse_proposal
from server.proposals.models import Amendment, Proposal
from server.proposals.refusals import (
    AlreadyAmended,
    AmendmentDecided,
    AmendsAmendment,
    CannotJoin,
    EditWindowOver,
    NotAmendable,
    NothingChanged,
    NotYours,
    ProposalAnswered,
    ProposalGone,
    TextChanged,
    TooManyAmendments,
    TooManyProposals,
)
from server.proposals.texts import Text
from server.proposals.writing import About, edit_proposal, withdraw_proposal
from server.web.searching import search
from tests.server.proposals.ideas import ONLINE, close, make_ideas, organiser, person, propose

pytestmark = pytest.mark.django_db
OPEN = (Activity.PROPOSE, Activity.ENDORSE, Activity.COMMENT, Activity.AMEND)
TITLE, BODY = "Un banc devant la gare", "Pour attendre à l’ombre."
WANTED = "Pour attendre à l’ombre, assis."


def place(**rules):
    return make_ideas(OPEN, takes_amendments=True, **rules)


@pytest.fixture
def proposal(db):
    return propose(place())


def amend(proposal, body=WANTED, *, by="paul", title=TITLE, reason="On attend longtemps.", against=None, ref=""):
    return propose_amendment(
        amends=proposal, against=against or proposal.version, text=Text(title, body), reason=reason,
        author=Author.of_account(person(by)), origin=ONLINE, ref=ref,
    )  # fmt: skip


def accept(amendment, *, by="ines", body=WANTED, words="Oui, merci.", seen=None, for_town=False):
    seen = seen or Proposal.objects.get(pk=amendment.amendment.amends_id).version
    decision = Decision(words=words, seen=seen, text=Text(TITLE, body))
    user = by if not isinstance(by, str) else person(by)
    return accept_amendment(amendment=amendment, decision=decision, by=user, for_town=for_town)


def records(type_):
    rows = Record.objects.filter(type=type_).order_by("index").select_related("payload")
    return [json.loads(bytes(one.payload.body)) for one in rows]


def test_accepting_makes_a_version_that_names_the_amendment(proposal):
    made = amend(proposal)
    assert accept(made).outcome == Amendment.Outcome.ACCEPTED
    proposal.refresh_from_db()
    last = proposal.versions.last()
    assert (proposal.body, proposal.version, last.body) == (WANTED, 2, WANTED)
    assert last.takes_up == made and made.shown_author == "Paul"
    said, version = records("amendment.accepted")[0], records("proposal.version")[-1]
    assert (said["ref"], said["amends"], said["version"], said["in_part"]) == (made.ref, proposal.ref, 2, False)
    assert (version["ref"], version["takes_up"], version["body"]) == (proposal.ref, made.ref, WANTED)
    assert records("amendment.proposed")[0]["reason"] == "On attend longtemps."


def test_what_is_changed_while_accepting_is_accepted_in_part(proposal):
    row = accept(amend(proposal), body="Pour attendre assis.")
    assert row.outcome == Amendment.Outcome.PARTLY and records("amendment.accepted")[0]["in_part"]


def test_accepted_twice_is_one_version_and_one_record(proposal):
    made = amend(proposal)
    accept(made), accept(made)
    proposal.refresh_from_db()
    assert proposal.version == 2 and len(records("amendment.accepted")) == 1


def test_a_second_officer_who_decides_otherwise_is_told(proposal):
    made = amend(proposal)
    reject_amendment(amendment=made, words="Non.", by=person())
    with pytest.raises(AmendmentDecided):
        accept(made)
    proposal.refresh_from_db()
    assert proposal.body == BODY


def test_the_same_form_sent_twice_is_one_amendment(proposal):
    first = amend(proposal, ref="ab" * 12)
    assert amend(proposal, ref="ab" * 12) == first and Amendment.objects.count() == 1
    with pytest.raises(NotYours):
        amend(proposal, ref="ab" * 12, by="karim")


def test_only_its_authors_decide_and_not_the_town(proposal):
    made = amend(proposal)
    for user, for_town in ((person("paul"), False), (organiser(proposal.component.space), True)):
        with pytest.raises(NotYours):
            accept(made, by=user, for_town=for_town)


def test_the_town_decides_on_its_own_texts_and_the_office_log_says_so(proposal):
    officer = organiser(proposal.component.space)
    official = propose_officially(component=proposal.component, text=Text(TITLE, BODY), about=About(), by=officer)
    made = amend(official)
    with pytest.raises(NotYours):
        accept(made, by=officer)
    accept(made, by=officer, for_town=True)
    act = Act.objects.get(deed="amendment.accepted")
    assert act.by == officer and TITLE not in act.subject


def test_the_town_decides_where_the_author_has_no_account_any_more(proposal):
    made = amend(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(author=None, author_name="")
    assert accept(made, by=organiser(proposal.component.space), for_town=True).by_town


def test_what_was_changed_meanwhile_is_not_taken_up_unseen(proposal):
    made = amend(proposal)
    edit_proposal(
        proposal=proposal, text=Text(TITLE, "Pour attendre à l’ombre du platane."), about=About(), by=person()
    )
    with pytest.raises(TextChanged):
        accept(made, seen=1)
    accept(made, seen=2, body="Pour attendre à l’ombre du platane, assis.")
    proposal.refresh_from_db()
    made.amendment.refresh_from_db()
    assert proposal.version == 3 and made.amendment.outcome == Amendment.Outcome.ACCEPTED, "carried over, it is whole"


def test_the_other_amendments_stay_open_and_one_that_is_met_can_be_accepted(proposal):
    first, second = amend(proposal), amend(proposal, "Pour attendre à l’ombre, assis et au sec.", by="karim")
    accept(first)
    second.refresh_from_db()
    assert second.stands and second.amendment.is_open
    third = amend(Proposal.objects.get(pk=proposal.pk), "Pour attendre.", by="karim")
    accept(third, body="Pour attendre.")
    late = Proposal.objects.get(pk=third.pk)
    assert late.amendment.made == 3


def test_what_the_text_says_already_makes_no_version(proposal):
    made = amend(proposal)
    edit_proposal(proposal=proposal, text=Text(TITLE, WANTED), about=About(), by=person())
    row = accept(made)
    proposal.refresh_from_db()
    assert (row.outcome, row.made, proposal.version) == (Amendment.Outcome.ACCEPTED, 2, 2)


def test_to_accept_and_change_nothing_is_no_acceptance(proposal):
    with pytest.raises(NothingChanged):
        accept(amend(proposal), body=BODY)


@pytest.mark.parametrize("text", [(TITLE, BODY), (TITLE, WANTED)])
def test_a_wording_that_is_there_is_not_proposed(proposal, text):
    amend(proposal)
    with pytest.raises((NothingChanged, AlreadyAmended)):
        amend(proposal, text[1], title=text[0], by="karim")


def test_an_amendment_is_not_amended_edited_joined_or_split(proposal):
    made = amend(proposal)
    officer = organiser(proposal.component.space)
    with pytest.raises(AmendsAmendment):
        amend(made, "Encore autre chose.", by="karim")
    with pytest.raises(EditWindowOver):
        edit_proposal(proposal=made, text=Text(TITLE, "Autre chose."), about=About(), by=person("paul"))
    with pytest.raises(CannotJoin):
        join_proposals(proposals=[proposal, made], text=Text(TITLE, BODY), about=About(), by=officer)
    with pytest.raises(CannotJoin):
        split_proposal(proposal=made, texts=[Text("Une partie", "a"), Text("Autre partie", "b")], by=officer)


def test_what_is_withdrawn_hidden_or_answered_is_neither_amended_nor_changed(proposal):
    made = amend(proposal)
    officer = organiser(proposal.component.space)
    for change, refusal in (
        ({"hidden_at": timezone.now()}, ProposalGone),
        ({"withdrawn_at": timezone.now()}, ProposalGone),
    ):
        Proposal.objects.filter(pk=proposal.pk).update(**change)
        with pytest.raises(refusal):
            amend(proposal, "Autre chose.", by="karim")
        with pytest.raises(refusal):
            accept(made)
        Proposal.objects.filter(pk=proposal.pk).update(**dict.fromkeys(change))
    answer_proposal(proposal=proposal, answer=Answer(None, Localized({"fr": "Oui."})), by=officer)
    with pytest.raises(ProposalAnswered):
        accept(made)
    with pytest.raises(ProposalAnswered):
        amend(proposal, "Autre chose.", by="karim")


def test_what_its_author_took_back_is_not_accepted_and_what_is_decided_not_taken_back(proposal):
    gone, kept = amend(proposal), amend(proposal, "Pour s’asseoir.")
    withdraw_proposal(proposal=gone, by=person("paul"))
    with pytest.raises(ProposalGone):
        accept(gone)
    accept(kept, body="Pour s’asseoir.")
    with pytest.raises(AmendmentDecided):
        withdraw_proposal(proposal=kept, by=person("paul"))


def test_it_is_asked_of_rules_phases_blocks_and_limits():
    component = place(most_amendments=1)
    proposal = propose(component)
    amend(proposal)
    with pytest.raises(TooManyAmendments):
        amend(proposal, "Autre chose.")
    Block.objects.create(
        user=person("karim"), space=component.space, until=timezone.now() + timedelta(days=1), why="Du calme."
    )
    with pytest.raises(Exception, match="account_blocked"):
        amend(proposal, "Autre chose.", by="karim")
    component.settings = {}
    component.save()
    with pytest.raises(NotAmendable):
        amend(proposal, "Autre chose.", by="lea")
    close(component)
    with pytest.raises(PhaseClosed):
        amend(proposal, "Autre chose.", by="lea")


def test_what_was_not_accepted_may_stand_by_itself_once(proposal):
    made = amend(proposal)
    paul = Author.of_account(person("paul"))
    with pytest.raises(AmendmentDecided):
        put_forward(amendment=made, author=paul, origin=ONLINE)
    reject_amendment(amendment=made, words="Trop cher.", by=person())
    own = put_forward(amendment=made, author=paul, origin=ONLINE)
    assert put_forward(amendment=made, author=paul, origin=ONLINE) == own
    assert own.part == Proposal.Part.PROPOSAL and own.body == WANTED and own.came_from.proposal == made
    with pytest.raises(NotYours):
        put_forward(amendment=made, author=Author.of_account(person()), origin=ONLINE)


def test_amendments_use_up_no_limit_of_proposals_or_endorsements():
    component = place(most_proposals=1, most_endorsements=1, least_endorsements=1)
    proposal = propose(component)
    amend(proposal, by="ines")
    mine = propose(component, "Une fontaine", by="paul")
    with pytest.raises(TooManyProposals):
        propose(component, "Une autre fontaine", by="paul")
    made = amend(proposal, "Autre chose.", by="paul")
    right = person("karim").right
    endorse_proposal(proposal=mine, right=right, origin=ONLINE)
    endorse_proposal(proposal=made, right=right, origin=ONLINE)
    made.refresh_from_db()
    assert made.endorsement_count == 1


def test_an_amendment_of_one_endorsement_counts_where_three_are_asked():
    component = place(least_endorsements=3)
    made = amend(propose(component))
    endorse_proposal(proposal=made, right="account:99", origin=ONLINE)
    made.refresh_from_db()
    assert made.endorsement_count == 1


def test_lists_counts_and_search_hold_no_amendment(proposal, client):
    amend(proposal, "Pour attendre sous la marquise.")
    component = proposal.component
    assert list(component.proposals.standing()) == [proposal]
    client.force_login(organiser(component.space))
    for path in (component.get_absolute_url(), f"/office/{component.space.slug}/proposals/{component.pk}/"):
        listing = client.get(path).context["listing"]
        assert listing.count == 1, path
    assert not [one for one in search("marquise") if one.name == "proposals"]


def test_the_database_keeps_no_half_decision(proposal):
    made = amend(proposal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.filter(pk=made.pk).update(outcome="accepted", made=2)
