"""Sign-up, log-in, a forgotten password: equal answers to strangers, links that work once, tries that are counted."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from server.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "place haute 1794", "fontaine et lavoir 88"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def letters(settings):
    """A town whose letters leave, and no tries counted yet."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    cache.clear()
    mail.outbox.clear()


@pytest.fixture
def zelie() -> User:
    user = User.objects.create_user("zelie@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def told(answer) -> tuple[int, str, str]:
    """What a stranger sees: status, where it leads, the page without what differs by nature."""
    page = re.sub(r'(value|content)="[^"]*"|[\w.]+@example\.org|\?v=\w+|nonce-\S+', "", answer.content.decode())
    return answer.status_code, answer.get("Location", ""), page


def links(path: str) -> list[str]:
    return re.findall(rf"https?://[^/]+({path}\S+)", mail.outbox[-1].body)


def test_x14_signing_up_tells_nobody_who_has_an_account(zelie):
    answers = [
        told(Client().post("/accounts/signup/", {"email": email, "password1": NEW}))
        for email in (zelie.email, "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["zelie@example.org"], ["nobody@example.org"]]

    zelie.refresh_from_db()
    assert zelie.check_password(PASSWORD)


def test_an_account_is_of_use_once_its_address_is_confirmed(browser):
    browser.post("/accounts/signup/", {"email": "new@example.org", "password1": NEW})
    assert browser.get("/account/").status_code == 302, "not logged in yet"
    (link,) = links("/accounts/confirm-email/")
    browser.post(link)
    answer = browser.post("/accounts/login/", {"login": "new@example.org", "password": NEW})
    assert answer.status_code == 302 and browser.get("/account/").status_code == 200


def test_x14_a_forgotten_password_is_answered_alike_for_everyone(zelie):
    answers = [told(Client().post(RESET, {"email": email})) for email in (zelie.email, "nobody@example.org")]
    assert answers[0] == answers[1] and answers[0][0] == 302


def reset_link(email: str) -> str:
    Client().post(RESET, {"email": email})
    (link,) = links(f"{RESET}key/")
    return link


def set_password(link: str, password: str) -> bool:
    """Open the link as a browser does, and type a new password; whether the page offered to."""
    browser = Client(headers={"accept-language": "en"})
    page = browser.get(link, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else link
    if 'name="password1"' not in page.content.decode():
        browser.post(form, {"password1": password, "password2": password})
        return False
    return browser.post(form, {"password1": password, "password2": password}).status_code == 302


def test_x14_a_link_for_a_new_password_works_once(zelie):
    link = reset_link(zelie.email)
    assert set_password(link, NEW)
    zelie.refresh_from_db()
    assert zelie.check_password(NEW)
    assert not set_password(link, "somebody else 77")
    zelie.refresh_from_db()
    assert zelie.check_password(NEW)


def test_x14_a_link_for_a_new_password_grows_old(zelie, settings):
    link = reset_link(zelie.email)
    later = timezone.now() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT, hours=3)
    with time_machine.travel(later):
        assert not set_password(link, NEW)
    zelie.refresh_from_db()
    assert zelie.check_password(PASSWORD)


def test_x14_a_link_for_a_new_password_is_of_one_account_and_one_state_of_it(zelie):
    other = User.objects.create_user("other@example.org", PASSWORD)
    link = reset_link(zelie.email)
    key = link.rstrip("/").rsplit("/", 1)[-1].partition("-")[2]
    assert not set_password(f"{RESET}key/{user_pk_to_url_str(other)}-{key}/", NEW)
    zelie.set_password(NEW)  # changed in another way meanwhile
    zelie.save()
    assert not set_password(link, "somebody else 77")
    other.refresh_from_db()
    assert other.check_password(PASSWORD)


def log_in(email: str, password: str, **more: str) -> str:
    answer = Client(headers={"accept-language": "en"}).post(
        "/accounts/login/", {"login": email, "password": password}, **more
    )
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_a_password_is_not_guessed_one_after_the_other(zelie):
    said = [log_in(zelie.email, f"guess {number}") for number in range(8)]
    assert "in" not in said and "Too many failed" in said[-1] and "Too many failed" not in said[0]
    assert log_in(zelie.email, PASSWORD) != "in", "not even the right one, for a while"


def test_x16_who_invents_addresses_is_counted_as_one(zelie):
    """Each try names another account and claims another origin; the wait comes all the same."""
    said = [
        log_in(f"person{number}@example.org", "guess", HTTP_X_FORWARDED_FOR=f"9.9.9.{number}") for number in range(14)
    ]
    assert "Too many failed" in said[-1]
    assert log_in(zelie.email, PASSWORD, REMOTE_ADDR="198.51.100.7") == "in", "another address is not kept out"


def test_wrong_address_and_wrong_password_are_told_alike(zelie):
    pages = [
        told(Client(headers={"accept-language": "en"}).post("/accounts/login/", {"login": email, "password": "guess"}))
        for email in (zelie.email, "nobody@example.org")
    ]
    assert pages[0] == pages[1]
