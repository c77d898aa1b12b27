"""What keeps the house in order: locks, documents that list things, translations, settings, addresses."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from server.web.plain_text import NothingHidden
from tools import errors, messages

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["run.lock.txt", "dev.lock.txt"])
def test_a_lock_names_no_host_and_every_library_has_hashes(name):
    text = (ROOT / "requirements" / name).read_text()
    assert "http" not in text
    pins = re.findall(r"^[a-z0-9-]+(?:\[[a-z,-]+\])?==[^\s]+.*\\$", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_every_refusal_is_listed_with_its_sentence():
    assert errors.PAGE.read_text(encoding="utf-8") == errors.page(), "run: python -m tools.errors"


def test_codes_of_refusals_are_stable_words():
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in errors.refusals())


def test_every_sentence_has_its_french():
    assert messages.problems() == []


def test_compiled_messages_are_what_the_catalogue_says(tmp_path):
    copy = tmp_path / "django.po"
    copy.write_text(messages.FRENCH.read_text(encoding="utf-8"), encoding="utf-8")
    messages.compile_po(copy)
    import gettext

    with copy.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    singular = next(e for e in messages.read_po(copy) if e.parts["msgid"] and "msgid_plural" not in e.parts)
    assert catalogue.gettext(singular.parts["msgid"]) == singular.translations[0]


class TestPages:
    pytestmark = pytest.mark.django_db

    def test_french_and_english_from_the_first_page(self, client: Client):
        assert "Se connecter" in client.get("/", headers={"Accept-Language": "fr"}).content.decode()
        assert "Log in" in client.get("/", headers={"Accept-Language": "en"}).content.decode()

    def test_the_language_can_be_chosen_and_stays(self, client: Client):
        client.post(reverse("set_language"), {"language": "en", "next": "/"}, headers={"Accept-Language": "fr"})
        assert b'lang="en"' in client.get("/", headers={"Accept-Language": "fr"}).content

    def test_display_choices_are_on_the_page_without_javascript(self, client: Client):
        client.post(reverse("web:display"), {"theme": "dark", "size": "3", "contrast": "nonsense", "next": "/"})
        page = client.get("/").content.decode()
        assert 'data-theme="dark"' in page
        assert 'data-size="3"' in page
        assert "data-contrast" not in page

    def test_the_display_form_leads_to_our_own_pages_only(self, client: Client):
        answer = client.post(reverse("web:display"), {"next": "https://elsewhere.example/"})
        assert answer.headers["Location"] == "/"

    def test_x20_our_policy_allows_no_inline_script_and_no_foreign_origin(self, client: Client):
        policy = client.get("/").headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy
        assert "'unsafe-eval'" not in policy
        assert "default-src 'self'" in policy

    @pytest.mark.parametrize("address", ["/", "/accounts/login/", "/accounts/signup/", "/offline/", "/receipt/"])
    def test_pages_hold_no_inline_script_or_style(self, client: Client, address):
        page = client.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert " style=" not in page
        assert not re.search(r"\son[a-z]+=", page)

    def test_the_manifest_of_the_site_is_ours(self, client: Client):
        manifest = client.get("/manifest.json").json()
        assert manifest["id"] == "/"
        assert manifest["icons"][0]["src"].startswith("/static/icons/")

    def test_x11_forms_without_their_token_are_refused(self):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(reverse("web:display"), {}).status_code == 403

    def test_what_is_not_there_says_so_in_the_readers_language(self, client: Client):
        answer = client.get("/no/such/page/", headers={"Accept-Language": "fr"})
        assert answer.status_code == 404


def every_form(of: type) -> Iterator[type]:
    for one in of.__subclasses__():
        yield one
        yield from every_form(one)


@pytest.fixture(scope="module")
def forms_of_ours() -> list[type]:
    for path in sorted((ROOT / "server").rglob("*.py")):
        if "forms" in path.stem or path.stem in ("contact", "views_office"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = [form for form in every_form(BaseForm) if form.__module__.startswith("server.")]
    ours = [form for form in ours if form is not NothingHidden]
    assert len(ours) > 40
    return ours


def test_every_field_has_help_beside_it(forms_of_ours):
    """What happens with what is written, and where it is shown: nobody should have to guess."""
    fields = [(form, name, one) for form in forms_of_ours for name, one in getattr(form, "base_fields", {}).items()]
    seen = [(form, name, one) for form, name, one in fields if not one.widget.is_hidden]
    assert len(seen) > 140
    assert [f"{form.__qualname__}.{name}" for form, name, one in seen if not one.help_text] == []


def test_x22_every_form_of_ours_refuses_what_cannot_be_seen(forms_of_ours):
    """By what they are all made of, so that no field can be forgotten."""
    ours = forms_of_ours
    assert [form.__qualname__ for form in ours if not issubclass(form, NothingHidden)] == []
