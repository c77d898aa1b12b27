"""The pages at the foot of the site: what they say, who may change it, and the message that somebody sends."""

from __future__ import annotations

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.cache import cache

from server.accounts.holdings import holdings
from server.accounts.models import User
from server.office.models import Act
from server.web.contact import MOST_FROM_ONE
from server.web.models import SiteFacts, SiteText
from server.web.site_texts import as_html, filled, our_text
from tests.server.hostile import POLYGLOT
from tests.server.office.conftest import login

pytestmark = pytest.mark.django_db
PAGES = ["legal", "privacy", "accessibility", "contact"]
AUDIT = {
    "audited_on": "2026-09-30", "audited_by": "Cabinet Vermeil", "audit_rate": "72",
    "audit_pages": "home, ballot, result", "audit_findings": "4.1.2", "accessibility_plan": "",
}  # fmt: skip
GIVEN = {"email": "lea@example.org", "subject": "Le lavoir", "message": "Quand ouvre-t-il ?\nMerci"}


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def mailbox():
    SiteFacts.objects.create(pk=1, email="mairie@villeneuve.example")


@pytest.fixture
def staff():
    return login(User.objects.create_superuser("staff@example.org"))


def text(client, name: str, language: str = "en") -> str:
    answer = client.get(f"/{name}/", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_exists_before_anyone_writes_it(client, name, language):
    page = text(client, name, language)
    assert page.count("<h1>") == 1 and "Villeneuve-sur-Aure" in page
    assert not re.search(r"\{[a-z_]+\}", page), "every word in braces is filled"
    assert 'lang="fr" dir="auto"' not in page
    if name != "privacy" or language == "fr":
        assert ("not said this yet" if language == "en" else "pas encore dit") in page


def test_every_page_leads_to_them_and_says_how_accessible_it_is(client):
    foot = text(client, "search")
    assert all(f'href="/{name}/"' in foot for name in PAGES)
    assert "Accessibility: not compliant" in foot


def test_words_in_braces_stand_for_facts_and_nothing_else():
    facts = SiteFacts(email="a@b.example", postal_address="1 *rue*\n99000 [Ville](https://evil.example)")
    html = as_html(filled("{email} {nobody} {postal_address}", facts))
    assert 'href="mailto:a@b.example"' in html and "{nobody} 1 *rue*<br" in html and html.count("<a") == 1


@pytest.mark.parametrize(
    "wild",
    [
        POLYGLOT,
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://e.example/x.png)",
        "# a\n" * 3000,
    ],
)
def test_a_text_never_becomes_more_than_plain_elements(wild):
    """X5: whoever writes the texts of the site writes no scripts into it."""
    html = as_html(wild)
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {"p", "h2", "ul", "li", "a", "strong", "em", "code", "br"}
    assert "javascript:" not in re.findall(r'href="([^"]*)', html)
    assert not re.search(r"<[^>]*\son\w+=", html)


def test_staff_put_their_own_text_in_the_place_of_ours_and_take_it_back(client, staff):
    own = {"text_fr": "# Chez nous\n\nMentions de la ville", "text_en": ""}
    assert staff.post("/office/site/legal/", own).status_code == 302
    english = text(client, "legal")
    assert "<h2>Chez nous</h2>" in english and 'lang="fr" dir="auto"' in english
    assert 'lang="fr" dir="auto"' not in text(client, "legal", "fr")
    assert staff.post("/office/site/legal/", {"text_fr": "", "text_en": ""}).status_code == 302
    assert "GNU AGPL" in text(client, "legal")
    deeds = list(Act.objects.order_by("pk").values_list("deed", "subject"))
    assert deeds == [("site.text_saved", "Legal notice")] * 2


def test_our_text_saved_unchanged_is_still_ours(staff):
    ours = our_text("privacy")
    given = {f"text_{code}": ours[code].replace("\n", "\r\n") for code in ("fr", "en")}
    assert staff.post("/office/site/privacy/", given).status_code == 302
    assert not SiteText.objects.exists()


def test_the_facts_stand_on_the_pages(client, staff):
    facts = {
        "publisher": "Odile Ferrand, maire",
        "email": "mairie@villeneuve.example",
        "conformity": "partial",
        **AUDIT,
    }
    text(client, "legal")
    assert staff.post("/office/site/", facts).status_code == 302
    assert "Odile Ferrand, maire" in text(client, "legal")
    assert "Accessibility: partially compliant" in text(client, "legal")
    assert staff.post("/office/site/", {**facts, "publisher": "\u202eairam", "email": "no"}).status_code == 422
    assert SiteFacts.objects.get().publisher == "Odile Ferrand, maire"


@pytest.mark.parametrize(
    "change",
    [{"audited_on": ""}, {"audited_by": ""}, {"audit_pages": ""}, {"audit_rate": ""}, {"audit_rate": "49"},
     {"conformity": "full"}, {"audit_rate": "101"}],
)  # fmt: skip
def test_nobody_declares_more_than_an_audit_found(client, staff, change):
    answer = staff.post("/office/site/", {"conformity": "partial", **AUDIT, **change})
    assert answer.status_code == 422 and not SiteFacts.objects.exists()
    page = text(client, "accessibility")
    assert "No audit by people" in page and "not compliant" in page


def test_the_statement_tells_what_the_audit_found(client, staff):
    assert staff.post("/office/site/", {"conformity": "partial", **AUDIT}).status_code == 302
    page = text(client, "accessibility")
    for words in ("partially compliant", "72 %", "Cabinet Vermeil", "home, ballot, result", "4.1.2", "No audit"):
        assert (words in page) == (words != "No audit"), words


def test_the_page_on_personal_data_speaks_of_everything_that_is_held():
    """Each list of people's data that some room keeps is named in both languages; a new one must be written about."""
    spoken_of = {
        "account": ("account", "compte"), "addresses": ("e-mail address", "adresse de courriel"),
        "second_factors": ("second factor", "second facteur"), "other_logins": ("another service", "autre service"),
        "logged_in": ("internet address", "adresse internet"), "roles": ("What staff do", "Ce que fait le personnel"),
        "rolls": ("The roll", "La liste"), "presence": ("voted in person", "voté en personne"),
        "acts": ("What staff do", "Ce que fait le personnel"), "invitations": ("Invitations", "Les invitations"),
        "named_in": ("What staff do", "Ce que fait le personnel"),
        "asked_about_on_rolls": ("matched", "relié"), "proposals": ("What you propose", "Ce que vous proposez"),
        "endorsed": ("endorse", "soutenez"), "comments": ("write about it", "écrivez à son sujet"),
        "found_useful": ("find useful", "trouvez utile"), "reports": ("report", "signalez"),
        "blocks": ("kept from writing", "empêché d’écrire"), "memberships": ("member of", "membre d"),
        "follows": ("What you follow", "Ce que vous suivez"), "notices": ("told about it", "vous en a été annoncé"),
        "wishes": ("wish to be told", "souhaitez être informé"), "files": ("and documents", "et documents"),
        "signed_with_others": ("sign with others", "signez avec d’autres"),
        "cards_typed_in": ("typed it in", "l’a recopiée"), "cards_looked_at": ("looked at", "a regardé"),
        "cards_sent_in": ("who sent it in", "l’a envoyée"),
    }  # fmt: skip
    held = holdings(User.objects.create_user("a@example.org"))
    assert set(held) == set(spoken_of)
    ours = our_text("privacy")
    for english, french in spoken_of.values():
        assert english in ours["en"] and french in ours["fr"]
    for words in ("not on the roll", "object to a vote", "images"):
        assert words in ours["en"]


def test_others_do_not_find_the_texts_office(client, town):
    for somebody in (login(town.staff["organiser"]), login(town.residents["ines"])):
        for path in ("/office/site/", "/office/site/legal/"):
            assert somebody.get(path).status_code == somebody.post(path, {"text_fr": "x"}).status_code == 404
    assert client.get("/office/site/").status_code == 302


def test_a_message_is_mailed_with_the_address_for_the_answer(client, mailbox):
    answer = client.post("/contact/", GIVEN, follow=True, headers={"accept-language": "en"})
    assert "on its way" in answer.content.decode()
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to, sent.subject) == (["mairie@villeneuve.example"], ["lea@example.org"], "Le lavoir")
    assert sent.body.startswith("Quand ouvre-t-il ?\r\nMerci") or sent.body.startswith("Quand ouvre-t-il ?\nMerci")


def test_without_mail_the_page_tells_how_else_to_reach_the_town(client, mailbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = text(client, "contact")
    assert "<textarea" not in page and "mairie@villeneuve.example" in page
    assert client.post("/contact/", GIVEN).status_code == 200
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    SiteFacts.objects.all().delete()
    assert "<textarea" not in text(client, "contact")


def test_messages_from_one_place_are_few_in_an_hour(client, mailbox):
    for _message in range(MOST_FROM_ONE):
        assert client.post("/contact/", GIVEN).status_code == 302
    refused = client.post("/contact/", GIVEN, headers={"accept-language": "en"})
    assert refused.status_code == 429 and "Merci" in refused.content.decode()
    assert len(mail.outbox) == MOST_FROM_ONE


def test_a_message_that_cannot_be_sent_stays_in_the_form(client, mailbox, monkeypatch):
    def fail(*_args: object, **_facts: object) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    answer = client.post("/contact/", GIVEN, headers={"accept-language": "en"})
    assert answer.status_code == 503 and "Merci" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "wild"),
    [
        ("subject", "Bonjour\r\nBcc: all@example.org"),
        ("subject", "\u202eabc"),
        ("subject", "a\0b"),
        ("email", "x@example.org\nBcc: y@example.org"),
        ("email", "nobody"),
        ("message", "a" * 6000),
        ("message", "a\0b"),
        ("message", ""),
    ],
)
def test_wild_messages_are_refused_in_words(client, mailbox, name, wild):
    """X5, X22: no header is smuggled into the mail."""
    answer = client.post("/contact/", {**GIVEN, name: wild})
    assert answer.status_code in (302, 422)
    assert all("\nBcc" not in str(sent.message()) for sent in mail.outbox)
    assert answer.status_code == 422 or name == "subject"
