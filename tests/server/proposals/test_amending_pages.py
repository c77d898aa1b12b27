"""The web door of amendments, as residents, authors and organisers use it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.utils import timezone

from server.processes.component_types import Activity
from server.proposals.answering import propose_officially
from server.proposals.models import Amendment, Proposal
from server.proposals.people import tell_proposals
from server.proposals.texts import Text
from server.proposals.writing import About
from tests.server.proposals.ideas import close, make_ideas, organiser, person, propose
from tests.server.proposals.test_amending import BODY, TITLE, WANTED, accept, amend, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def proposal(db):
    return propose(place())


@pytest.fixture
def paul(client):
    client.force_login(person("paul"))
    return client


def typed(form, **changes):
    """What a browser sends of the form as it came, with some of it changed."""
    return {name: form[name].value() for name in form.fields} | changes


def of_number(proposal):
    return proposal.get_absolute_url().replace("/amendments/", "/")


def as_form(page):
    return page.context["form"]


def test_an_amendment_has_an_address_of_its_own(proposal, paul):
    made = amend(proposal)
    assert paul.get(of_number(made)).url == made.get_absolute_url()
    assert paul.get(proposal.get_absolute_url().replace("/1/1/", "/1/amendments/1/")).status_code == 404


def test_a_resident_sees_what_changes_and_publishes_once(proposal, paul):
    path = f"{proposal.get_absolute_url()}amend/"
    page = paul.get(path)
    assert BODY in page.content.decode()
    sent = typed(as_form(page), body=WANTED, reason="On attend longtemps.")
    part = paul.post(path, sent | {"preview": "1"}, headers={"X-Preview": "1"}).content.decode()
    assert "<ins>, assis</ins>" in part and not Amendment.objects.exists()
    whole = paul.post(path, sent | {"preview": "1"}).content.decode()
    assert "<ins>, assis</ins>" in whole and "On attend longtemps." in whole
    made = paul.post(path, sent)
    assert paul.post(path, sent).url == made.url and Amendment.objects.count() == 1
    shown = paul.get(made.url).content.decode()
    assert "<ins>, assis</ins>" in shown and "On attend longtemps." in shown
    assert made.url in paul.get(proposal.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"title": ""},
        {"body": ""},
        {"body": "x" * 5_001},
        {"title": "x" * 151},
        {"reason": "x" * 1_001},
        {"body": "caché\u202e"},
        {"reason": "a\x00b"},
        {"ref": "../../etc"},
        {"against": "-1"},
        {"against": "9" * 30},
    ],
)
def test_what_cannot_be_published_is_said_and_nothing_is_lost(proposal, paul, changes):
    path = f"{proposal.get_absolute_url()}amend/"
    sent = typed(as_form(paul.get(path)), body=WANTED, reason="Une raison qui reste.") | changes
    page = paul.post(path, sent)
    assert page.status_code == 400 and not Amendment.objects.exists()
    assert sent["reason"] != "Une raison qui reste." or "Une raison qui reste." in page.content.decode()


def test_the_author_decides_on_a_page_of_its_own(proposal, client):
    made = amend(proposal)
    path = f"{made.get_absolute_url()}decide/"
    for name, status in (("paul", 404), ("karim", 404), ("ines", 200)):
        client.force_login(person(name))
        assert client.get(path).status_code == status, name
    sent = typed(as_form(client.get(path)), words="Bien vu.")
    assert client.post(path, sent | {"accept": "1", "words": ""}).status_code == 400
    assert client.post(path, sent | {"accept": "1"}).status_code == 302
    assert client.post(path, sent | {"accept": "1"}).status_code == 302, "sent twice"
    proposal.refresh_from_db()
    assert proposal.body == WANTED and proposal.version == 2
    versions = client.get(f"{proposal.get_absolute_url()}versions/").content.decode()
    assert made.get_absolute_url() in versions and "By Paul" in versions
    assert "Bien vu." in client.get(made.get_absolute_url()).content.decode()


def test_a_decision_on_a_text_that_changed_is_refused_on_its_page(proposal, client):
    made = amend(proposal)
    client.force_login(person())
    path = f"{made.get_absolute_url()}decide/"
    sent = typed(as_form(client.get(path)), words="Oui.", seen="7")
    assert client.post(path, sent | {"accept": "1"}).status_code == 409


def test_what_is_not_accepted_is_put_forward(proposal, client):
    made = amend(proposal)
    client.force_login(person())
    path = f"{made.get_absolute_url()}decide/"
    client.post(path, typed(as_form(client.get(path)), words="Pas ici.") | {"reject": "1"})
    client.force_login(person("paul"))
    assert "forward/" in client.get(made.get_absolute_url()).content.decode()
    own = client.post(f"{made.get_absolute_url()}forward/")
    page = client.get(own.url).content.decode()
    assert made.get_absolute_url() in page
    client.force_login(person("karim"))
    assert client.post(f"{made.get_absolute_url()}forward/").status_code == 404


def test_a_late_amendment_is_shown_in_the_present_text(proposal, client):
    first, second = amend(proposal), amend(proposal, "Pour attendre à l’ombre et au sec.", by="karim")
    client.force_login(person())
    path = f"{first.get_absolute_url()}decide/"
    client.post(path, typed(as_form(client.get(path)), words="Oui.") | {"accept": "1"})
    page = client.get(second.get_absolute_url()).content.decode()
    assert "Written for an earlier version" in page and "<ins> et au sec</ins>" in page and "<del>" not in page


def test_the_author_takes_an_amendment_back(proposal, paul):
    made = amend(proposal)
    page = paul.get(f"{of_number(made)}withdraw/").content.decode()
    assert "Withdraw my amendment" in page
    paul.post(f"{of_number(made)}withdraw/")
    assert Proposal.objects.get(pk=made.pk).withdrawn_at
    assert "took this amendment back" in paul.get(made.get_absolute_url()).content.decode()


def test_the_office_decides_for_the_town(client):
    component = place()
    officer = organiser(component.space)
    official = propose_officially(component=component, text=Text(TITLE, BODY), about=About(), by=officer)
    made = amend(official)
    path = f"/office/{component.space.slug}/proposals/{component.pk}/{made.number}/"
    client.force_login(officer)
    assert client.get(path).url == f"{path}amendment/"
    sent = typed(as_form(client.get(f"{path}amendment/")), words="Oui.")
    assert client.post(f"{path}amendment/", sent | {"accept": "1"}).status_code == 302
    official.refresh_from_db()
    assert official.body == WANTED
    client.force_login(person("paul"))
    assert client.get(f"{path}amendment/").status_code == 404


def test_nothing_of_amendments_is_on_a_page_that_takes_none(client):
    proposal = propose(make_ideas((Activity.PROPOSE,)))
    client.force_login(person("paul"))
    assert 'id="amendments"' not in client.get(proposal.get_absolute_url()).content.decode()
    assert client.get(f"{proposal.get_absolute_url()}amend/").status_code == 409


def test_once_it_is_closed_the_page_says_so(proposal, paul):
    close(proposal.component)
    assert "is not open now" in paul.get(proposal.get_absolute_url()).content.decode()
    assert paul.get(f"{proposal.get_absolute_url()}amend/").status_code == 409


def test_files_hold_amendments_apart_with_what_they_would_change(proposal, client):
    made = amend(proposal)
    accept(made)
    lines = b"".join(client.get(f"{proposal.component.get_absolute_url()}proposals.csv")).decode().splitlines()
    assert len(lines) == 2, "a heading and the proposal"
    told = json.loads(b"".join(client.get(f"{proposal.component.get_absolute_url()}proposals.json")))
    assert [one["number"] for one in told["proposals"]] == [1]
    (row,) = told["amendments"]
    assert (row["number"], row["amends"], row["against_version"], row["made_version"]) == (2, 1, 1, 2)
    assert (row["outcome"], row["decided_by"], row["decision"], row["author"]) == (
        "accepted",
        "author",
        "Oui, merci.",
        "Paul",
    )
    table = b"".join(client.get(f"{proposal.component.get_absolute_url()}amendments.csv")).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(table)))["reason"] == "On attend longtemps."


def test_an_account_is_told_of_its_amendments(proposal):
    amend(proposal)
    told = tell_proposals(person("paul"))["proposals"]
    assert told[0]["amends"] == 1 and told[0]["reason"] == "On attend longtemps."


def test_what_the_town_hid_is_not_read_through_its_amendments(proposal, paul):
    made = amend(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(hidden_at=timezone.now(), hidden_reason="insult")
    page = paul.get(made.get_absolute_url()).content.decode()
    assert "Hidden by the town" in page and "ombre" not in page and TITLE not in page
    assert paul.get(f"{of_number(made)}versions/").status_code == 404
    assert "ombre" not in b"".join(paul.get(f"{proposal.component.get_absolute_url()}amendments.csv")).decode()
