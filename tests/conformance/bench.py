"""What all cases share: one device with one chain, and what it asks the server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .client import Answer, Device, Record

MOST = 200


class Failed(Exception):
    """The server said something else than the protocol."""


class NotAsked(Exception):
    """This server was not given what the case needs."""


def expect(found: Any, wanted: Any, what: str = "") -> None:
    if found != wanted:
        raise Failed(f"{what}{': ' if what else ''}{str(found):.200} instead of {str(wanted):.200}")


class Bench:
    """An enrolled device. Every case goes on where the one before ended, with everything sent."""

    def __init__(self, device: Device, code: str, pass_code: str = "") -> None:
        self.device, self.code, self.pass_code = device, code, pass_code
        self.sent: list[Record] = []  # the last record that is known to have arrived

    def settle(self) -> None:
        """Send what the server does not hold yet, so that a case that failed takes no other with it."""
        records = self.device.records
        for _round in range(len(records)):
            following = self.reply(records[-1:])["next"]
            if following > len(records):
                break
            self.reply(records[following - 1 : following - 1 + MOST])
        self.sent = records[-1:]

    def more(self, count: int = 1) -> list[Record]:
        """Records that change nothing much: the session is paused on this device, once more."""
        return [self.state("paused") for _one in range(count)]

    def state(self, state: str) -> Record:
        return self.device.add("meeting.state", json.dumps({"state": state}).encode(), actor="operator")

    def reply(self, chosen: list[Record], **first_line: Any) -> dict[str, Any]:
        """The signed reply to a batch. Raises Failed for a refusal, NoAnswer for what is not signed."""
        answer = self.device.post(self.device.batch(chosen, **first_line))
        expect(answer.status, 200, f"a sound batch, refused with {answer.told.get('code')!r}")
        return self.device.take_reply(answer.told)

    def verdicts(self, chosen: list[Record]) -> list[str]:
        """``verdict`` or ``verdict reason`` of each record, in their order."""
        found = self.reply(chosen)["verdicts"]
        expect([(one["id"], one["seq"]) for one in found], [(one.id, one.seq) for one in chosen], "ids and numbers")
        return [f"{one['verdict']} {one['reason']}".strip() for one in found]

    def refuses(self, content: bytes, status: int, code: str) -> dict[str, Any]:
        """The batch is refused by name, and nothing of it stays. Returns the details."""
        before = self.reply(self.sent)["next"]
        answer = self.device.post(content)
        expect_refusal(answer, status, code)
        expect(self.reply(self.sent)["next"], before, "the next number after a refusal")
        details: dict[str, Any] = answer.told.get("details") or {}
        return details

    def hang_up(self, content: bytes) -> None:
        """Send a batch and be gone before the reply is read."""
        where = urlsplit(self.device.url)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        line = kind(where.netloc, timeout=30)
        line.request("POST", "/api/v1/push", content, {"Content-Type": "application/x-ndjson"})
        line.close()

    @property
    def definition(self) -> str:
        if not self.device.pack["definitions"]:
            raise NotAsked("no vote is in the pack")
        return str(self.device.pack["definitions"][0])


def expect_refusal(answer: Answer, status: int, code: str) -> None:
    expect((answer.status, answer.told.get("code")), (status, code))
    expect(isinstance(answer.told.get("message"), str), True, "a sentence for people")


Case = Callable[[Bench], None]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """Register a case under the sentence that must hold; they run in the order in which they stand."""

    def keep(work: Case) -> Case:
        CASES[name] = work
        return work

    return keep
