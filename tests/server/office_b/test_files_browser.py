"""S20: a file is sent through a proxy that gives up at nine tenths, three times, and through a reload."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.devices.brought import PART_BYTES
from server.ledger.codes import parse_code
from server.rehearsal.kiosk import Kiosk
from tests.server.office_b.test_live_browser import invite
from tests.server.pages import listen, log_in

pytestmark = pytest.mark.e2e


class Proxy:
    """Hands each connection on to the site, byte for byte; after ``spared`` parts of a file it hangs up within the body
    of the next ``cuts``."""

    def __init__(self, port: int) -> None:
        self.port, self.spared, self.cuts, self.cut = port, 0, 0, 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self.door.getsockname()[1]}"
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        while True:
            try:
                visitor, _address = self.door.accept()
            except OSError:
                return
            site = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._up, args=(visitor, site), daemon=True).start()
            threading.Thread(target=self._down, args=(site, visitor), daemon=True).start()

    def _up(self, visitor: socket.socket, site: socket.socket) -> None:
        left = -1
        while data := _received(visitor):
            found = re.match(rb"POST [^ ]*/import/part/.*?content-length: (\d+)\r\n", data, re.DOTALL | re.IGNORECASE)
            if found and self.spared:
                self.spared -= 1
            elif found and self.cuts:
                self.cuts -= 1
                left = int(found[1]) * 9 // 10
            if left >= 0 and len(data) >= left:
                site.sendall(data[:left])
                self.cut += 1
                break
            left = left - len(data) if left >= 0 else left
            site.sendall(data)
        _hang_up(visitor, site)

    def _down(self, site: socket.socket, visitor: socket.socket) -> None:
        while data := _received(site):
            try:
                visitor.sendall(data)
            except OSError:
                break
        _hang_up(visitor, site)


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(1 << 16)
    except OSError:
        return b""


def _hang_up(*ends: socket.socket) -> None:
    for one in ends:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(live_site) -> Iterator[Proxy]:
    started = Proxy(live_site.port)
    yield started
    started.door.close()


@pytest.fixture
def page(live_site, proxy, browser):
    context = browser.new_context(locale="en", base_url=proxy.url)
    page = context.new_page()
    page.troubles = []
    listen(page, page.troubles)
    log_in(page)
    page.goto("/office/budget-du-centre/meetings/")
    page.get_by_role("link", name="Evening session").click()
    yield page
    context.close()


def large_file(page, folder: Path) -> Path:
    """The file of a tablet of this session, five parts long."""
    tablet, typed = Kiosk(), invite(page, "Kiosk 7")
    answer = page.request.post("/api/v1/devices/enrol", data=tablet.enrolment(parse_code(typed)))
    path = answer.json()["pack_url"]
    signed = {"Authorization": tablet.authorization(path, int(page.evaluate("Date.now() / 1000")))}
    tablet.take_pack(page.request.get(path, headers=signed).json())
    tablet.start()
    while len(tablet.export()) < 4.2 * PART_BYTES:
        state = json.dumps({"state": "open", "padding": " " * 150_000})
        tablet._add("meeting.state", state.encode(), actor="operator")
    file = folder / "parvis-kiosk-7.ndjson"
    file.write_bytes(tablet.export())
    return file


def test_s20_a_large_file_survives_a_proxy_that_cuts_and_a_reload(page, proxy, tmp_path):
    file = large_file(page, tmp_path)
    page.get_by_role("link", name="Devices", exact=True).first.click()
    devices = page.url
    sent = []
    page.on("request", lambda one: sent.append(one) if one.method == "POST" and "/import/part/" in one.url else None)
    proxy.spared, proxy.cuts = 2, 99
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_text("The network stopped. What arrived stays").wait_for()
    assert 0 < float(page.locator("[data-carry-bar]").get_attribute("value") or 0) < 100

    page.reload()  # in the middle of it
    page.get_by_text("“parvis-kiosk-7.ndjson” was not sent to its end. Choose it again").wait_for()
    before, proxy.cut = len(sent), 0
    proxy.cuts = 3
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/office/devices/files/*/")
    assert proxy.cut == 3
    firsts = [one for one in sent[before:] if one.url.endswith("&at=0")]
    assert not firsts, "what had arrived before the reload was not sent again"
    page.locator("#job-outcome, dl.sum").first.wait_for()
    page.reload()
    page.get_by_role("heading", name="The file of “Kiosk 7” is read").wait_for()
    told = page.locator("dl.sum").inner_text().split()
    assert int(told[1]) > 5, told

    page.goto(devices)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/office/devices/files/*/")
    assert [one for one in page.troubles if "ERR_" not in one] == []


def test_a_file_is_brought_in_without_a_script(live_site, browser, tmp_path):
    """The plain form remains, with its limit named; what is wrong with the file is said in the same words."""
    context = browser.new_context(locale="en", base_url=live_site.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.goto("/office/budget-du-centre/meetings/")
    page.get_by_role("link", name="Evening session").click()
    page.get_by_role("link", name="Devices", exact=True).first.click()
    assert page.get_by_text("without JavaScript 64 MiB").is_visible()
    file = tmp_path / "holiday.ndjson"
    file.write_bytes(b"not a file of a kiosk")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_text("This is not an export file of a kiosk.").wait_for()
    context.close()
