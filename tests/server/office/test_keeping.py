"""What is kept for contests, in the office and on the public page: the day is said, put off, and past."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from server.processes.days import day_begun
from server.processes.models import Component, Space
from server.voting.models import Box
from tests.server.votes import make_vote, noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def certified(client):
    vote = make_vote(passes=0, letters=False)
    vote.finish()
    for kind in (Space, Component):
        kind.objects.update(published_at=timezone.now())
    vote.officer.is_superuser = vote.officer.is_staff = True
    vote.officer.save()
    client.force_login(vote.officer)
    return vote.refresh()


def test_the_day_is_announced_to_everyone_in_their_language(client, certified):
    day = certified.box.destroy_on
    page = client.get(f"{certified.box.get_absolute_url()}result/", headers={"accept-language": "fr"}).content.decode()
    with translation.override("fr"):
        assert "conservés pour les recours jusqu’au" in page and f"{day:%Y}" in page


def test_an_organiser_puts_the_day_off_with_a_reason(client, certified):
    later = certified.box.destroy_on + dt.timedelta(days=10)
    address = f"/office/boxes/{certified.box.ref}/keep/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"until": later.isoformat(), "reason": "TA 17"}).status_code == 302
    assert certified.refresh().box.destroy_on == later


@pytest.mark.parametrize(
    ("until", "reason"), [("", "x"), ("yesterday", "x"), ("2001-01-01", "x"), ("9999-12-31", "x"), ("2090-01-01", "")]
)
def test_what_is_no_later_day_is_refused_beside_the_field(client, certified, until, reason):
    answer = client.post(f"/office/boxes/{certified.box.ref}/keep/", {"until": until, "reason": reason})
    assert answer.status_code == 422 and b'aria-invalid="true"' in answer.content
    assert certified.refresh().box.kept_until is None


def test_when_the_day_is_past_every_page_says_so_and_works(client, certified):
    Box.objects.update(certified_at=noon(60))
    day_begun.send_robust(sender=None, day=timezone.localdate())
    box = certified.refresh().box
    roll = f"/office/{box.space.slug}/rolls/{box.roll_id}/"
    for address in (f"/office/boxes/{box.ref}/", f"{box.get_absolute_url()}result/", roll):
        assert b"destroyed on" in client.get(address, headers={"accept-language": "en"}).content, address
    assert client.get(f"/office/boxes/{box.ref}/keep/").status_code == 302
    assert b"Nom2" not in client.get(roll).content
    closing = reverse("office_closing:box", args=[box.ref])
    for address in (closing, f"/office/{box.space.slug}/", f"{box.get_absolute_url()}check/"):
        assert client.get(address).status_code == 200, address
