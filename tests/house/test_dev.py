"""The script that installs and runs, and the tool that collects sentences."""

from __future__ import annotations

import shutil
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.test import Client

from tools import dev, messages

ENTRY = """
#, fuzzy
msgid "Close the session"
msgstr "Clore la séance"
"""


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "PARVIS_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARVIS_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_the_demo_runs_as_production_does_and_tells_its_own_port(bare_environment: Path):
    chosen = dev.demo_settings("8123")
    assert chosen["DEBUG"] == "0"
    assert chosen["PARVIS_ORIGIN"] == "http://localhost:8123"
    assert "localhost" in chosen["ALLOWED_HOSTS"].split(",")


def test_the_demo_keeps_one_secret_that_only_its_owner_reads(bare_environment: Path):
    first, again = dev.demo_settings("8000"), dev.demo_settings("8000")
    assert first["SECRET_KEY"] == again["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE((bare_environment / "secret_key").stat().st_mode) == 0o600


def test_what_the_environment_says_wins_over_the_demo(bare_environment: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEBUG", "1")
    monkeypatch.setenv("PARVIS_ORIGIN", "http://localhost:9999")
    assert dev.demo_settings("8000") == {}
    assert not (bare_environment / "secret_key").exists()


def test_a_summary_fails_when_one_part_failed(capsys: pytest.CaptureFixture[str]):
    assert dev.summary({"Python": "passed (3 s)", "Browser": "SKIPPED: no Chromium"}) == 0
    assert dev.summary({"Python": "passed (3 s)", "Browser": "FAILED (9 s)"}) == 1
    assert "SKIPPED: no Chromium" in capsys.readouterr().out


def test_a_required_browser_that_is_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dev, "install", lambda kind: None)
    monkeypatch.setattr(dev, "call", lambda *command, **environment: 0)
    monkeypatch.setattr(dev, "chromium", lambda: "")
    monkeypatch.setattr(dev, "node", lambda: "node")
    monkeypatch.setattr(dev, "postgres", lambda: nullcontext("postgres://nowhere"), raising=False)
    monkeypatch.delenv("REQUIRE_E2E", raising=False)
    assert dev.test([]) == 0
    monkeypatch.setenv("REQUIRE_E2E", "1")
    assert dev.test([]) == 1


def test_a_fuzzy_sentence_is_not_compiled(tmp_path: Path):
    path = tmp_path / "django.po"
    path.write_text(ENTRY, encoding="utf-8")
    assert [entry.is_fuzzy for entry in messages.read_po(path)] == [True]
    messages.compile_po(path)
    assert b"Clore" not in path.with_suffix(".mo").read_bytes()


needs_gettext = pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is missing: nothing can be collected")


@needs_gettext
def test_checking_finds_a_sentence_that_nobody_collected_and_leaves_the_catalogue_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = messages.FRENCH.read_bytes()
    known = next(e for e in messages.read_po(messages.FRENCH) if e.parts["msgid"] == "You are here")
    text = messages.FRENCH.read_text(encoding="utf-8")
    catalogue = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    forgotten = f'msgid "You are here"\nmsgstr "{known.translations[0]}"\n\n'
    assert forgotten in text
    catalogue.write_text(text.replace(forgotten, ""), encoding="utf-8")
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "FRENCH", catalogue)
    assert "not collected (make messages): 'You are here'" in messages.problems()
    assert "You are here" not in catalogue.read_text(encoding="utf-8")
    assert (messages.ROOT / "server/locale/fr/LC_MESSAGES/django.po").read_bytes() == before


@needs_gettext
def test_collecting_guesses_no_translation_from_a_sentence_that_looks_alike(tmp_path: Path):
    entries = messages.read_po(messages.FRENCH)
    known = next(e for e in entries if len(e.parts["msgid"]) > 30 and "msgid_plural" not in e.parts)
    catalogue = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    text = messages.FRENCH.read_text(encoding="utf-8")
    asked = f'msgid "{known.parts["msgid"]}"'
    assert asked in text
    catalogue.write_text(text.replace(asked, asked[:-1] + '!"'), encoding="utf-8")
    messages.collect(tmp_path)
    found = {e.key: e for e in messages.read_po(catalogue)}
    assert found[known.key].translations == [""]
    assert not any(e.is_fuzzy for e in found.values())


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_a_form_of_the_accounts_carries_its_token_once(client: Client, address: str):
    html = client.get(address).content.decode()
    form = html[html.index("<main") : html.index("</main>")]
    assert form.count("csrfmiddlewaretoken") == 1


@pytest.mark.django_db
def test_the_square_answers_those_who_ask_only_whether_it_is_there(client: Client):
    assert client.head("/").status_code == 200


def test_a_python_that_cannot_make_environments_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    half_made = tmp_path / ".venv"
    half_made.mkdir()
    monkeypatch.setattr(dev, "VENV", half_made)
    monkeypatch.setattr(dev, "PYTHON", half_made / "bin" / "python")
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    monkeypatch.setattr(dev, "call", lambda *command, **environment: 1)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        dev.make_environment()
    assert not half_made.exists()
