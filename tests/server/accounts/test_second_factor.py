"""Staff prove who they are twice, where the installation asks for it."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from server.accounts.templatetags.accounts import browser
from server.web.town.build import PASSWORD

from .test_own_account import ENGLISH, logged_in


@pytest.fixture
def strict(settings):
    settings.PARVIS_STAFF_MFA = True


@pytest.fixture(autouse=True)
def clock_of_codes(monkeypatch):
    """The clock of the app's codes stands: a code is good for thirty seconds, which may end between two lines."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def organiser(town):
    user = town.staff["organiser"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up(client: Client) -> str:
    """Set up an app as a person would: read the secret on the page, type its code. Returns the secret."""
    page = client.get("/accounts/2fa/totp/activate/", **ENGLISH).content.decode()
    (secret,) = re.findall(r'id="authenticator_secret"[^>]* value="([A-Z2-7]+)"', page)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, **ENGLISH).status_code == 302
    return secret


def test_staff_without_a_second_factor_are_led_to_it(strict, organiser):
    client = logged_in(organiser, is_sure=True)
    for room in ("/office/", "/office/budget-du-centre/", "/desk/"):
        assert client.get(room)["Location"] == "/accounts/2fa/totp/activate/"
    secret = set_up(client)
    assert client.get("/office/", **ENGLISH).status_code == 200
    kept = Authenticator.objects.get(user=organiser, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)  # a copy of the database alone opens nothing


def test_an_address_is_confirmed_before_the_second_factor(strict, town):
    client = logged_in(town.staff["organiser"])
    assert client.get("/office/")["Location"] == "/accounts/email/"


def test_with_a_second_factor_the_password_alone_opens_nothing(strict, organiser):
    first = logged_in(organiser, is_sure=True)
    secret = set_up(first)
    Authenticator.objects.filter(user=organiser, type=Authenticator.Type.RECOVERY_CODES).delete()
    client = Client()
    answer = client.post("/accounts/login/", {"login": organiser.email, "password": PASSWORD}, **ENGLISH)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/office/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}, **ENGLISH).status_code == 200
    assert client.get("/office/")["Location"].startswith("/accounts/login/")
    # The code that set the app up is used up; the next one is not due yet, so the used one is forgotten by hand.
    from django.core.cache import cache

    cache.clear()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}, **ENGLISH).status_code == 302
    assert client.get("/office/", **ENGLISH).status_code == 200


def test_residents_and_installations_that_do_not_ask_are_left_alone(organiser, settings, town):
    settings.PARVIS_STAFF_MFA = False
    assert logged_in(organiser).get("/office/", **ENGLISH).status_code == 200
    settings.PARVIS_STAFF_MFA = True
    assert logged_in(town.residents["ines"]).get("/me/", **ENGLISH).status_code == 200


def test_every_page_of_the_second_factor_opens(organiser):
    client = logged_in(organiser, is_sure=True)
    set_up(client)
    pages = ["", "webauthn/", "webauthn/add/", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"]
    for page in pages:
        assert client.get(f"/accounts/2fa/{page}", **ENGLISH).status_code == 200, page


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", "curl/8"),
    ],
)
def test_a_browser_has_a_name_people_know(agent, shown):
    assert browser(agent) == shown
