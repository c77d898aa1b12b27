"""The signed byte strings, against the cases that JavaScript runs too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.ledger import messages
from server.ledger.keys import private_key_from_number, public_bytes, unb64u, verify

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "messages.json").read_text())


@pytest.mark.parametrize("case", VECTORS["messages"], ids=lambda case: case["name"])
def test_messages_of_the_vectors(case: dict):
    build = getattr(messages, f"{case['name']}_message")
    arguments = [
        value.encode() if case["name"] in {"pack", "reply", "manifest"} else value for value in case["arguments"]
    ]
    message = build(*arguments)
    assert message.decode() == case["message"]
    public = public_bytes(private_key_from_number(int(VECTORS["private"], 16)))
    assert verify(public, message, unb64u(case["signature"]))


def test_no_message_is_the_beginning_of_another_kind():
    first_lines = {case["message"].split("\n")[0] for case in VECTORS["messages"]}
    assert len(first_lines) == len(VECTORS["messages"])
    assert all(line.startswith("parvis-") for line in first_lines)
