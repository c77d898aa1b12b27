"""X22: words that mix alphabets are named to those who prepare a vote, and nobody else's spelling is."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from server.processes.alphabets import mixed_words
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
