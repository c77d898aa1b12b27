"""Who is told of amendments: the authors and followers of what they would change, and their own."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from server.accounts.models import User
from server.discussion.actions import Author, write_comment
from server.discussion.models import new_ref
from server.discussion.subjects import find
from server.moderation.actions import hide, hold, show
from server.moderation.reportables import find as thing
from server.notices.following import follow, unfollow
from server.notices.lines import groups_of
from server.notices.models import Follow, Notice
from server.processes.component_types import Activity
from server.processes.news import space_place
from server.proposals.amending import reject_amendment
from server.proposals.answering import propose_officially
from server.proposals.documents import bring_text, publish_text
from server.proposals.models import Proposal
from server.proposals.sections import Part
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from tests.server.discussion.conftest import ONLINE
from tests.server.notices.conftest import told
from tests.server.proposals.ideas import make_ideas, organiser, person, propose
from tests.server.proposals.test_amending import BODY, TITLE, accept, amend, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(db) -> Proposal:
    """By Ines; what is new about it is told."""
    made = propose(place())
    told(person("ines"))
    return made


@pytest.fixture
def karim(proposal) -> User:
    """Follows the proposal."""
    user = person("karim")
    follow(user=user, place=("proposal", proposal.ref))
    return user


def last(user: User) -> tuple[str, str, str]:
    """About what somebody was told last, to what it leads, and in which words."""
    notice = Notice.objects.filter(user=user).select_related("news").latest("pk")
    with translation.override("en"):
        group = groups_of(user, [notice])[0]
        return group.kind_name, group.lines[0].address, group.lines[0].text


def test_whoever_wrote_what_it_would_change_and_its_followers_are_told(proposal, karim):
    made = amend(proposal)
    assert told(person("ines")) == ["own"] and told(karim) == ["comment"] and told(person("paul")) == []
    words = "Somebody proposes another wording of what you wrote."
    assert last(person("ines")) == ("Proposal", made.get_absolute_url(), words)
    assert Follow.objects.filter(user=person("paul"), ref=made.ref).exists(), "and who brought it follows it"


def test_an_amendment_is_no_new_proposal_for_followers_of_the_space(proposal):
    follow(user=person("lea"), place=space_place(proposal.component.space))
    amend(proposal)
    assert told(person("lea")) == []


def test_its_author_and_its_followers_learn_that_it_was_not_accepted_and_nobody_else(proposal, karim):
    made = amend(proposal)
    follow(user=person("lea"), place=("proposal", made.ref))
    told(karim)
    reject_amendment(amendment=made, words="Non.", by=person("ines"))
    assert told(person("paul")) == ["answer"] and told(person("lea")) == ["answer"]
    assert told(karim) == ["comment"] and told(person("ines")) == ["own"]
    assert last(person("paul")) == ("Amendment", made.get_absolute_url(), "This amendment was not accepted.")


def test_accepted_it_is_told_to_its_author_and_the_new_wording_to_followers(proposal, karim):
    follow(user=person("paul"), place=("proposal", proposal.ref))
    made = amend(proposal)
    accept(made)
    assert told(person("paul")) == ["answer"], "once, and of the amendment"
    assert last(person("paul"))[1:] == (made.get_absolute_url(), "This amendment was accepted.")
    assert told(karim) == ["comment", "answer"] and told(person("ines")) == ["own"]
    words = "It has a new wording: an amendment was accepted."
    assert last(karim) == ("Proposal", proposal.get_absolute_url(), words)


def test_accepted_in_part_is_said_so_and_once(proposal):
    made = amend(proposal)
    accept(made, body="Pour attendre assis.")
    assert told(person("paul")) == ["answer"] and last(person("paul"))[2] == "This amendment was accepted in part."


def test_whoever_wrote_it_with_others_learns_what_one_of_them_decided(proposal):
    proposal.coauthors.add(person("lea"))
    accept(amend(proposal))
    assert told(person("lea")) == ["own", "answer"] and told(person("ines")) == ["own"]


def test_where_the_text_says_so_already_followers_read_of_no_new_wording(proposal, karim):
    first, other = amend(proposal), amend(proposal, BODY + " Oui.", by="lea")
    accept(first)
    told(karim)
    Proposal.objects.filter(pk=other.pk).update(body=Proposal.objects.get(pk=proposal.pk).body)
    proposal.refresh_from_db()
    accept(other, body=proposal.body)
    assert told(karim) == ["comment", "comment", "answer"] and told(person("lea")) == ["answer"]


def test_the_town_decides_on_its_own_text_and_the_author_is_told(db):
    component = place()
    odile = organiser(component.space)
    official = propose_officially(component=component, text=Text(TITLE, BODY), about=About(), by=odile)
    made = amend(official)
    accept(made, by=odile, for_town=True)
    assert told(person("paul")) == ["answer"] and told(odile) == []


def test_what_waits_for_a_moderator_is_told_once_it_is_shown_and_what_is_hidden_never(proposal, karim):
    made = amend(proposal)
    officer = organiser(proposal.component.space)
    hold(thing=thing("proposal", made.ref), by=officer)
    assert told(karim) == []
    show(thing=thing("proposal", made.ref), by=officer)
    assert told(karim) == ["comment"]
    hide(thing=thing("proposal", amend(proposal, BODY + " Non.", by="lea").ref), reason="insult", by=officer)
    withdraw_proposal(proposal=amend(proposal, BODY + " Bof.", by="noe"), by=person("noe"))
    assert told(karim) == ["comment"]


def test_what_is_said_under_an_amendment_is_told_to_its_author(proposal):
    made = amend(proposal)
    unfollow(user=person("paul"), place=("proposal", made.ref))
    write_comment(
        subject=find("proposal", made.ref), ref=new_ref(), text="Bonne idée.", author=Author(user=person("lea")),
        origin=ONLINE,
    )  # fmt: skip
    assert told(person("paul")) == ["own"] and told(person("ines")) == ["own"], "the amendment alone"


def test_an_amendment_is_followed_from_its_page(proposal, client):
    made = amend(proposal)
    client.force_login(person("lea"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert f'value="{made.ref}"' in client.get(made.get_absolute_url()).content.decode()
    client.post(reverse("notices:follow"), {"kind": "proposal", "ref": made.ref, "on": "1"})
    page = client.get(reverse("notices:following")).content.decode()
    assert made.get_absolute_url() in page and "<span>Amendment</span>" in page


def test_a_published_text_is_one_line_for_followers_of_the_space(db):
    component = make_ideas((Activity.AMEND,), takes_amendments=True, is_text=True)
    officer = organiser(component.space)
    follow(user=person("lea"), place=space_place(component.space))
    parts = [Part(1, f"Article {n}", "Le parc est ouvert.") for n in range(3)]
    text = bring_text(component=component, title="Charte", language="fr", parts=parts, by=officer)
    publish_text(document=text, seen=text.revision, by=officer)
    assert told(person("lea")) == ["proposal"]
    assert last(person("lea"))[1:] == (component.get_absolute_url(), "A text to read: “Proposals”.")
