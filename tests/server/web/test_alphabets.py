"""X22: words in letters that look like others are named to those who prepare a vote, and nobody else's spelling is."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation

from server.processes.alphabets import LOOKS_LATIN, disguised_words, mixed_words
from server.processes.models import Space
from server.voting.models import Roll
from tests.server.office.conftest import login, organiser

__all__ = ["login", "organiser"]
LOOKS_LIKE_LAVOIR = "Lav\u043eir"  # with a Cyrillic о


IN_BOLD = "\U0001d40b\U0001d41a\U0001d42f\U0001d428\U0001d422\U0001d42b"  # letters of formulas that spell Lavoir


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Le lavoir d'été, œuvre n° 3", []),
        ("Ærøskøbing – Łódź – Đặng", []),
        ("Парк имени Горького", []),
        ("Πλατεία Ελευθερίας", []),
        ("حديقة الحي", []),
        ("東京タワー", []),
        ("Le parc Горького", []),
        (f"Le {LOOKS_LIKE_LAVOIR}", [LOOKS_LIKE_LAVOIR]),
        ("P\u0430ris et \u0391thènes", ["P\u0430ris", "\u0391thènes"]),
        (IN_BOLD, [IN_BOLD]),
        ("\uff2c\uff41\uff56\uff4f\uff49\uff52", ["\uff2c\uff41\uff56\uff4f\uff49\uff52"]),
        ("", []),
        ("12 € 🗳️", []),
    ],
)  # fmt: skip
def test_only_words_that_mix_alphabets_are_named(text, named):
    assert mixed_words(text) == named


POPAYA = "\u0440\u043e\u0440\u0430\u0443\u0430"  # Cyrillic letters that look like popaya


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"Le jardin {POPAYA}", [POPAYA]),
        (POPAYA, [POPAYA]),
        ("Zone \u0391, n° 3", ["\u0391"]),
        ("\u0421\u0451\u0445\u043e\u0440", ["\u0421\u0451\u0445\u043e\u0440"]),
        (f"Парк {POPAYA}", []),
        ("Le parc Горького", []),
        ("Πλατεία Α", []),
        ("حديقة الحي", []),
        ("Łódź – Đặng, œuvre n° 3", []),
        (LOOKS_LIKE_LAVOIR, []),
        ("1 º", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_word_wholly_in_letters_that_look_like_ours_is_named(text, named):
    assert disguised_words(text) == named
    assert not named or mixed_words(text) == []


def test_no_letter_of_ours_is_taken_for_a_disguise():
    assert len(LOOKS_LATIN) == 164 and not any("LATIN" in unicodedata.name(letter) for letter in LOOKS_LATIN)


def test_what_one_person_is_called_is_looked_at_together():
    """Сара is a name, and beside Иванова nobody takes it for Capa."""
    page = Template("{% alphabets family given %}")
    sara = "\u0421\u0430\u0440\u0430"
    with translation.override("en"):
        alone = page.render(Context({"family": "Martin", "given": sara}))
        together = page.render(Context({"family": "Иванова", "given": sara}))
        titles = page.render(Context({"family": {"fr": POPAYA, "en": "Popaya"}, "given": ""}))
    assert "letters of another alphabet that look like ours:" in alone and f"<bdi>{sara}</bdi>" in alone
    assert together.strip() == "" and f"<bdi>{POPAYA}</bdi>" in titles


def test_a_language_written_in_another_alphabet_is_no_disguise():
    page = Template("{% alphabets title %}")
    assert page.render(Context({"title": {"fr": "Bancs", "uk": "\u0421\u0430\u0440\u0430"}})).strip() == ""


@pytest.mark.django_db
def test_whoever_brings_in_a_table_sees_them_before_anything_is_written(organiser):
    roll = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    for path, table in (
        ("budget/import/", f"titre;coût\nLavoir;5\n{LOOKS_LIKE_LAVOIR};6\n"),
        (f"rolls/{roll.pk}/import/", f"numéro;nom\n1;Lavoir\n2;{LOOKS_LIKE_LAVOIR}\n"),
    ):
        page = organiser.post(f"/office/prepare/{path}", {"file": SimpleUploadedFile("a.csv", table.encode())})
        text = page.content.decode()
        assert page.status_code == 200 and text.count("This word mixes letters") == 1, path
        assert f"<bdi>{LOOKS_LIKE_LAVOIR}</bdi></span>" in text


@pytest.mark.django_db
def test_a_colleague_who_is_called_like_another_is_marked_in_the_team(organiser):
    space = Space.objects.get(slug="prepare")
    user = space.roles.get().user
    user.display_name = "\u0410gnès"
    user.save()
    assert "This word mixes letters" in organiser.get("/office/prepare/team/").content.decode()
