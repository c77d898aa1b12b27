"""A witness elsewhere, and the town's own list growing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from server.accounts.models import User
from server.ledger import keys, statements
from server.ledger.actions import append, checkpoint_document, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.messages import checkpoint_message
from server.ledger.models import Checkpoint
from server.witnesses.actions import name_witness
from server.witnesses.models import Witness


def grow(count: int = 5) -> Checkpoint:
    for _record in range(count):
        append(type="test.record", space="town", body=b"{}")
    return sign_checkpoint()


@dataclass
class Partner:
    """A partner city: its key, and what it says, as bytes."""

    key: Any
    witness: Witness

    def signs(self, checkpoint: Checkpoint | dict) -> bytes:
        point = checkpoint if isinstance(checkpoint, dict) else checkpoint_document(checkpoint)
        return json.dumps(statements.write_statement(self.key, point)).encode()

    def refuses(self, why: str = "The log had 5 records and now shows 3.", **evidence: Any) -> bytes:
        return json.dumps(statements.write_refusal(self.key, json.dumps({"why": why, **evidence}))).encode()

    def file(self, *said: bytes) -> bytes:
        told = [json.loads(one) for one in said]
        by = {kind: [one for one in told if one["format"] == f"parvis-{kind}-1"] for kind in ("witness", "refusal")}
        return json.dumps(statements.write_file(by["witness"], by["refusal"])).encode()


def forged(size: int, root: str = "ab" * 32, *, epoch: int = 1, sign: Any = None) -> dict[str, Any]:
    """A state that the holder of the town's key signed beside the list."""
    house = installation()
    facts = {"origin": house.origin, "log_id": house.log_id, "epoch": epoch, "size": size, "root": root}
    return facts | {"sig": keys.b64u((sign or house.sign)(checkpoint_message(*facts.values())))}


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_superuser("root@example.org", display_name="Ines")


@pytest.fixture
def partner(staff) -> Partner:
    key = keys.new_private_key()
    witness = name_witness(name="Ville de Brume", public_key=keys.public_bytes(key), by=staff)
    return Partner(key, witness)
