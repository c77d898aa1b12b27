"""X7: whatever address is named, only public machines are asked, once, without following anybody."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from server.witnesses.fetching import CannotFetch, fetch, is_public, read_address

PUBLIC = "93.184.216.34"


class NoTls:
    """In the place of TLS: the bytes as they are, and the name that was asked for."""

    asked: str = ""

    def wrap_socket(self, plain: socket.socket, *, server_hostname: str) -> socket.socket:
        self.asked = server_hostname
        return plain


class Far:
    """A machine far away that answers with these bytes; it says who was connected to."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.asked, self.heard = answer, [], b""

    def __call__(self, address: str, port: int, _patience_s: float) -> socket.socket:
        self.asked.append((address, port))
        ours, theirs = socket.socketpair()

        def speak() -> None:
            self.heard = theirs.recv(65536)
            theirs.sendall(self.answer)
            theirs.close()

        threading.Thread(target=speak, daemon=True).start()
        return ours


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def ask(far: Any, address: str = "https://brume.example/w.json", found: Any = (PUBLIC,), **more: Any) -> bytes:
    return fetch(address, resolve=lambda _host, _port: list(found), connect=far, context=NoTls(), **more)


def test_what_lies_there_is_fetched_from_the_address_that_was_looked_at():
    far = Far(answer(b'{"a": 1}'))
    assert ask(far) == b'{"a": 1}' and far.asked == [(PUBLIC, 443)]
    assert far.heard.startswith(b"GET /w.json HTTP/1.1\r\nHost: brume.example\r\n") and b"Cookie" not in far.heard


@pytest.mark.parametrize(
    "private",
    [
        "127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_a_private_network_is_not_asked(private):
    far = Far(answer(b"{}"))
    for found in ([private], [PUBLIC, private], [private, PUBLIC]):
        with pytest.raises(CannotFetch) as caught:
            ask(far, found=found)
        assert caught.value.code == "private" and far.asked == []
    assert not is_public(private)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost", "[::1]"])
def test_an_address_in_disguise_is_seen_by_what_it_resolves_to(host):
    """As the machine itself resolves it, without a network."""
    far = Far(answer(b"{}"))
    with pytest.raises(CannotFetch) as caught:
        fetch(f"https://{host}/", connect=far, context=NoTls())
    assert caught.value.code in ("private", "unreachable") and far.asked == []


def test_a_name_is_resolved_once():
    """A second answer that leads elsewhere (rebinding) is never asked for."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    far = Far(answer(b"{}"))
    fetch("https://brume.example/", resolve=lambda _h, _p: next(answers), connect=far, context=NoTls())
    assert far.asked == [(PUBLIC, 443)] and next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(b"", "302 Found", "Location: https://127.0.0.1/"), "redirect"),
        (answer(b"", "301 Moved", "Location: /elsewhere"), "redirect"),
        (answer(b"no", "404 Not Found"), "answer"),
        (answer(b"no", "500 Oh"), "answer"),
        (answer(b"x" * (2**20 + 1)), "too_large"),
        (b"SSH-2.0\r\n", "unreachable"),
        (b"", "unreachable"),
    ],
)
def test_nobody_is_followed_and_nothing_else_is_taken(reply, code):
    far = Far(reply)
    with pytest.raises(CannotFetch) as caught:
        ask(far)
    assert caught.value.code == code and len(far.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://brume.example/", "ftp://brume.example/", "file:///etc/passwd", "https://", "https:///x",
        "brume.example", "https://user:word@brume.example/", "https://brume.example:8443/", "https://brume.example:22/",
        "https://brume.example:x/", "https://brume.example/#x", "https://brume.example/\r\nX: 1", "https://é.example/",
        "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_refused(address):
    with pytest.raises(CannotFetch):
        read_address(address, allow_private=False)


def test_where_the_setting_allows_it_a_neighbour_is_asked_by_https_all_the_same():
    far = Far(answer(b"{}"))
    assert ask(far, "https://neighbour:8443/w", ["10.0.0.5"], allow_private=True) == b"{}"
    assert far.asked == [("10.0.0.5", 8443)]
    with pytest.raises(CannotFetch):
        ask(far, "http://neighbour/w", ["10.0.0.5"], allow_private=True)
