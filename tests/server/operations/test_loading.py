"""All pages are loaded before the first visitor comes: by daphne's process as by page workers."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.urls import clear_url_caches, get_resolver

from server.operations import loading, pages, serving


@pytest.fixture
def steps(monkeypatch) -> list[str]:
    """What a process that is started does, in its order, without serving anybody."""
    done: list[str] = []
    monkeypatch.setattr(serving, "serve_application", lambda *_what, **_how: done.append("serve"))
    monkeypatch.setattr(serving, "leave", lambda: None)
    monkeypatch.setattr(pages, "keep_lines", lambda: None)
    for module in (serving, pages):
        monkeypatch.setattr(module, "load_pages", lambda: done.append("load"))
    return done


def test_they_are_loaded_before_it_serves(steps):
    serving.serve(port=1, bind="127.0.0.1", has_worker=False)
    assert steps == ["load", "serve"]


def test_page_workers_load_them_with_the_application(steps):
    assert callable(pages.Pages.load(cast(pages.Pages, None)))
    assert steps == ["load"]


def test_an_address_is_known_without_a_request():
    clear_url_caches()
    loading.load_pages()
    assert vars(get_resolver())["_populated"]


def test_what_cannot_be_loaded_stops_the_process_before_anybody_is_served(settings: Any):
    settings.ROOT_URLCONF = "server.config.no_such_urls"
    with pytest.raises(ImportError):
        loading.load_pages()
