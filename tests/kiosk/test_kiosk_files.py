"""How the kiosk is served: whole, unchanged, under a policy that lets nothing else run."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import brotli
import pytest
from django.http import Http404
from django.test import RequestFactory

from server.devices import kiosk_files
from server.devices.kiosk_release import fingerprint, read_release

KIOSK = Path(__file__).resolve().parents[2] / "kiosk"
get = RequestFactory().get
AS_IT_IS = {"": bytes}
UNPACKED = {
    "gzip, br": AS_IT_IS | {"br": brotli.decompress},
    "gzip": AS_IT_IS | {"gzip": gzip.decompress},
}


def test_what_is_served_is_what_lies_in_the_folder() -> None:
    release = json.loads(kiosk_files.kiosk_release(get("/kiosk/release.json")).content)
    names = {file["path"] for file in release["files"]}
    assert {"index.html", "main.js", "kiosk.css", "vendor/zxing-wasm-3.1.4/zxing_reader.wasm"} <= names
    for file in release["files"]:
        content = (KIOSK / file["path"]).read_bytes()
        assert (file["sha256"], file["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
        served = kiosk_files.kiosk_file(get("/"), file["path"])
        assert served.content == content
        for accepted, unpack in UNPACKED.items():
            packed = kiosk_files.kiosk_file(get("/", headers={"Accept-Encoding": accepted}), file["path"])
            assert unpack[packed.headers.get("Content-Encoding", "")](packed.content) == content
            assert len(packed.content) <= len(content) + 30


def test_a_file_is_packed_as_its_reader_wishes() -> None:
    def encoding(accepted: str, path: str = "main.js") -> str | None:
        return kiosk_files.kiosk_file(get("/", headers={"Accept-Encoding": accepted}), path).get("Content-Encoding")

    assert encoding("gzip, deflate, br, zstd") == encoding("br;q=1.0") == "br"
    assert encoding("gzip, deflate") == encoding("gzip, br;q=0") == encoding("br; q=0.0 , gzip;q=0.5") == "gzip"
    assert encoding("identity") == encoding("brotli, xgzip") == encoding("") is None
    assert encoding("gzip, br", "fonts/besley-latin.woff2") is None


def test_the_worker_knows_its_release_and_is_otherwise_the_file() -> None:
    response = kiosk_files.kiosk_file(get("/"), "sw.js")
    first, rest = response.content.split(b"\n", 1)
    assert rest == (KIOSK / "sw.js").read_bytes()
    release = json.loads(first.removeprefix(b"self.PARVIS_RELEASE = ").removesuffix(b";"))
    assert release == json.loads(kiosk_files.kiosk_release(get("/")).content)
    assert "sw.js" not in {file["path"] for file in release["files"]}
    assert response.headers["Service-Worker-Allowed"] == "/kiosk/"
    assert response.headers["Cache-Control"] == "no-cache"


def test_any_changed_byte_is_another_release(tmp_path: Path) -> None:
    for name in ("index.html", "sw.js", "deep/a.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    seen = {read_release(tmp_path).hash}
    for name in ("sw.js", "deep/a.js"):
        (tmp_path / name).write_text(name + " ")
        seen.add(read_release(tmp_path).hash)
    (tmp_path / "b.js").write_text("new")
    seen.add(read_release(tmp_path).hash)
    assert len(seen) == 4
    before = fingerprint(tmp_path)
    (tmp_path / "b.js").write_text("newer")
    assert fingerprint(tmp_path) != before


def test_a_page_may_run_nothing_else() -> None:
    headers = kiosk_files.kiosk_index(get("/kiosk/")).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe-inline" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_a_file_that_is_known_is_not_sent_again() -> None:
    etag = kiosk_files.kiosk_file(get("/"), "main.js").headers["ETag"]
    again = kiosk_files.kiosk_file(get("/", headers={"If-None-Match": etag}), "main.js")
    assert (again.status_code, again.content) == (304, b"")


ELSEWHERE = ["../pyproject.toml", "..%2fmanage.py", "/etc/passwd", "package.json", "vendor/README.md", "", ".", "no.js"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_else_is_served(path: str) -> None:
    with pytest.raises(Http404):
        kiosk_files.kiosk_file(get("/"), path)


def test_links_and_hidden_files_are_no_part_of_a_release(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    (tmp_path / ".secret.js").write_text("hidden")
    (tmp_path / "link.js").symlink_to(Path(__file__))
    assert list(read_release(tmp_path).files) == ["index.html"]
