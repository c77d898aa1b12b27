"""Whose request it is. Anyone can write a forwarding header; only the configured hop is believed (X16)."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from server.voting.wrong_codes import throttle_keys
from server.web.address import client_address, read_networks, resolve, settle_address

PROXY = read_networks(["172.30.0.0/24", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("peer", "claimed", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy of ours: what it says is nothing
        ("172.30.0.2", "198.51.100.1", "198.51.100.1"),
        ("172.30.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left part is the visitor's invention
        ("172.30.0.2", "1.1.1.1, 198.51.100.1, 172.30.0.9", "198.51.100.1"),  # two of our proxies
        ("172.30.0.2", "172.30.0.8, 172.30.0.9", "172.30.0.8"),
        ("172.30.0.2", "", "172.30.0.2"),
        ("172.30.0.2", "198.51.100.1, not an address", "172.30.0.2"),
        ("172.30.0.2", "198.51.100.1:4711", "198.51.100.1"),
        ("2001:db8::2", "[2001:4860::1]:443", "2001:4860::1"),
        ("::ffff:172.30.0.2", "::ffff:198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
        ("172.30.0.2", ",".join(["9.9.9.9"] * 5000), "9.9.9.9"),
    ],
)
def test_x16_only_the_configured_hop_is_believed(peer: str, claimed: str, found: str):
    assert resolve(peer, claimed, PROXY) == found


def test_x16_what_a_stranger_claims_is_taken_away(settings):
    settings.PARVIS_TRUSTED_PROXIES = PROXY
    forged = {"HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_REAL_IP": "1.1.1.1"}
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", **forged)
    settle_address(request)
    assert not set(forged) & set(request.META)
    assert client_address(request) == "203.0.113.7"


def test_settling_twice_is_the_same_as_once(settings):
    settings.PARVIS_TRUSTED_PROXIES = PROXY
    request = RequestFactory().get(
        "/", REMOTE_ADDR="172.30.0.2", HTTP_X_FORWARDED_FOR="1.1.1.1, 172.30.0.9, 172.30.0.8"
    )
    settle_address(request)
    settle_address(request)
    assert client_address(request) == "1.1.1.1"


@pytest.mark.django_db
def test_x16_wrong_codes_are_counted_against_the_one_who_typed_them(settings, rf: RequestFactory, client: Client):
    settings.PARVIS_TRUSTED_PROXIES = PROXY

    def key(peer: str, claimed: str) -> str:
        request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=claimed)
        request.session = client.session
        return throttle_keys(request)[1]

    assert key("203.0.113.7", "1.1.1.1") == key("203.0.113.7", "2.2.2.2"), "forging escapes nothing"
    assert key("172.30.0.2", "1.1.1.1") != key("172.30.0.2", "2.2.2.2"), "two people behind our proxy are two"


@pytest.mark.django_db
def test_x16_libraries_that_ask_for_the_peer_get_the_true_one(settings, client: Client):
    settings.PARVIS_TRUSTED_PROXIES = PROXY
    answer = client.get("/", REMOTE_ADDR="172.30.0.2", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.1"})
    assert answer.wsgi_request.META["REMOTE_ADDR"] == "198.51.100.1"
    assert "HTTP_X_FORWARDED_FOR" not in answer.wsgi_request.META
