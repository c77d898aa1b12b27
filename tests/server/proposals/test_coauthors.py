"""Several people sign one proposal: by a link, before it is published."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from server.ledger.models import Record
from server.proposals.coauthoring import MOST, link_code, sign_draft
from server.proposals.models import Proposal
from server.proposals.people import forget_author
from tests.server.proposals.ideas import make_ideas, person, propose, write

pytestmark = pytest.mark.django_db


def as_person(name: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person(name))
    return client


def draft_page(draft: Proposal, rest: str = "") -> str:
    return f"/spaces/{draft.component.space.slug}/proposals/{draft.component_id}/drafts/{draft.ref}/{rest}"


def signed(draft: Proposal, name: str = "marc") -> Client:
    client = as_person(name)
    assert client.post(f"/sign/{link_code(draft)}/").status_code == 302
    return client


def test_whoever_follows_the_link_reads_the_draft_and_signs_it():
    draft = write(make_ideas())
    assert "Un banc devant la gare" in as_person("marc").get(f"/sign/{link_code(draft)}/").content.decode()
    assert as_person("marc").get(draft_page(draft)).status_code == 404
    marc = signed(draft)
    assert marc.get(draft_page(draft)).status_code == 200
    assert draft.title in marc.get(draft.component.get_absolute_url()).content.decode()
    marc.post(draft_page(draft, "edit/"), {"title": "Two benches by the station", "body": "With shade."})
    draft.refresh_from_db()
    assert (draft.title, draft.author) == ("Two benches by the station", person("ines"))


def test_the_page_and_the_record_name_all_who_signed():
    draft = write(make_ideas())
    signed(draft), signed(draft), signed(draft, "zoe")
    as_person("ines").post(draft_page(draft))
    published = Proposal.objects.get(pk=draft.pk)
    assert "By Ines, with Marc, Zoe" in Client(headers={"Accept-Language": "en"}).get(
        published.get_absolute_url()
    ).content.decode().replace("\n", "")
    said = json.loads(Record.objects.get(type="proposal.version").payload.body)
    assert said["with"] == [person("marc").right, person("zoe").right]


def test_only_whoever_began_it_publishes_or_deletes_it():
    draft = write(make_ideas())
    marc = signed(draft)
    assert marc.post(draft_page(draft)).status_code == 403
    assert marc.post(draft_page(draft), {"delete": "1"}).status_code == 403
    assert Proposal.objects.get(pk=draft.pk).is_draft


def test_a_name_is_taken_off_by_itself_or_by_whoever_began_it_and_by_nobody_else():
    draft = write(make_ideas())
    marc, zoe = signed(draft), signed(draft, "zoe")
    assert zoe.post(draft_page(draft, "authors/"), {"drop": str(person("marc").pk)}).status_code == 403
    assert marc.post(draft_page(draft, "authors/"), {"drop": str(person("marc").pk)}).status_code == 302
    assert marc.get(draft_page(draft)).status_code == 404
    as_person("ines").post(draft_page(draft, "authors/"), {"drop": str(person("zoe").pk)})
    assert not draft.coauthors.exists()
    assert as_person("ines").post(draft_page(draft, "authors/"), {"drop": "⁹" * 40}).status_code == 302


def test_a_link_leads_nowhere_once_it_is_old_altered_or_its_draft_is_published():
    draft = write(make_ideas())
    code = link_code(draft)
    marc = as_person("marc")
    assert marc.get(f"/sign/{code[:-2]}xx/").status_code == 410
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        late = as_person("marc").get(f"/sign/{code}/")
    assert late.status_code == 410 and "Ask its author" in late.content.decode()
    as_person("ines").post(draft_page(draft))
    assert marc.post(f"/sign/{code}/").status_code == 410


def test_a_link_opens_nothing_that_is_not_open_to_this_person():
    draft = write(make_ideas())
    draft.component.space.published_at = None
    draft.component.space.save()
    assert as_person("marc").get(f"/sign/{link_code(draft)}/").status_code == 404


def test_there_are_only_so_many_authors():
    draft = write(make_ideas())
    for number in range(MOST):
        sign_draft(draft=draft, by=person(f"p{number}"))
    assert as_person("marc").post(f"/sign/{link_code(draft)}/").status_code == 409


def test_a_proposal_of_one_person_says_so_as_before():
    mine = propose(make_ideas())
    assert "with" not in json.loads(Record.objects.get(type="proposal.version").payload.body)
    page = Client(headers={"Accept-Language": "en"}).get(mine.get_absolute_url()).content.decode()
    assert "By Ines" in page and "By Ines," not in page


def test_an_account_that_is_erased_signs_nothing_any_more():
    draft = write(make_ideas())
    signed(draft)
    forget_author(user=person("marc"))
    assert not draft.coauthors.exists()
