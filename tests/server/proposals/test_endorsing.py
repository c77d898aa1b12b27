"""One right, one endorsement, whichever door; what is joined is counted once."""

from __future__ import annotations

import json

import pytest

from server.ledger.actions import append
from server.ledger.applying import apply_now, is_rebuilt_alike
from server.processes.models import Door
from server.processes.origin import Origin
from server.processes.refusals import PhaseClosed
from server.proposals.answering import join_proposals
from server.proposals.endorsing import by_door, endorse_proposal, withdraw_endorsement
from server.proposals.exports import rows_of
from server.proposals.models import Proposal
from server.proposals.refusals import ProposalGone, TooManyEndorsements
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from tests.server.proposals.ideas import ONLINE, close, make_ideas, organiser, person, propose

pytestmark = pytest.mark.django_db


def right(name: str) -> str:
    return f"account:{person(name).pk}"


def count(proposal) -> int:
    return Proposal.objects.get(pk=proposal.pk).endorsement_count


def on_its_way(proposal, by: str) -> None:
    """What a kiosk brings late: a record that nobody asks whether it was open."""
    body = json.dumps({"proposal": proposal.ref, "door": "kiosk"}).encode()
    apply_now(append(type="endorsement.given", space=proposal.component.space.slug, subject=by, body=body))


def test_endorsed_again_it_counts_once():
    proposal = propose(make_ideas())
    for _turn in range(2):
        endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)
    assert count(proposal) == 1


def test_who_endorses_at_two_doors_is_counted_once():
    proposal = propose(make_ideas())
    endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)
    on_its_way(proposal, right("paul"))
    on_its_way(proposal, "voice:1234")
    assert count(proposal) == 2 and by_door(proposal) == {"kiosk": 2}


def test_withdrawn_it_counts_no_more_and_may_be_given_again():
    proposal = propose(make_ideas())
    endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)
    withdraw_endorsement(proposal=proposal, right=right("paul"), origin=ONLINE)
    assert count(proposal) == 0
    endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)
    assert count(proposal) == 1


def test_after_the_phase_nothing_is_given_or_taken_back():
    component = make_ideas()
    proposal = propose(component)
    endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)
    close(component)
    with pytest.raises(PhaseClosed):
        endorse_proposal(proposal=proposal, right=right("karim"), origin=ONLINE)
    with pytest.raises(PhaseClosed):
        withdraw_endorsement(proposal=proposal, right=right("paul"), origin=ONLINE)
    assert count(proposal) == 1


def test_a_door_that_is_shut_takes_no_endorsement():
    proposal = propose(make_ideas())
    with pytest.raises(PhaseClosed):
        endorse_proposal(proposal=proposal, right=right("paul"), origin=Origin(door=Door.DESK))


def test_each_gives_as_many_as_the_component_says():
    component = make_ideas(most_endorsements=1)
    first, second = propose(component), propose(component, "Des arbres sur le quai")
    endorse_proposal(proposal=first, right=right("paul"), origin=ONLINE)
    with pytest.raises(TooManyEndorsements):
        endorse_proposal(proposal=second, right=right("paul"), origin=ONLINE)
    withdraw_endorsement(proposal=first, right=right("paul"), origin=ONLINE)
    endorse_proposal(proposal=second, right=right("paul"), origin=ONLINE)
    assert (count(first), count(second)) == (0, 1)


def test_below_the_least_number_none_of_a_right_counts():
    component = make_ideas(least_endorsements=2)
    first, second = propose(component), propose(component, "Des arbres sur le quai")
    endorse_proposal(proposal=first, right=right("paul"), origin=ONLINE)
    assert (count(first), count(second)) == (0, 0)
    endorse_proposal(proposal=second, right=right("paul"), origin=ONLINE)
    assert (count(first), count(second)) == (1, 1)
    withdraw_endorsement(proposal=first, right=right("paul"), origin=ONLINE)
    assert (count(first), count(second)) == (0, 0)


def test_what_is_withdrawn_is_endorsed_no_more():
    proposal = withdraw_proposal(proposal=propose(make_ideas()), by=person())
    with pytest.raises(ProposalGone):
        endorse_proposal(proposal=proposal, right=right("paul"), origin=ONLINE)


def joined(component, *proposals):
    by = organiser(component.space)
    return join_proposals(proposals=proposals, text=Text("Des bancs à la gare", "Tous."), about=About(), by=by)


def test_of_two_that_are_joined_each_right_counts_once():
    component = make_ideas()
    first, second = propose(component), propose(component, "Deux bancs devant la gare", by="paul")
    for proposal, names in ((first, ("karim", "paul")), (second, ("karim", "ines"))):
        for name in names:
            endorse_proposal(proposal=proposal, right=right(name), origin=ONLINE)
    one = joined(component, first, second)
    assert count(one) == 3
    assert {user.email.split("@")[0] for user in one.coauthors.all()} == {"ines", "paul"}


def test_an_endorsement_on_its_way_to_what_was_joined_counts_for_the_whole():
    component = make_ideas()
    first, second = propose(component), propose(component, "Deux bancs devant la gare")
    endorse_proposal(proposal=first, right=right("karim"), origin=ONLINE)
    one = joined(component, first, second)
    on_its_way(second, right("karim"))
    on_its_way(second, "voice:77")
    assert count(one) == 2


def test_the_doors_of_a_whole_add_up_to_its_endorsements_in_the_file():
    component = make_ideas()
    first, second = propose(component), propose(component, "Deux bancs devant la gare")
    endorse_proposal(proposal=first, right=right("karim"), origin=ONLINE)
    on_its_way(second, "voice:77")
    one = joined(component, first, second)
    row = next(row for row in rows_of(component) if row["number"] == one.number)
    assert (row["endorsements"], row["endorsements_web"], row["endorsements_kiosk"]) == (2, 1, 1)


def test_who_takes_it_back_from_the_whole_takes_back_all_of_it():
    component = make_ideas()
    first, second = propose(component), propose(component, "Deux bancs devant la gare")
    for proposal in (first, second):
        endorse_proposal(proposal=proposal, right=right("karim"), origin=ONLINE)
    one = joined(component, first, second)
    withdraw_endorsement(proposal=one, right=right("karim"), origin=ONLINE)
    assert count(one) == 0


def test_the_log_applied_anew_gives_the_same_endorsements():
    component = make_ideas(least_endorsements=2)
    first, second, third = (propose(component, f"Proposition numéro {n}") for n in range(3))
    for proposal, name in ((first, "karim"), (second, "karim"), (third, "paul"), (first, "paul")):
        endorse_proposal(proposal=proposal, right=right(name), origin=ONLINE)
    withdraw_endorsement(proposal=first, right=right("paul"), origin=ONLINE)
    joined(component, first, second)
    on_its_way(second, "voice:5")
    assert is_rebuilt_alike()
