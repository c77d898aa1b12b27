"""The style page shows every part; parts say what they need; icons and scripts are those that exist."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from server.processes.models import Door
from server.web import style_page as style_page_module
from server.web.style_words import LANGUAGES, WORDS
from server.web.templatetags.icons import DOORS, ICONS

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
PARTS = ROOT / "server" / "web" / "templates" / "parts"
TEMPLATES = sorted((ROOT / "server").glob("*/templates/**/*.html"))
# Of the frame of every page, not of its matter.
FRAME = {"display.html", "mark.html", "messages.html", "stones.html", "frieze.html", "crumbs.html"}


def style_page(client: Client, language: str) -> str:
    answer = client.get(f"/style/{language}/")
    assert (answer.status_code, answer["Content-Language"]) == (200, language)
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_style_page_shows_every_part_in_three_languages(client, language):
    page = style_page(client, language)
    direction = "rtl" if language == "ar" else "ltr"
    assert re.search(rf'<html lang="{language}"\s+dir="{direction}"', page)
    shown = {one for template in TEMPLATES if "/style" in str(template) for one in included(template)}
    shown |= {one for part in shown if (PARTS / part).exists() for one in included(PARTS / part)}
    made_by_tags = {"field.html", "bar.html", "strokes.html"} | {part.name for part in PARTS.glob("chart_*.html")}
    assert {part.name for part in PARTS.glob("[!_]*.html")} - shown - made_by_tags - FRAME == set()
    for mark in (
        "perron",
        "phases",
        "tally",
        "choice",
        "alarm",
        "skeleton",
        "ask-first",
        "toast",
        "tab stack",
        "qr",
        "undo",
        "sorts",
        "tongues",
        "drop",
        "tray",
        "job",
    ):
        assert re.search(rf'class="[^"]*\b{mark}\b', page), mark


def included(template: Path) -> set[str]:
    return set(re.findall(r'include "parts/([\w.]+)"', template.read_text(encoding="utf-8")))


def test_an_arabic_page_is_read_from_the_right_and_says_what_it_says_in_arabic(client):
    page = style_page(client, "ar").partition("<body")[2]
    page = re.sub(r"<(script|style|code|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    said = re.findall(r">([^<]+)<", page) + re.findall(r'aria-label="([^"]+)"', page)
    latin = {word for text in said for word in re.findall(r"[A-Za-zÀ-ÿ]{3,}", unescape(text))}
    assert latin <= {"Villeneuve", "sur", "Aure", "Parvis", "Français", "English"}


def test_the_style_page_speaks_only_the_languages_it_knows(client):
    assert client.get("/style/").status_code == 200
    assert client.get("/style/xx/").status_code == 404


def test_every_word_of_the_style_page_is_said_in_every_language():
    assert all(len(said) == len(LANGUAGES) and all(said) for said in WORDS.values())
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES if "/style" in str(path))
    code = Path(style_page_module.__file__).read_text(encoding="utf-8").replace("phase_{number}", 'phase_1"')
    said = set(re.findall(r"\bw\.(\w+)", text)) | set(re.findall(r'said\[f?"(\w+)', code))
    assert {name for name in WORDS if not name.startswith("phase_")} <= said <= set(WORDS)


def test_every_part_opens_with_what_it_needs():
    for part in PARTS.glob("*.html"):
        if part.name != "mark.html":  # a drawing
            assert part.read_text(encoding="utf-8").lstrip().startswith("{% comment %}"), part.name


def test_every_sign_that_is_asked_for_is_drawn():
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert set(re.findall(r'{% icon "(\w+)"', text)) <= set(ICONS)
    assert set(re.findall(r'{% door_sign "(\w+)"', text)) <= set(DOORS)
    assert set(DOORS) == set(Door.values)


def test_files_of_style_are_those_that_pages_ask_for():
    """No style sheet is forgotten, and none is asked for in vain."""
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    asked = set(re.findall(r"css/(\w+\.css)", text))
    assert asked == {path.name for path in (ROOT / "static" / "css").glob("*.css")}
