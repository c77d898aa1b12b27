"""P16: guessers in processes of their own, who ask the very application of the page workers without network and proxy.

``python -m benchmarks.faults.guessers``, in the environment of a running installation: its PostgreSQL, its Redis, its
secret. Takes one ``Order`` as JSON; prints lines of JSON ``{"way", "answers": {status: number}, "found"}`` that add up.
What they ask is what the proxy would pass on, and it is answered by every middleware and view. They take the shortest
answer there is: JSON, as programs get it, with no page around it. They are strangers with machines of their own, so
they give way to everyone else on this one (nice 19).
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPMessage
from typing import Any, TypedDict, cast
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from server.ledger.codes import Code, new_code, parse_code
from server.operations.pages import Application, keep_lines, read_to_the_end
from server.rehearsal.site import Page, Visitor

INSIDE_HALL, INSIDE_ANYWHERE = "in process, from the hall, as JSON", "in process, from anywhere, as JSON"
TOLD_EVERY = 20
WRONG = (404, 429)  # judged and refused; a guess with any other answer never reached the judge, or was served


class Order(TypedDict):
    """``port``: of the proxy; ``hall``: the address that the proxy states of whoever sits in the hall."""

    port: int
    place: str
    letters: list[str]
    guesses: int
    hall: str
    seed: int


class Answer:
    """What an application gave, as ``http.client`` would have read it."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, HTTPMessage(), b""

    def read(self) -> bytes:
        return self.body


class Door:
    """In place of a connection: the application, called as gunicorn calls it for a request that the proxy passed on."""

    def __init__(self, application: Application, says: Callable[[], str]) -> None:
        self.application, self.says, self.answer = application, says, Answer()

    def request(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        parts, answer = urlsplit(url), Answer()

        def start(status: str, told: list[tuple[str, str]], _error: Any = None) -> None:
            answer.status = int(status[:3])
            for name, value in told:
                answer.headers[name] = value

        chunks = self.application(self._environ(method, parts.path, parts.query, body or b"", headers), start)
        try:
            answer.body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        self.answer = answer

    def _environ(self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        passed_on = {"X-Forwarded-For": self.says(), "X-Forwarded-Proto": "https", "X-Forwarded-Host": headers["Host"]}
        said = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in {**headers, **passed_on}.items()}
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",  # the proxy's
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": said.pop("HTTP_CONTENT_TYPE", ""),
            **said,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
        }
        setup_testing_defaults(environ)
        return environ

    def getresponse(self) -> Answer:
        return self.answer

    def close(self) -> None:
        """Nothing is open."""


class Inside(Visitor):
    """A browser as all others of the bench, whose requests take no network."""

    def __init__(self, port: int, application: Application, says: Callable[[], str]) -> None:
        self.application, self.says = application, says
        super().__init__(port)
        self.origin = f"https://{self.host}"

    def _connect(self) -> HTTPConnection:
        return cast("HTTPConnection", Door(self.application, self.says))

    def _ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        return super()._ask(method, url, body, {"Accept": "application/json", **(headers or {})})


def like_a_code(letters: list[str], rng: random.Random) -> str:
    """A code that nobody has: any, or a right one with its last bits changed. Both have right check characters."""
    near = parse_code(rng.choice(letters)).raw
    value = rng.randbytes(10) if rng.random() < 0.5 else near[:8] + rng.randbytes(2)
    return new_code().grouped if value == near else Code(value).grouped


def any_address(rng: random.Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _part in range(4))


def is_found(status: int, text: str) -> bool:
    return status == 200 or "data-ballot" in text


def guess(order: Order, application: Application) -> None:
    """In turn from the hall's one address, and from an address that nobody has seen before."""
    rng, place = random.Random(order["seed"]), order["place"]
    ways: dict[str, Callable[[], str]] = {INSIDE_HALL: lambda: order["hall"], INSIDE_ANYWHERE: lambda: any_address(rng)}
    visitors = {way: Inside(order["port"], application, says) for way, says in ways.items()}
    entrances = {way: visitor.get(place) for way, visitor in visitors.items()}
    turns, left = list(visitors), order["guesses"]
    while left:
        for way in turns:
            answers: Counter[int] = Counter()
            found = 0
            for _guess in range(min(TOLD_EVERY, left)):
                fields = {"code": like_a_code(order["letters"], rng)}
                page = visitors[way].submit(entrances[way], fields, f"{place}enter/")
                answers[page.status] += 1
                found += is_found(page.status, page.text)
            left -= answers.total()
            print(json.dumps({"way": way, "answers": answers, "found": found}), flush=True)


def main() -> None:
    from server.config.wsgi import application

    os.nice(19)
    keep_lines()  # as page workers do
    guess(json.loads(sys.stdin.readline()), read_to_the_end(application))


if __name__ == "__main__":
    main()
