"""Files that mean harm (rows X1, X2, X3): refused by name, quickly, and the next file is read as ever."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from server.paper import actions as paper
from server.paper import decoding
from server.paper.decoding import FileRefused, read_pages
from server.paper.models import ScanBatch
from server.paper.refusals import ScanEmpty, ScanIsHeic, ScanNotAnImage, ScanTooLarge
from server.paper.scanning import shown_name
from server.web.apart import bare_environment
from tests.server.paper_bench import Paper

ROOT = Path(__file__).resolve().parents[3]


def zipped(name: str = "ballot.pdf") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(1_000_000))
    return out.getvalue()


def pdf(pages: int, *, box: str = "0 0 595 842", content: bytes = b"", extra: bytes = b"") -> bytes:
    """A PDF whose pages are all the same object: small, whatever their number."""
    stream = zlib.compress(content)
    kids = b"3 0 R " * pages
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R" + extra + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Count " + str(pages).encode() + b"/Kids[" + kids + b"]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[" + box.encode() + b"]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream "
        b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def endless_tiff() -> bytes:
    """A TIFF whose first directory names itself as the next one."""
    entries = [(256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 200)]
    entries += [(278, 3, 1, 8), (279, 4, 1, 64)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + body + struct.pack("<I", 8) + bytes(300)


def encoded(kind: str) -> bytes:
    """An honest small picture of a kind that we do not take."""
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, kind)
    return out.getvalue()


ARCHIVES = {
    "a zip": zipped(),
    "a zip in a zip": zipped("../../etc/passwd.zip"),
    "a zip with a letter before it": b"x" + zipped(),
    "gzip": gzip.compress(pdf(1)),
    "html": b"<!doctype html><script>alert(1)</script>",
    "a program": b"\x7fELF" + bytes(100),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": b"GIF89a" + bytes(100),
    "a gif of four thousand million pixels": b"GIF89a\xff\xff\xff\xff\x80\x00\x00" + bytes(100),
    "webp": encoded("WEBP"),
    "a picture that is a script before it is a picture": b"<script>alert(1)</script>" + encoded("PNG"),
}


def with_a_file_inside() -> bytes:
    """A page that wants to run a script, and brings a program along."""
    attached = b"5 0 obj<</Type/EmbeddedFile/Length 4>>stream\n\x7fELF\nendstream endobj\n"
    named = b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>]>>>>"
    whole = pdf(1, extra=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>" + named)
    return whole.replace(b"trailer", attached + b"trailer")


MEASURED = """
import resource, sys
from pathlib import Path
import django
django.setup()
from server.paper.decoding import FileRefused, read_pages
folder, read = Path(sys.argv[1]), 0
for path in sorted(folder.glob("*.bin")):
    try:
        list(read_pages(path, folder, []))
    except FileRefused:
        pass
    read += 1
print(read, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

WHOLE_FILES = {
    "100,000 pages": (pdf(100_000), "too_many_pages"),
    "a PDF cut off": (pdf(1)[:-40], "truncated"),
    "a PDF of nothing": (b"%PDF-1.7\n%%EOF\n", "damaged"),
    "a TIFF of nothing": (b"II*\0" + bytes(40), "damaged"),
    "a pixel flood": (png(100_000, 100_000), "too_many_pixels"),
    "a JPEG that is a script": (b"\xff\xd8\xff<script>alert(1)</script>", "damaged"),
}

# Made when they are asked for: some take long.
PAGES = {
    "a huge media box": (lambda: pdf(1, box="0 0 900000 900000"), "too_many_pixels"),
    "a content stream of 300 MB": (lambda: pdf(1, content=b"q Q " * 75_000_000), None),
    "a script and a file inside": (lambda: with_a_file_inside(), "blank_page"),
    "a PNG without its pixels": (lambda: png(2_000, 2_000), None),
    "a PNG that is a program and a zip behind its end": (
        lambda: png(100, 100, (b"\0" + b"\xff" * 100) * 100) + zipped(),
        None,
    ),
    "an endless TIFF": (lambda: endless_tiff(), None),
    "80 million white pixels": (lambda: png(8_900, 8_900, (b"\0" + b"\xff" * 8_900) * 8_900), "blank_page"),
}


def seen(data: bytes, tmp_path: Path) -> list:
    path = tmp_path / "upload.bin"
    path.write_bytes(data)
    return list(read_pages(path, tmp_path, []))


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES.keys())
def test_what_is_no_scan_is_not_even_kept_x1(desk_paper: Paper, own_folder: Path, data: bytes):
    with pytest.raises(ScanNotAnImage):
        desk_paper.upload(data, "scan.pdf")
    assert not ScanBatch.objects.exists()
    assert not list((own_folder / "media").rglob("*.bin"))


def test_a_heic_photo_is_refused_with_advice(desk_paper: Paper):
    with pytest.raises(ScanIsHeic):
        desk_paper.upload(struct.pack(">I", 24) + b"ftypheic" + bytes(100), "photo.jpg")
    assert not ScanBatch.objects.exists()


def test_an_empty_file_and_a_huge_one_are_named(desk_paper: Paper, monkeypatch):
    with pytest.raises(ScanEmpty):
        desk_paper.upload(b"")
    monkeypatch.setattr("server.paper.scanning.MOST_BYTES", 1_000)
    with pytest.raises(ScanTooLarge):
        desk_paper.upload(pdf(1, content=np.random.default_rng(1).bytes(5_000)))


@pytest.mark.parametrize(("data", "code"), WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_a_bad_file_is_refused_by_name_x2_x3(tmp_path: Path, data: bytes, code: str):
    with pytest.raises(FileRefused) as refused:
        seen(data, tmp_path)
    assert refused.value.code == code


@pytest.mark.parametrize(("made", "code"), PAGES.values(), ids=PAGES.keys())
def test_a_bad_page_is_refused_and_gives_no_marks_x2_x3(tmp_path: Path, made: Callable[[], bytes], code: str | None):
    pages = seen(made(), tmp_path)
    assert pages
    assert all(page.refused and not page.scores for page in pages)
    if code:
        assert pages[0].refused == code


def test_no_hostile_file_takes_more_memory_than_a_page_may_x2(tmp_path: Path):
    """The whole corpus in a process of its own: the system says what its readers took at most. 512 MiB is F13's."""
    corpus = [data for data, _code in WHOLE_FILES.values()] + [made() for made, _code in PAGES.values()]
    for number, data in enumerate(corpus):
        (tmp_path / f"{number}.bin").write_bytes(data)
    done = subprocess.run([sys.executable, "-c", MEASURED, str(tmp_path)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    files, peak_kib = map(int, done.stdout.split())
    assert files == len(WHOLE_FILES) + len(PAGES)
    assert 0 < peak_kib < 512 * 1024


def test_a_page_that_kills_the_reader_does_not_stop_the_next_one_i9(tmp_path: Path, monkeypatch):
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(3))
    real = decoding._run

    def dies_at_two(job, page_time_s, on_open):
        for page in real(job, page_time_s, on_open):
            if page.page == 2:
                raise decoding._Died("reader_died", True)
            yield page

    monkeypatch.setattr(decoding, "_run", dies_at_two)
    assert [page.refused for page in read_pages(path, tmp_path, [])] == ["blank_page", "reader_died", "blank_page"]


def test_a_reader_without_memory_refuses_and_the_worker_lives_x3(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(decoding, "MEMORY_MB", 100)
    flood = png(8_900, 8_900, (b"\0" + b"\xff" * 8_900) * 8_900)
    path = tmp_path / "flood.png"
    path.write_bytes(flood)
    try:
        pages = list(read_pages(path, tmp_path, []))
    except FileRefused as refused:
        assert refused.code in ("reader_died", "too_much_memory")
    else:
        assert pages[0].refused in ("too_much_memory", "reader_died")


def test_the_largest_honest_scan_passes_x3(desk_paper: Paper):
    """A sheet on a 600-dpi scan of A3, in colour: 69.6 million pixels."""
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    marked = Image.fromarray(desk_paper.mark(sheet, "bancs", style="cross")).convert("RGB")
    page = Image.new("RGB", (7016, 9921), "white")
    page.paste(marked.resize((4960, 7016)), (300, 300))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80, dpi=(600, 600))
    batch = desk_paper.upload(out.getvalue(), "a3.jpg")
    assert batch.status == "read"
    assert batch.readings.get().interpretation["choices"] == {"q1": ["bancs"]}


def test_a_bad_file_fails_its_batch_and_the_next_one_is_read(desk_paper: Paper):
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    bad = desk_paper.upload(pdf(100_000), "bad.pdf")
    assert (bad.status, bad.error) == ("failed", "too_many_pages")
    assert [reading.status for reading in desk_paper.read(desk_paper.mark(sheet, "bancs"))] == ["automatic"]


def test_no_metadata_of_a_photo_is_kept_x4(desk_paper: Paper, own_folder: Path):
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    exif = Image.Exif()
    exif[0x010E] = "<script>Camille was here</script>"
    out = io.BytesIO()
    Image.fromarray(desk_paper.mark(sheet, "bancs")).save(out, "JPEG", exif=exif)
    reading = desk_paper.upload(out.getvalue(), "photo.jpg").readings.get()
    kept = (own_folder / "media" / reading.image).read_bytes()
    assert b"Camille" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_file_name_is_shown_and_never_a_path_x1():
    assert shown_name("../../../etc/passwd") == "passwd"
    assert shown_name("C:\\scans\\hall\u202efdp.exe") == "hallfdp.exe"
    assert shown_name("\0") == "scan"


def test_the_reader_gets_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "planted")
    assert "planted" not in bare_environment().values()


def test_both_ways_of_sending_agree(desk_paper: Paper):
    """Bytes and an uploaded file that Django keeps on disk are the same batch."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = desk_paper.scan(desk_paper.sheets(desk_paper.print(1)))
    vote = desk_paper.vote
    first = paper.receive_scans(session=vote.session, filename="a.pdf", data=data, by=vote.officer)
    file = SimpleUploadedFile("b.pdf", data)
    assert paper.receive_scans(session=vote.session, filename="b.pdf", data=file, by=vote.officer) == first
