"""An unlock card, and what it opens: byte by byte as the cases in ``tests/vectors`` say."""

from __future__ import annotations

import pytest

from server.ledger.codes import NotACode
from server.voting import unlocking
from server.voting.unlocking import CannotOpen, Card
from tests.vectors.make_vectors import unlocked

SESSION, DEV = "00112233445566ff", "ab" * 32


@pytest.fixture(scope="module")
def cases() -> dict:
    return unlocked()


def test_a_card_is_read_as_it_was_printed_and_every_slip_is_seen(cases):
    for case in cases["cards"]:
        card = unlocking.parse_card(case["grouped"].lower())
        assert (card.raw.hex(), card.text, card.grouped) == (case["raw"], case["text"], case["grouped"])
        assert unlocking.card_id(card.key(SESSION)) == case["id"] and case["raw"] not in repr(card)
    for typed in cases["refused"]:
        with pytest.raises(NotACode):
            unlocking.parse_card(typed)


def test_d15_the_roll_opens_under_its_cards_alone(cases):
    first, second, stranger = (Card(bytes.fromhex(case["raw"])).key(SESSION) for case in cases["cards"])
    assert unlocking.open_roll(cases["pack"], first) == unlocking.open_roll(cases["pack"], second) == cases["roll"]
    for pack, key in [(cases["pack"], stranger), (cases["pack"] | {"version": 4}, first)]:
        with pytest.raises(CannotOpen):
            unlocking.open_roll(pack, key)


def test_a_note_opens_for_its_card_and_place_alone_and_its_length_tells_nothing():
    key, place = Card(bytes(16)).key(SESSION), {"type_": "desk.marked", "session": SESSION, "dev": DEV}
    notes = [unlocking.seal_note({"number": number}, key, **place, size=128) for number in ("7", "1234567")]
    assert unlocking.open_note(notes[0], key, **place) == {"number": "7"}
    assert len(notes[0]["sealed"]) == len(notes[1]["sealed"])
    wrong = [{"dev": "cd" * 32}, {"type_": "desk.undone"}, {"session": "0" * 16}]
    for elsewhere in wrong:
        with pytest.raises(CannotOpen):
            unlocking.open_note(notes[0], key, **{**place, **elsewhere})
    for broken in ({}, notes[0] | {"iv": "?"}, notes[0] | {"sealed": 5}):
        with pytest.raises(CannotOpen):
            unlocking.open_note(broken, key, **place)
