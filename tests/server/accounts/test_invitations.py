"""Inviting people to work here. Row X14: links that are used, expired, taken back or made up open nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.office.models import Act
from server.processes.models import Invitation, SpaceRole
from server.web.town.build import PASSWORD

from .test_own_account import ENGLISH, logged_in

DESK = {"email": "new@villeneuve.example", "role": "desk"}


@pytest.fixture
def town(standing_town):
    return standing_town


@pytest.fixture
def organiser(town) -> Client:
    return logged_in(town.staff["organiser"])


@pytest.fixture
def home(town) -> str:
    return f"/office/{town.running.space.slug}/team/invite/"


def link_of(letter) -> str:
    (link,) = re.findall(r"https?://[^/]+(/invitation/\S+/)", letter.body)
    return link


def test_someone_without_an_account_comes_to_work_here(organiser, home, town, mailoutbox):
    assert organiser.post(home, DESK, **ENGLISH).status_code == 302
    assert "Waiting for an answer" in organiser.get(home, **ENGLISH).content.decode()
    (letter,) = mailoutbox
    assert letter.to == ["new@villeneuve.example"] and "Desk" in letter.body
    link = link_of(letter)
    guest = Client()
    page = guest.get(link, **ENGLISH).content.decode()
    assert "Make an account" in page and "Desk" in page
    (sign_up,) = re.findall(r'href="(/accounts/signup/[^"]+)"', page)
    answer = guest.post(sign_up, {"email": "new@villeneuve.example", "password1": PASSWORD}, **ENGLISH)
    assert answer["Location"] == link
    assert guest.post(link, **ENGLISH)["Location"] == "/office/"
    new = User.objects.get(email="new@villeneuve.example")
    assert SpaceRole.objects.filter(user=new, role="desk", space=town.running.space).count() == 1
    assert EmailAddress.objects.get(user=new).verified  # the letter came to that very address
    assert "Accepted" in organiser.get(home, **ENGLISH).content.decode()


def test_x14_a_link_opens_once(organiser, home, town, mailoutbox):
    organiser.post(home, DESK, **ENGLISH)
    link = link_of(mailoutbox[0])
    first, second = logged_in(town.residents["ines"]), logged_in(town.residents["paul"])
    assert first.post(link, **ENGLISH).status_code == 302
    for answer in (second.get(link, **ENGLISH), second.post(link, **ENGLISH)):
        assert answer.status_code == 409 and "answered already" in answer.content.decode()
    assert not SpaceRole.objects.filter(user=town.residents["paul"]).exists()
    # Another address than the one invited: the part is given, the address is proved by nothing.
    assert not EmailAddress.objects.filter(user=town.residents["ines"], verified=True).exists()


def test_x14_a_link_is_good_for_a_fortnight(organiser, home, town, mailoutbox):
    organiser.post(home, DESK, **ENGLISH)
    link = link_of(mailoutbox[0])
    with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1), tick=False):
        answer = Client().get(link, **ENGLISH)
        assert answer.status_code == 410 and "has expired" in answer.content.decode()
    assert Client().get(link, **ENGLISH).status_code == 200


def test_x14_a_link_taken_back_or_replaced_or_made_up_is_unknown(organiser, home, mailoutbox):
    organiser.post(home, DESK, **ENGLISH)
    organiser.post(home, DESK, **ENGLISH)
    old, new = (link_of(letter) for letter in mailoutbox)
    assert Client().get(old, **ENGLISH).status_code == 404
    waiting = Invitation.objects.get(revoked_at=None)
    organiser.post(f"/office/invitations/{waiting.pk}/revoke/", **ENGLISH)
    for link in (new, "/invitation/x/", f"/invitation/{'A' * 5000}/", "/invitation/%00/", "/invitation/<script>/"):
        answer = Client().get(link, **ENGLISH)
        assert answer.status_code == 404, link
        assert b"<script>/" not in answer.content


def test_looking_at_a_link_gives_nothing(organiser, home, town, mailoutbox):
    """Programs that read mail follow every link."""
    organiser.post(home, DESK, **ENGLISH)
    reader = logged_in(town.residents["ines"])
    assert reader.get(link_of(mailoutbox[0]), **ENGLISH).status_code == 200
    assert Client().post(link_of(mailoutbox[0]), **ENGLISH).status_code == 200
    assert not SpaceRole.objects.filter(user=town.residents["ines"]).exists()
    assert not Invitation.objects.filter(accepted_at__isnull=False).exists()


def test_where_no_letter_leaves_the_link_is_shown_once(organiser, home, settings, town):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    organiser.post(home, {**DESK, "email": "ines@villeneuve.example"}, **ENGLISH)
    page = organiser.get(home, **ENGLISH).content.decode()
    (link,) = re.findall(r"http[^<]+(/invitation/[^<]+/)", page)
    assert "/invitation/" not in organiser.get(home, **ENGLISH).content.decode()
    assert logged_in(town.residents["ines"]).post(link, **ENGLISH).status_code == 302
    # Somebody else saw this link: it confirms no address.
    assert not EmailAddress.objects.filter(user=town.residents["ines"], verified=True).exists()


def test_a_mail_server_that_refuses_loses_nothing(organiser, home, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    organiser.post(home, DESK, **ENGLISH)
    assert "No letter could be sent" in organiser.get(home, **ENGLISH).content.decode()


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "x" * 250 + "@villeneuve.example", "a@villeneuve.example\nBcc: b@c.example"]
)
def test_what_is_no_address_is_refused(organiser, home, email, mailoutbox):
    assert organiser.post(home, {"email": email, "role": "desk"}, **ENGLISH).status_code == 400
    assert not mailoutbox and not Invitation.objects.exists()


def test_only_organisers_invite_and_only_to_their_space(town, home):
    for user in (town.staff["desk"], town.residents["ines"]):
        assert logged_in(user).post(home, DESK).status_code == 404
    assert Client().post(home, DESK)["Location"].startswith("/accounts/login/")
    assert logged_in(town.staff["organiser"]).get("/office/people/").status_code == 404
    assert not Invitation.objects.exists()


def test_administrators_name_and_dismiss_each_other(town, mailoutbox):
    first = logged_in(User.objects.create_superuser("first@villeneuve.example", PASSWORD))
    assert first.post("/office/people/", {"email": "ines@villeneuve.example"}, **ENGLISH).status_code == 302
    ines = logged_in(town.residents["ines"])
    ines.post(link_of(mailoutbox[0]), **ENGLISH)
    assert ines.get("/office/people/", **ENGLISH).status_code == 200
    founder = User.objects.get(email="first@villeneuve.example")
    assert ines.post(f"/office/people/{founder.pk}/dismiss/", **ENGLISH).status_code == 302
    assert first.get("/office/people/").status_code == 404
    answer = ines.post(f"/office/people/{town.residents['ines'].pk}/dismiss/", **ENGLISH)
    assert answer.status_code == 409 and "the last that looks after" in answer.content.decode()
    deeds = set(Act.objects.values_list("deed", flat=True))
    assert {"person.invited", "administrator.named", "administrator.dismissed"} <= deeds
