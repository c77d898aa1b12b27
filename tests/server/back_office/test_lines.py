"""The pages on which one line of a roll is corrected, and a second person agrees."""

from __future__ import annotations

import pytest
from django.test import Client

from server.accounts.models import User
from server.office.models import Approval
from server.processes.models import Space, SpaceRole
from server.voting.models import RollEntry, RollVersion
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db
ANA = {"number": "A-100", "family_name": "Neuve", "given_name": "Ana", "birth_date": "1990-05-31"}
WHY = {"reason": "Judgment 27/112"}


@pytest.fixture
def town(standing_town):
    return standing_town


@pytest.fixture
def office(town, open_vote) -> Client:
    return login(town.staff["organiser"])


@pytest.fixture
def rolls(open_vote) -> str:
    return f"/office/{open_vote.space.slug}/rolls/{open_vote.box.roll_id}/"


@pytest.fixture
def entry(open_vote) -> RollEntry:
    return open_vote.entries[5]


@pytest.fixture
def second(open_vote) -> Client:
    user = User.objects.create_user("second@example.org")
    SpaceRole.objects.create(space=open_vote.space, user=user, role=SpaceRole.Role.ORGANISER)
    return login(user)


def text(client: Client, address: str) -> str:
    return client.get(address, headers={"accept-language": "en"}).content.decode()


def test_one_person_is_added_during_a_vote_with_a_reason(office, rolls, open_vote):
    page = office.post(f"{rolls}people/add/", ANA)
    assert page.status_code == 422 and b'name="reason"' in page.content
    reply = office.post(f"{rolls}people/add/", ANA | WHY)
    made = RollEntry.objects.get(number="A-100")
    assert reply.url == f"{rolls}people/{made.pk}/"
    shown = text(office, reply.url)
    assert "One person added" in shown and "Judgment 27/112" in shown and "31 May 1990" in shown
    assert "Judgment 27/112" in text(office, f"{rolls}versions/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": ""}, b"number"),
        ({"birth_date": "31/31/1990"}, b"birth_date"),
        ({"family_name": "x" * 121}, b"family_name"),
        ({"family_name": "Ne\u202euve"}, b"family_name"),
        ({"email": "no"}, b"email"),
        ({"reason": "x" * 401}, b"reason"),
    ],
)
def test_a_line_that_is_not_one_comes_back_with_its_faults(office, rolls, change, says):
    count = RollEntry.objects.count()
    page = office.post(f"{rolls}people/add/", ANA | WHY | change)
    assert page.status_code == 422 and b'aria-invalid="true"' in page.content and says in page.content
    assert RollEntry.objects.count() == count


def test_a_number_that_somebody_has_is_said_at_its_field(office, rolls, entry):
    page = office.post(f"{rolls}people/add/", ANA | WHY | {"number": entry.number}, headers={"accept-language": "en"})
    assert page.status_code == 422 and b"has this number" in page.content


def test_a_line_is_amended_and_keeps_its_number(office, rolls, entry):
    address = f"{rolls}people/{entry.pk}/amend/"
    assert 'name="number"' not in text(office, address)
    reply = office.post(address, {"number": "X", "family_name": "Lefèvre"} | WHY)
    assert reply.status_code == 302
    again = RollEntry.objects.get(pk=entry.pk)
    assert (again.number, again.family_name, again.given_name) == (entry.number, "Lefèvre", "")


def test_somebody_is_struck_and_put_back(office, rolls, entry):
    address = f"{rolls}people/{entry.pk}/"
    assert office.post(f"{address}strike/", {"deed": "strike"}).status_code == 422
    office.post(f"{address}strike/", {"deed": "strike"} | WHY)
    assert "Struck on" in text(office, address) and "struck" in text(office, f"{rolls}?q={entry.number}")
    twice = office.post(f"{address}strike/", {"deed": "strike"} | WHY, headers={"accept-language": "en"})
    assert twice.status_code == 422 and b"says this already" in twice.content
    office.post(f"{address}strike/", {"deed": "readmit"} | WHY)
    assert "Struck on" not in text(office, address)
    assert list(RollVersion.objects.values_list("kind", flat=True))[:2] == ["readmitted", "struck"]


def test_where_two_are_needed_the_second_finds_it_reads_it_and_agrees(
    office, rolls, entry, second, open_vote, settings
):
    settings.PARVIS_SINGLE_HANDED = False
    reply = office.post(f"{rolls}people/{entry.pk}/strike/", {"deed": "strike"} | WHY)
    approval = Approval.objects.get()
    assert reply.url == f"/office/approvals/{approval.pk}/"
    assert "You asked for this" in text(office, reply.url) and "I agree" not in text(office, reply.url)
    assert office.post(reply.url, {"answer": "agree"}).status_code == 403
    overview = text(second, f"/office/{open_vote.space.slug}/")
    assert "A second person must agree: Correct the roll." in overview and reply.url in overview
    page = text(second, reply.url)
    assert str(entry) in page and "Judgment 27/112" in page and "One person struck" in page
    assert second.post(reply.url, {"answer": "agree"}).url == f"{rolls}versions/"
    assert RollEntry.objects.get(pk=entry.pk).struck_at
    assert "second@example.org" in text(office, f"{rolls}versions/")
    assert second.post(reply.url, {"answer": "agree"}).status_code == 409
    assert "Answered by second@example.org" in text(office, reply.url)


def test_what_is_not_agreed_changes_nothing(office, rolls, entry, second, settings):
    settings.PARVIS_SINGLE_HANDED = False
    reply = office.post(f"{rolls}people/{entry.pk}/strike/", {"deed": "strike"} | WHY)
    assert "Waits for a second person" in text(office, f"{rolls}people/{entry.pk}/")
    second.post(reply.url, {"answer": "refuse"})
    assert not RollEntry.objects.exclude(struck_at=None).exists()
    assert "Waits for a second person" not in text(office, f"{rolls}people/{entry.pk}/")


def test_an_account_is_separated_from_its_line(office, rolls, open_vote):
    entry = RollEntry.objects.filter(roll=open_vote.box.roll).exclude(account=None).first()
    address = f"{rolls}people/{entry.pk}/"
    assert "Separate the account" in text(office, address)
    assert office.post(f"{address}unmatch/").status_code == 422, "without a reason"
    office.post(f"{address}unmatch/", {"unmatch-reason": "two people of one name"})
    assert "two people of one name" in text(office, address)
    assert "Separate the account" not in text(office, address)
    assert RollEntry.objects.get(pk=entry.pk).account is None


def test_i11_a_line_of_another_roll_is_not_here(office, open_vote):
    other = Space.objects.get(slug="prepare") if Space.objects.filter(slug="prepare").exists() else open_vote.space
    roll = other.rolls.create(title="Autre")
    entry = open_vote.entries[0]
    assert office.get(f"/office/{open_vote.space.slug}/rolls/{roll.pk}/people/{entry.pk}/").status_code == 404
