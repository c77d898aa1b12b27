"""Logs hold facts that are allowed, and no code, choice or name (X23). After a whole vote: ``test_topology.py``."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from server.config.logs import blot, formatter
from server.ledger.codes import new_code


def line(record: logging.LogRecord) -> dict:
    return json.loads(formatter("json", is_debug=False).format(record))


def record(name: str, words: str, *values: object, error: BaseException | None = None, **extra: object):
    found = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, words, values, found)
    made.__dict__.update(extra)
    return made


def test_x23_fields_that_are_not_allowed_are_left_out():
    told = line(record("server.web.live", "doorbell not rung", what="turnout", voter="Nom3", code="000G"))
    assert told["what"] == "turnout"
    assert not {"voter", "code"} & set(told)


def test_x23_what_a_library_puts_into_its_message_is_left_out():
    assert line(record("django.request", "Not Found: %s", "/v/000G40R40M30E209ZT/"))["event"] == "Not Found: %s"
    assert line(record("django_tasks", "Task id=%s state=%s", 7, "READY"))["event"] == "Task id=7 state=READY"


@pytest.mark.parametrize("written", ["text", "grouped"])
def test_x23_what_looks_like_a_code_is_blotted_out(written: str):
    for _time in range(50):
        code = getattr(new_code(), written)
        assert code not in blot(f"refused {code} at the door")
        assert code.lower() not in blot(f"refused {code.lower()} at the door")


@pytest.mark.parametrize("secret", ["ines@villeneuve.example", "token=8dh3k2", "5f3a" * 16, "aB3_" * 8])
def test_x23_addresses_queries_and_tokens_are_blotted_out(secret: str):
    assert secret not in blot(f"refused /reset/?{secret} twice")


def test_the_name_of_a_task_and_a_place_in_the_program_stay():
    kept = "1f0c7c0e-3a55-4c0b-9d5e-0a4b5b1a2f33 server.paper.tasks.read_batch_task in migrations/0001_initial.py"
    assert blot(kept) == kept


def test_x23_an_error_tells_its_places_and_not_its_words():
    try:
        raise ValueError("Key (code)=(000G-40R4-0M30-E209-ZT) of Nom3 already exists")
    except ValueError as error:
        told = line(record("server.web", "it broke", error=error))
    assert told["error"] == "builtins.ValueError"
    assert told["trace"][0].endswith(sys._getframe().f_code.co_name)
    assert "Nom3" not in json.dumps(told)


def test_an_error_of_the_machine_keeps_its_words():
    told = line(record("server.web", "it broke", error=ConnectionRefusedError(111, "Connection refused")))
    assert "Connection refused" in told["words"]


def test_lines_for_people_are_as_silent(capsys: pytest.CaptureFixture[str]):
    plain = formatter("lines", is_debug=False)
    try:
        raise ValueError("of Nom3")
    except ValueError as error:
        told = plain.format(record("server.web", "it broke", error=error, voter="Nom3"))
    assert "it broke" in told
    assert "Nom3" not in told
