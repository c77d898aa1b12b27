"""Photos and documents of proposals: who adds and sees them, and what of a file is kept (rows X2, X4)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin
from reportlab.pdfgen.canvas import Canvas

from server.enclosures import storage
from server.enclosures.models import Enclosure
from server.ledger.models import Record
from server.proposals.models import Proposal
from server.proposals.writing import delete_draft
from tests.server.proposals.ideas import make_ideas, organiser, person, propose, write

pytestmark = pytest.mark.django_db
GREEN = (120, 160, 90)
PLACE = 0x8825  # the tag of EXIF under which a telephone writes where it was


def photo(size: tuple[int, int] = (900, 600), form: str = "JPEG", **facts: object) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, GREEN).save(raw, form, **facts)
    return raw.getvalue()


def palette() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (2000, 1500), GREEN).quantize(4).save(raw, "PNG")
    return raw.getvalue()


def telephone_photo() -> bytes:
    """Taken sideways, with the place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telephone of Inès"
    exif.get_ifd(PLACE)[1] = "N"
    return photo((900, 600), exif=exif)


def document() -> bytes:
    raw = io.BytesIO()
    page = Canvas(raw)
    page.drawString(100, 700, "Plan of the square")
    page.save()
    return raw.getvalue()


def files_page(proposal: Proposal) -> str:
    component = proposal.component
    return f"/spaces/{component.space.slug}/proposals/{component.pk}/files/{proposal.ref}/"


def as_person(name: str = "ines") -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person(name))
    return client


def add(client: Client, proposal: Proposal, content: bytes, words: str = "The square in the rain", name: str = "a.jpg"):
    file = SimpleUploadedFile(name, content)
    return client.post(files_page(proposal), {"file": file, "words": words})


def test_a_photo_is_made_anew_upright_and_without_its_place():
    mine = write(make_ideas(most_files=2))
    assert add(as_person(), mine, telephone_photo()).status_code == 302
    kept = Enclosure.objects.get()
    assert (kept.sort, kept.width, kept.height, kept.words) == ("photo", 600, 900, "The square in the rain")
    whole, small = (storage.path_of(kept.sha256, ending) for ending in (storage.WHOLE, storage.SMALL))
    assert b"Telephone" not in whole.read_bytes() and b"Exif" not in whole.read_bytes() + small.read_bytes()
    with Image.open(whole) as picture:
        assert (picture.size, dict(picture.getexif())) == ((600, 900), {})
    assert whole.stat().st_mode & 0o077 == 0


def test_a_large_png_that_lets_light_through_becomes_a_smaller_picture_on_white():
    raw = io.BytesIO()
    Image.new("RGBA", (4000, 3000), (0, 0, 0, 0)).save(raw, "PNG")
    mine = write(make_ideas(most_files=2))
    add(as_person(), mine, raw.getvalue(), name="a.png")
    kept = Enclosure.objects.get()
    with Image.open(storage.path_of(kept.sha256, storage.WHOLE)) as picture:
        assert picture.size == (1600, 1200) and min(picture.getpixel((10, 10))) > 250


@pytest.mark.parametrize(
    "make",  # not before its test: these are large, and each process looks at all tests
    [lambda: photo((8000, 6000)), lambda: photo((8000, 6000), "PNG"), lambda: photo((2000, 1500), "WEBP"), palette],
    ids=["telephone of 48 million points", "PNG of 48", "WebP", "palette"],
)
def test_a_picture_of_any_size_and_form_is_made_smaller_and_keeps_its_colours(make: Callable[[], bytes]):
    add(as_person(), write(make_ideas(most_files=2)), make())
    with Image.open(storage.path_of(Enclosure.objects.get().sha256, storage.WHOLE)) as picture:
        assert picture.size == (1600, 1200)
        assert all(abs(seen - meant) < 8 for seen, meant in zip(picture.getpixel((9, 9)), GREEN, strict=True))


def test_a_document_is_to_be_kept_and_never_opened_within_our_pages():
    mine = propose(make_ideas(most_files=2))
    add(as_person(), mine, document(), "Plan")
    kept = Enclosure.objects.get()
    answer = Client().get(kept.address)
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert Client().get(kept.small_address).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "neither a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "neither a photo"),
        (b"GIF89a" + bytes(20), "neither a photo"),
        (photo()[:300], "cannot be opened"),
        (b"%PDF-1.7 and nothing else", "cannot be opened"),
        (b"MZ" + bytes(400), "neither a photo"),
    ],
    ids=["empty", "svg", "gif", "half a photo", "no pdf", "program"],
)
def test_what_is_no_photo_and_no_pdf_is_refused_beside_its_field(content: bytes, says: str, own_folder: Path):
    answer = add(as_person(), write(make_ideas(most_files=2)), content)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert not Enclosure.objects.exists() and not list((own_folder / "media").rglob("*.*"))


def test_a_picture_that_unfolds_to_more_than_any_telephone_takes_is_refused():
    """A small file, some hundred million points (X2)."""
    raw = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(raw, "PNG")
    assert len(raw.getvalue()) < 100_000
    answer = add(as_person(), write(make_ideas(most_files=2)), raw.getvalue())
    assert answer.status_code == 400 and "too many points" in answer.content.decode()


def test_words_hidden_in_a_png_do_not_come_along():
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "a secret")
    add(as_person(), write(make_ideas(most_files=2)), photo(form="PNG", pnginfo=said))
    assert b"secret" not in storage.path_of(Enclosure.objects.get().sha256, storage.WHOLE).read_bytes()


def test_a_draft_shows_its_photo_to_its_author_alone_and_what_is_hidden_to_nobody():
    mine = write(make_ideas(most_files=2))
    add(as_person(), mine, photo())
    address = Enclosure.objects.get().address
    assert as_person().get(address).status_code == 200
    assert as_person("marc").get(address).status_code == Client().get(address).status_code == 404
    shown = propose(mine.component, title="Another place for bicycles")
    add(as_person(), shown, photo((300, 300)))
    address = Enclosure.objects.latest("pk").address
    assert Client().get(address).status_code == 200
    Proposal.objects.filter(pk=shown.pk).update(hidden_at=shown.published_at)
    assert as_person().get(address).status_code == Client().get(address).status_code == 404


def test_only_its_author_adds_to_a_proposal_and_only_while_it_may_be_changed():
    mine = propose(make_ideas(most_files=2))
    assert as_person("marc").get(files_page(mine)).status_code == 404
    Proposal.objects.filter(pk=mine.pk).update(answered_at=mine.published_at)
    answer = add(as_person(), mine, photo())
    assert answer.status_code == 409 and not Enclosure.objects.exists()


def test_no_more_than_the_organisers_allow_and_the_same_again_is_one(own_folder: Path):
    mine = write(make_ideas(most_files=2))
    for size in ((300, 300), (300, 300), (310, 300)):
        assert add(as_person(), mine, photo(size)).status_code == 302
    assert Enclosure.objects.count() == 2
    answer = add(as_person(), mine, photo((320, 300)))
    assert answer.status_code == 409
    assert len(list((own_folder / "media").rglob("*.small.jpg"))) == 2


def test_where_none_are_asked_for_there_is_no_page():
    assert as_person().get(files_page(write(make_ideas()))).status_code == 404


def test_what_is_taken_away_leaves_the_disk_unless_another_thing_names_it(
    own_folder: Path, django_capture_on_commit_callbacks
):
    component = make_ideas(most_files=2)
    mine, other = write(component), write(component, title="The same photo, for another idea")
    for one in (mine, other):
        add(as_person(), one, photo())
    kept = Enclosure.objects.get(about_ref=mine.ref)
    with django_capture_on_commit_callbacks(execute=True):
        as_person().post(files_page(mine), {"remove": kept.ref})
    assert storage.path_of(kept.sha256, storage.WHOLE).exists() and not Enclosure.objects.filter(about_ref=mine.ref)
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(draft=other, by=person())
    assert not Enclosure.objects.exists() and not list((own_folder / "media").rglob("*.jpg"))


def test_after_publishing_the_log_keeps_the_hashes_of_the_files():
    mine = propose(make_ideas(most_files=2))
    add(as_person(), mine, photo())
    record = Record.objects.get(type="proposal.files")
    assert json.loads(record.payload.body) == {"ref": mine.ref, "files": [Enclosure.objects.get().sha256]}


def test_the_list_and_the_page_show_it_with_its_words():
    mine = propose(make_ideas(most_files=2))
    add(as_person(), mine, photo())
    kept = Enclosure.objects.get()
    page = Client().get(mine.get_absolute_url()).content.decode()
    assert f'src="{kept.small_address}"' in page and 'alt="The square in the rain"' in page
    assert kept.small_address in Client().get(mine.component.get_absolute_url()).content.decode()


def test_an_organiser_is_no_author():
    mine = write(make_ideas(most_files=2))
    client = Client()
    client.force_login(organiser(mine.component.space))
    assert client.get(files_page(mine)).status_code == 404
