"""What eight processes do to one component of proposals at the same instant; see ``tests.server.race``."""

from __future__ import annotations

from typing import Any

from server.ledger.models import Record
from server.processes.component_types import Activity
from server.proposals.amending import reject_amendment
from server.proposals.answering import join_proposals
from server.proposals.authors import Author
from server.proposals.endorsing import endorse_proposal
from server.proposals.models import Endorsement, Proposal
from server.proposals.texts import Text
from server.proposals.writing import About, publish_proposal, save_draft
from tests.server.proposals.ideas import ONLINE, make_ideas, organiser, person, propose
from tests.server.proposals.test_amending import accept, amend
from tests.server.race import PROCESSES, all_at_once


def run() -> dict[str, Any]:
    component = make_ideas(most_endorsements=2, most_proposals=1)
    people = [person(f"voisine{number}") for number in range(PROCESSES)]
    proposals = [propose(component, f"Proposition numéro {n}", by=f"voisine{n}") for n in range(4)]
    told = endorsing(proposals, people) | publishing(component, people) | joining(component, proposals, people)
    return told | deciding()


def endorsing(proposals: list[Proposal], people: list[Any]) -> dict[str, Any]:
    """One person in eight windows: the same proposal, then four of which two may be endorsed; then eight people."""
    one, rights = f"account:{person('seule').pk}", [f"account:{user.pk}" for user in people]

    def endorse(proposal: Proposal, right: str) -> str:
        endorse_proposal(proposal=proposal, right=right, origin=ONLINE)
        return "endorsed"

    same = all_at_once(lambda number: endorse(proposals[0], one))
    records = Record.objects.filter(type="endorsement.given").count()
    limited = all_at_once(lambda number: endorse(proposals[number % 4], one))
    everyone = all_at_once(lambda number: endorse(proposals[0], rights[number]))
    return {
        "same": same,
        "same records": records,
        "limited": Endorsement.objects.standing().filter(right=one).count(),
        "limited answers": sorted(limited),
        "everyone": everyone,
        "counted": Proposal.objects.get(pk=proposals[0].pk).endorsement_count,
    }


def publishing(component: Any, people: list[Any]) -> dict[str, Any]:
    """Eight people publish at once, and one person the same draft, and two drafts of which one is allowed."""
    late, others = person("tardive"), people[4:]
    authors = [Author.of_account(user) for user in others] + [Author.of_account(late)] * 4
    drafts = [
        save_draft(component=component, author=author, text=Text(f"Une idée, la {n}e", "Ici."), about=About())
        for n, author in enumerate(authors)
    ]

    def publish(number: int) -> str:
        publish_proposal(draft=drafts[number], author=authors[number], origin=ONLINE)
        return "published"

    answers = all_at_once(publish)
    numbers = list(component.proposals.published().order_by("number").values_list("number", flat=True))
    return {"publish": answers, "numbers": numbers}


def joining(component: Any, proposals: list[Proposal], people: list[Any]) -> dict[str, Any]:
    """Two are made one while eight people endorse one of them: whoever is not told otherwise counts for the whole."""
    by = organiser(component.space)
    fresh = [person(f"passante{number}") for number in range(PROCESSES)]

    def deed(number: int) -> str:
        if number == 0:
            join_proposals(proposals=proposals[2:], text=Text("Les deux ensemble", "Ici."), about=About(), by=by)
            return "joined"
        endorse_proposal(proposal=proposals[2], right=f"account:{fresh[number].pk}", origin=ONLINE)
        return "endorsed"

    before = set(Endorsement.objects.filter(proposal__in=proposals[2:]).values_list("right", flat=True))
    answers = all_at_once(deed)
    assert answers["joined"], answers
    whole = Proposal.objects.get(title="Les deux ensemble")
    return {"join": answers, "whole": whole.endorsement_count - len(before)}


def deciding() -> dict[str, Any]:
    """Four windows of an author accept what four others turn down, all of the same version."""
    proposal = propose(make_ideas([Activity.PROPOSE, Activity.AMEND], slug="decider", takes_amendments=True))
    made = amend(proposal)

    def deed(number: int) -> str:
        if number % 2:
            reject_amendment(amendment=made, words="Non.", by=person())
            return "rejected"
        accept(made, seen=1)
        return "accepted"

    answers = all_at_once(deed)
    made.amendment.refresh_from_db()
    proposal.refresh_from_db()
    types = ["amendment.accepted", "amendment.rejected"]
    return {
        "decide": answers,
        "outcome": made.amendment.outcome,
        "decisions": Record.objects.filter(type__in=types).count(),
        "version": proposal.version,
    }
