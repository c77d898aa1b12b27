"""Logging in with another service, against one that runs: honest, dishonest, ill. Nobody gets in on a doubtful word."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from server.accounts.models import User
from server.config.oidc import oidc_origins, oidc_providers

from .fake_service import CLIENT, FakeService
from .test_own_account import ENGLISH, logged_in

CALLBACK = "/accounts/oidc/town/login/callback/"


@pytest.fixture
def service(settings, db) -> Iterator[FakeService]:
    running = FakeService()
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
        name="Ville Connect", server=running.url, client_id=CLIENT, secret="s3"
    )
    yield running
    running.stop()


def leave(client: Client, service: FakeService) -> str:
    """Press the button of the service; returns the state that it would send back."""
    away = client.post("/accounts/oidc/town/login/", **ENGLISH)
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert away["Location"].startswith(f"{service.url}/authorization?")
    assert asked["client_id"] == [CLIENT] and asked["code_challenge_method"] == ["S256"]
    service.challenge = asked["code_challenge"][0]
    return asked["state"][0]


def come_back(client: Client, service: FakeService, code: str = "good"):
    return client.get(CALLBACK, {"code": code, "state": leave(client, service)}, **ENGLISH)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_resident_logs_in_with_the_service(service, is_signed):
    service.is_signed = is_signed
    client = Client()
    assert "Ville Connect" in client.get("/accounts/login/", **ENGLISH).content.decode()
    assert come_back(client, service).status_code == 302 and is_in(client)
    lou = User.objects.get(email="lou@villeneuve.example")
    assert EmailAddress.objects.get(user=lou).verified
    # Coming again is the same account.
    again = Client()
    come_back(again, service)
    assert is_in(again) and SocialAccount.objects.count() == 1
    told = SocialAccount.objects.get().extra_data["userinfo"]
    assert set(told) <= {"sub", "email", "email_verified", "name"}


def forged(service: FakeService) -> None:
    service.signer = ec.generate_private_key(ec.SECP256R1())


def for_another_town(service: FakeService) -> None:
    service.audience = "another-town"


def of_another_service(service: FakeService) -> None:
    service.issuer = "https://elsewhere.example"


def of_two_persons(service: FakeService) -> None:
    service.sub_of_token = "8"


def without_a_number(service: FakeService) -> None:
    del service.person["sub"]


@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize("lie", [forged, for_another_town, of_another_service, of_two_persons, without_a_number])
def test_a_doubtful_word_lets_nobody_in(service, lie, is_signed):
    service.is_signed = is_signed
    lie(service)
    client = Client()
    answer = come_back(client, service)
    assert answer.status_code == 401 and not is_in(client)
    assert not User.objects.exists() and not SocialAccount.objects.exists()


def test_x14_a_state_is_good_once_and_for_its_own_browser(service):
    client, other = Client(), Client()
    state = leave(client, service)
    for stranger, said in ((other, state), (client, "made-up"), (client, "")):
        assert stranger.get(CALLBACK, {"code": "good", "state": said}, **ENGLISH).status_code == 401
        assert not is_in(stranger)
    client.get(CALLBACK, {"code": "good", "state": state}, **ENGLISH)
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(CALLBACK, {"code": "good", "state": state}, **ENGLISH)
    assert not is_in(client)


def test_a_code_that_the_service_does_not_know_lets_nobody_in(service):
    client = Client()
    assert come_back(client, service, code="bad").status_code == 401 and not is_in(client)


def test_a_service_that_is_away_says_so(service):
    service.is_down = True
    answer = Client().post("/accounts/oidc/town/login/", **ENGLISH)
    assert answer.status_code == 503 and "does not answer" in answer.content.decode()


def test_somebody_who_changed_their_mind_is_told_plainly(service):
    client = Client()
    state = leave(client, service)
    answer = client.get(CALLBACK, {"error": "access_denied", "state": state}, follow=True, **ENGLISH)
    assert answer.status_code == 200 and not is_in(client)


def test_the_address_of_an_account_that_exists_opens_it_not(service, town):
    """The account's owner ties the two together while logged in; a service's word alone does not."""
    service.person |= {"email": "ines@villeneuve.example"}
    client = Client()
    come_back(client, service)
    assert not is_in(client)
    ines = logged_in(town.residents["ines"], is_sure=True)
    assert "Ville Connect" in ines.get("/accounts/3rdparty/", **ENGLISH).content.decode()


def test_a_service_that_nobody_named_is_not_there(db):
    assert Client().post("/accounts/oidc/town/login/").status_code == 404
    assert Client().get("/accounts/oidc/%00/login/callback/").status_code == 404


def test_settings_say_all_of_a_service_or_nothing():
    assert oidc_providers(name="", server="", client_id="", secret="") == {}
    with pytest.raises(ImproperlyConfigured, match="PARVIS_OIDC_CLIENT_ID, PARVIS_OIDC_SECRET"):
        oidc_providers(name="x", server="https://id.example", client_id="", secret="")
    assert oidc_origins("https://id.example/realms/x", ["https://b.example"]) == [
        "https://id.example",
        "https://b.example",
    ]
    assert oidc_origins("", []) == []
