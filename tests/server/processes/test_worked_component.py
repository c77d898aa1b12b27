"""The worked example of ``docs/components.md``, built as it stands there and used by an organiser and by a reader."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import clear_url_caches, include, path
from django.utils import timezone

import server
from server.config import urls
from server.processes import component_types
from server.processes.document_checks import read_document
from server.processes.document_words import SENTENCES
from server.processes.models import Component, Space

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[3] / "docs"
FILES = re.compile(r"^`(server/countdowns/[\w/.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HERE = "/office/prepare/components/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def countdowns(tmp_path, monkeypatch, settings) -> Iterator[None]:
    """The room of that page: its files, a line in INSTALLED_APPS, a line in the addresses."""
    files = dict(FILES.findall((DOCS / "components.md").read_text(encoding="utf-8")))
    assert len(files) == 7
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(server, "__path__", [*server.__path__, str(tmp_path / "server")])
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "server.countdowns"]
    with_it = types.ModuleType("urls_with_countdowns")
    with_it.urlpatterns = [*urls.urlpatterns, path("", include("server.countdowns.urls"))]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, with_it.__name__, with_it)
    settings.ROOT_URLCONF = with_it.__name__
    clear_url_caches()
    yield
    component_types.TYPES.pop("countdown", None)
    for name in [name for name in sys.modules if name.startswith("server.countdowns")]:
        del sys.modules[name]
    monkeypatch.undo()
    clear_url_caches()


def test_the_worked_example_is_offered_set_up_published_and_shown(organiser, client, space, countdowns):
    page = organiser.get(f"{HERE}add/").content.decode()
    assert "Countdown" in page and "The days that are left until a day that matters." in page
    assert organiser.post(f"{HERE}add/", {"kind": "countdown", "title_en": "Until the vote"}).status_code == 302
    component = Component.objects.get()
    assert "The day that is counted down to." in organiser.get(f"{HERE}{component.pk}/").content.decode()
    wrong = organiser.post(f"{HERE}{component.pk}/", {"title_en": "Until the vote", "set-day": "soon"})
    assert wrong.status_code == 400
    day = timezone.localdate() + timedelta(days=12)
    facts = {"title_en": "Until the vote", "set-day": day.isoformat(), "set-words_en": "the vote begins"}
    assert organiser.post(f"{HERE}{component.pk}/", facts).status_code == 302
    component.refresh_from_db()
    assert component.settings == {"day": day.isoformat(), "words": {"en": "the vote begins"}}
    assert f'value="{day}"' in organiser.get(f"{HERE}{component.pk}/").content.decode()

    Space.objects.update(published_at=timezone.now())
    own = f"/spaces/prepare/countdowns/{component.pk}/"
    assert client.get(own).status_code == 404  # a draft
    organiser.post(f"{HERE}{component.pk}/show/", {"public": "1"})
    public = client.get("/spaces/prepare/", headers=ENGLISH).content.decode()
    assert "12 days left" in public and "the vote begins" in public and own in public
    assert "12 days left" in client.get(own, headers=ENGLISH).content.decode()
    assert own in organiser.get(HERE).content.decode() or component.get_absolute_url() == own

    organiser.post("/office/prepare/copy/", {"title_en": "Next", "slug": "next"})
    assert Component.objects.get(space__slug="next").settings == component.settings


def test_the_file_that_is_shown_as_an_example_can_be_read():
    text = (DOCS / "spaces.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    document = read_document(example.encode())
    assert [len(document.components), len(document.phases), len(document.taxons)] == [2, 2, 1]


def test_the_page_of_the_file_names_every_fault():
    text = (DOCS / "spaces.md").read_text(encoding="utf-8")
    assert [code for code in SENTENCES if f"`{code}`" not in text] == []
