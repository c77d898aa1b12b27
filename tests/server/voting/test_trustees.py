"""Any two of three trustees open the box; one alone, a stranger or a damaged file opens nothing."""

from __future__ import annotations

import itertools
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from server.accounts.models import User
from server.ledger import keys
from server.ledger.codes import Code
from server.ledger.models import Record
from server.office.models import Act
from server.opendata.actions import published_folder
from server.voting import actions as voting
from server.voting import boxkeys, trustees
from server.voting.actions.boxes import delete_box, save_box
from server.voting.actions.trustees import hold_ceremony, record_card, show_card, try_cards, undo_ceremony
from server.voting.definitions import Definition
from server.voting.models import Box
from server.voting.refusals import BoxNotDraft, NotReadyToFreeze
from server.voting.refusals_trustees import (
    CardMistyped,
    CardOfAnother,
    CardRefused,
    CardShown,
    CardsMissing,
    CardsNeeded,
    CardUnknown,
    CeremonyHeld,
    CeremonyMissing,
    NoTrustees,
    PairFileDamaged,
    SameCard,
)
from server.voting.rights import Right
from server.voting.trustees import PairDamaged, new_card
from tests.server.opendata.second_verifier import judged
from tests.server.votes import ONLINE, make_box
from tests.slowest import HANGS_S

pytestmark = pytest.mark.django_db
NAMES = ["Ana Ruiz", "Bruno Petit", "Chloé Roux"]
VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "trustees.json"


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("agnes@example.org", display_name="Agnès")


@pytest.fixture
def draft(officer) -> Box:
    """Online only, three trustees named, nobody has a card."""
    return save_box(box=make_box(doors=["web"]), by=officer, trustees=NAMES)


def show_all(box: Box, by: User) -> list[str]:
    return [show_card(box=box, number=n, by=by).text for n in (1, 2, 3)]


def ceremony(box: Box, by: User) -> list[str]:
    cards = show_all(box, by)
    hold_ceremony(box=box, texts=cards, by=by)
    return cards


@pytest.fixture
def reconciled(draft, officer) -> tuple[Box, list[str]]:
    """Two people voted, nothing is opened yet; with the three cards."""
    cards = ceremony(draft, officer)
    box = voting.freeze_box(box=draft, by=officer)
    letters = [code for code, _row in voting.make_passes(box=box, entries=box.roll.entries.all()[:2])]
    voting.open_voting(box=box, by=officer)
    for letter, choice in zip(letters, ("verger", "lavoir"), strict=True):
        right = Right.of_code(box, letter.grouped)
        voting.cast_ballot(box=Box.objects.get(pk=box.pk), right=right, choices={"q1": [choice]}, origin=ONLINE)
    voting.close_voting(box=box, by=officer)
    return voting.reconcile_box(box=box, by=officer), cards


def pair_files(box: Box) -> list[Path]:
    return sorted(boxkeys.installation().key_dir.glob(f"box-{box.ref}.*"))


@pytest.mark.parametrize("pair", list(itertools.permutations(range(3), 2)))
def test_every_two_of_the_three_open_the_box_in_any_order(reconciled, officer, pair):
    box, cards = reconciled
    box = voting.open_box(box=box, by=officer, cards=[cards[n] for n in pair])
    assert box.state == "opened"
    assert [row.choices["q1"] for row in box.cast_vote_records.all()] == [["lavoir"], ["verger"]]
    record = Record.objects.select_related("payload").get(type="box.opened")
    told = json.loads(bytes(record.payload.body))
    assert told == {"ballots": 2, "trustees": [NAMES[n] for n in sorted(pair)]}


def test_after_the_opening_the_trustees_cards_join_no_ballot_to_a_right(reconciled, officer):
    """I7: what their key opens lies beside nothing."""
    box, cards = reconciled
    ballots = Record.objects.of_box(box.definition_hash).ballots()
    assert all(subject for subject in ballots.values_list("payload__subject", flat=True))
    voting.open_box(box=box, by=officer, cards=cards[:2])
    beside = ballots.values_list("payload__subject", "payload__body", "payload__body_salt", "payload__subject_salt")
    assert [tuple(map(bool, row)) for row in beside] == [(False,) * 4] * 2
    assert box.sealed_ballots.count() == 2


def test_a_whole_vote_by_trustees_is_certified_and_verified(reconciled, officer):
    box, cards = reconciled
    voting.open_box(box=box, by=officer, cards=cards[1:])
    box = voting.certify_box(box=box, by=officer)
    folder = published_folder(box)
    assert json.loads((folder / "definition.json").read_bytes())["trustees"] == {"needed": 2, "of": 3}
    assert json.loads((folder / "result.json").read_bytes())["opened_by"] == NAMES[1:]
    done = subprocess.run(
        [sys.executable, folder / "verify.py", folder], capture_output=True, text=True, timeout=HANGS_S
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything agrees." in done.stdout
    (second,) = judged([folder])
    assert second["isRight"], second["problems"]


def spoiled(card: str) -> str:
    return card[:20] + ("0" if card[20] != "0" else "1") + card[21:]


@pytest.mark.parametrize(
    ("typed", "refusal", "place"),
    [
        (lambda c: [], CardsNeeded, 0),
        (lambda c: [c[0]], CardsNeeded, 0),
        (lambda c: [c[0], ""], CardsNeeded, 0),
        (lambda c: [c[0], c[0]], SameCard, 2),
        (lambda c: [c[0], spoiled(c[1])], CardMistyped, 2),
        (lambda c: [c[0][:30], c[1]], CardMistyped, 1),
        (lambda c: [c[0], c[1] * 6], CardMistyped, 2),
        (lambda c: [new_card().text, c[1]], CardUnknown, 1),
        (lambda c: [c[0], new_card().text], CardUnknown, 2),
        (lambda c: [c[0][18:] + c[0][:18], c[1]], CardUnknown, 1),
        (lambda c: [c[0][:18] + c[1][18:], c[2]], CardUnknown, 1),
    ],
)
def test_what_is_not_two_cards_of_the_box_opens_nothing(reconciled, officer, typed, refusal, place):
    """The refusal names the card that is not right, the box stays reconciled, and the log of the office says so."""
    box, cards = reconciled
    before = Record.objects.count()
    with pytest.raises(refusal) as refused:
        voting.open_box(box=box, by=officer, cards=typed(cards))
    assert refused.value.details["card"] == place
    if place and refusal is not SameCard:
        assert str(place) in str(refused.value.message)
    box.refresh_from_db()
    assert (box.state, box.cast_vote_records.count(), Record.objects.count()) == ("reconciled", 0, before)
    assert boxkeys.pseudonym_key(box)
    assert Act.objects.get(deed="box.cards_refused").facts["code"] == refusal.code
    assert voting.open_box(box=box, by=officer, cards=cards[:2]).state == "opened"


def test_a_card_is_read_as_people_type_it(reconciled, officer):
    box, cards = reconciled
    first = f" {cards[0][:18].lower()} -\u2013\n{cards[0][18:]}".replace("0", "o").replace("1", "l")
    second = "-".join(cards[2][at : at + 4] for at in range(0, 36, 4))
    assert voting.open_box(box=box, by=officer, cards=[first, second]).state == "opened"


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", "swap", "key", "bit", "missing"])
def test_a_damaged_file_opens_nothing_and_the_other_pairs_still_open(reconciled, officer, damage):
    box, cards = reconciled
    damaged, other = pair_files(box)[0], pair_files(box)[1]
    assert (damaged.suffix, other.suffix) == (".pair12", ".pair13")
    facts = json.loads(damaged.read_bytes())
    if damage == "missing":
        damaged.unlink()
    elif damage == "swap":
        damaged.write_bytes(other.read_bytes())
    elif damage == "key":
        facts["box_key"] = keys.b64u(keys.public_bytes(keys.new_private_key()))
        damaged.write_bytes(json.dumps(facts).encode())
    elif damage == "bit":
        wrapped = bytearray(keys.unb64u(facts["wrapped"]))
        wrapped[5] ^= 1
        damaged.write_bytes(json.dumps(facts | {"wrapped": keys.b64u(bytes(wrapped))}).encode())
    else:
        damaged.write_bytes(damage)
    with pytest.raises(PairFileDamaged):
        voting.open_box(box=box, by=officer, cards=cards[:2])
    box.refresh_from_db()
    assert (box.state, box.cast_vote_records.count()) == ("reconciled", 0)
    assert voting.open_box(box=box, by=officer, cards=cards[1:]).state == "opened"


def test_a_pair_of_another_key_opens_nothing(reconciled, officer):
    """Who holds folder and cards could wrap another key: it is not the one that the frozen definition names."""
    box, cards = reconciled
    parsed = {n: trustees.parse_card(text) for n, text in enumerate(cards, start=1)}
    other = trustees.wrap(keys.new_private_key(), parsed, ref=box.ref, pair=(1, 2), iv=bytes(12))
    pair_files(box)[0].write_bytes(other)
    with pytest.raises(PairFileDamaged):
        voting.open_box(box=box, by=officer, cards=cards[:2])


def everything_kept(box: Box, folder: Path) -> bytes:
    """All rows of the database and all files of the installation, as one text."""
    rows = [repr(list(model._base_manager.values())) for model in apps.get_models()]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return "\n".join(rows).encode() + b"\n".join(files)


def test_no_card_and_no_open_key_is_kept_anywhere(draft, officer, settings, caplog, monkeypatch):
    made = []
    real = keys.new_private_key
    monkeypatch.setattr(trustees.keys, "new_private_key", lambda: made.append(real()) or made[-1])
    with caplog.at_level(logging.DEBUG):
        cards = ceremony(draft, officer)
        try_cards(box=draft, texts=cards[:2], by=officer)
        with pytest.raises(CardUnknown):
            try_cards(box=draft, texts=[cards[0], new_card().text], by=officer)
        voting.freeze_box(box=draft, by=officer)
    assert [path.suffix for path in pair_files(draft)] == [".pair12", ".pair13", ".pair23", ".pseudonym", ".seed"]
    assert {path.stat().st_mode & 0o777 for path in pair_files(draft)} == {0o600}
    kept = everything_kept(draft, settings.PARVIS_VAR) + caplog.text.encode()
    raws = [trustees.parse_card(text).raw for text in cards]
    secrets = [number.to_bytes(32, "big") for number in (key.private_numbers().private_value for key in made)]
    assert made
    for secret in raws + [raw[:10] for raw in raws] + [raw[10:] for raw in raws] + secrets:
        for form in (secret, repr(secret)[2:-1].encode(), secret.hex().encode(), keys.b64u(secret).encode()):
            assert form not in kept
    for text in cards:
        for form in (text, text[:18], text[18:], Code(trustees.parse_card(text).raw[:10]).grouped):
            assert form.encode() not in kept
    assert "…" in repr(trustees.parse_card(cards[0])) and cards[0][:18] not in repr(trustees.parse_card(cards[0]))


def test_the_key_that_is_frozen_is_the_one_that_was_wrapped(draft, officer):
    ceremony(draft, officer)
    box = voting.freeze_box(box=draft, by=officer)
    assert Definition.of(box).box_key == trustees.public_key(box) == boxkeys.public_key(box)
    with pytest.raises(FileNotFoundError):
        boxkeys.private_key(box)


def test_a_box_held_by_the_installation_says_what_it_always_said(officer):
    box = save_box(box=make_box(doors=["web"]), by=officer)
    with pytest.raises(NoTrustees):
        show_card(box=box, number=1, by=officer)
    box = voting.freeze_box(box=box, by=officer)
    assert list(Definition.of(box).facts)[-1] == "sealed_length"
    with pytest.raises(NoTrustees):
        try_cards(box=box, texts=["", ""], by=officer)


def test_a_box_with_trustees_is_not_frozen_without_the_ceremony(draft, officer, settings):
    with pytest.raises(NotReadyToFreeze):
        voting.freeze_box(box=draft, by=officer)
    with pytest.raises(CeremonyMissing):
        try_cards(box=draft, texts=["x", "y"], by=officer)
    with pytest.raises(CardsMissing):
        hold_ceremony(box=draft, texts=["a", "b", "c"], by=officer)
    cards = show_all(draft, officer)
    with pytest.raises(NotReadyToFreeze):
        voting.freeze_box(box=draft, by=officer)
    for wrong, refusal in (
        ([cards[1], cards[0], cards[2]], CardOfAnother),
        ([cards[0], cards[1], cards[1]], SameCard),
        ([cards[0], cards[1], new_card().text], CardUnknown),
        ([cards[0], cards[1], ""], CardMistyped),
        (cards[:2], CardsMissing),
    ):
        with pytest.raises(refusal):
            hold_ceremony(box=draft, texts=wrong, by=officer)
        assert pair_files(draft) == []
    hold_ceremony(box=draft, texts=cards, by=officer)
    pair_files(draft)[1].unlink()
    with pytest.raises(NotReadyToFreeze):
        voting.freeze_box(box=draft, by=officer)


def test_a_card_is_shown_once_and_a_page_loaded_again_makes_none_void(draft, officer):
    first = show_card(box=draft, number=1, by=officer)
    with pytest.raises(CardShown):
        show_card(box=draft, number=1, by=officer)
    there = draft.trustees.get(number=1).card_id
    second = show_card(box=draft, number=1, instead=there, by=officer)
    with pytest.raises(CardShown):
        show_card(box=draft, number=1, instead=there, by=officer)
    others = [show_card(box=draft, number=n, by=officer).text for n in (2, 3)]
    with pytest.raises(CardUnknown):
        hold_ceremony(box=draft, texts=[first.text, *others], by=officer)
    hold_ceremony(box=draft, texts=[second.text, *others], by=officer)
    with pytest.raises(CeremonyHeld):
        show_card(box=draft, number=1, instead=draft.trustees.get(number=1).card_id, by=officer)


def test_a_ceremony_that_breaks_off_leaves_nothing_and_is_held_again(draft, officer, monkeypatch):
    cards = show_all(draft, officer)
    with monkeypatch.context() as broken:
        broken.setattr(trustees, "try_pair", lambda *a, **k: (_ for _ in ()).throw(PairDamaged("disk")))
        with pytest.raises(PairDamaged):
            hold_ceremony(box=draft, texts=cards, by=officer)
    assert pair_files(draft) == []
    left = boxkeys.installation().key_dir / f"box-{draft.ref}.pair12"
    left.write_bytes(b"left by a machine that stopped")
    hold_ceremony(box=draft, texts=cards, by=officer)
    key = trustees.public_key(draft)
    hold_ceremony(box=draft, texts=cards, by=officer)
    assert trustees.public_key(draft) == key
    for pair in itertools.combinations(cards, 2):
        try_cards(box=draft, texts=pair, by=officer)


def test_a_ceremony_taken_back_before_freezing_leaves_no_key_and_no_valid_card(
    draft, officer, django_capture_on_commit_callbacks
):
    cards = ceremony(draft, officer)
    with django_capture_on_commit_callbacks(execute=True):
        undo_ceremony(box=draft, by=officer)
    assert pair_files(draft) == []
    with pytest.raises(CardsMissing):
        hold_ceremony(box=draft, texts=cards, by=officer)
    new = ceremony(draft, officer)
    with pytest.raises(CardUnknown):
        try_cards(box=draft, texts=cards[:2], by=officer)
    with django_capture_on_commit_callbacks(execute=True):
        save_box(box=draft, by=officer)  # another question: the cards stay valid
    try_cards(box=draft, texts=new[:2], by=officer)
    with django_capture_on_commit_callbacks(execute=True):
        save_box(box=draft, by=officer, trustees=[*NAMES[:2], "Denis Noir"])
    assert pair_files(draft) == [] and not any(one.is_proved for one in draft.trustees.all())
    ceremony(draft, officer)
    with django_capture_on_commit_callbacks(execute=True):
        save_box(box=draft, by=officer, trustees=[])
    assert pair_files(draft) == []
    other = save_box(box=make_box(doors=["web"], slug="other"), by=officer, trustees=NAMES)
    ceremony(other, officer)
    with django_capture_on_commit_callbacks(execute=True):
        delete_box(box=Box.objects.get(pk=other.pk), by=officer)
    assert pair_files(other) == []
    assert voting.freeze_box(box=draft, by=officer).state == "frozen"
    with pytest.raises(BoxNotDraft):
        save_box(box=draft, by=officer, trustees=NAMES)


def test_nothing_about_trustees_changes_once_the_box_is_frozen(draft, officer):
    cards = ceremony(draft, officer)
    voting.freeze_box(box=draft, by=officer)
    for deed in (
        lambda: undo_ceremony(box=draft, by=officer),
        lambda: show_card(box=draft, number=1, instead=draft.trustees.get(number=1).card_id, by=officer),
        lambda: hold_ceremony(box=draft, texts=cards, by=officer),
        lambda: save_box(box=draft, by=officer, trustees=[]),
    ):
        with pytest.raises(BoxNotDraft):
            deed()
    for change in ({"name": "Autre"}, {"salt": b"1" * 16}, {"check_value": b"1" * 16}, {"is_proved": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            draft.trustees.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Box.objects.filter(pk=draft.pk).update(has_trustees=False)
    try_cards(box=draft, texts=cards[1:], by=officer)


def test_trying_opens_no_ballot_and_is_in_the_log_of_the_office(reconciled, officer):
    box, cards = reconciled
    for pair in itertools.combinations(cards, 2):
        try_cards(box=box, texts=pair, by=officer)
    with pytest.raises(SameCard):
        try_cards(box=box, texts=[cards[0], cards[0]], by=officer)
    box.refresh_from_db()
    assert (box.state, box.cast_vote_records.count()) == ("reconciled", 0)
    tried = Act.objects.filter(deed="box.cards_tried").order_by("pk")
    assert [act.facts["trustees"] for act in tried] == [NAMES[:2], [NAMES[0], NAMES[2]], NAMES[1:]]
    assert {act.by for act in tried} == {officer}
    refused = Act.objects.get(deed="box.cards_refused")
    assert refused.facts == {"code": "same_card", "at": "test", "card": 2, "trustees": NAMES[:1]}


def test_with_one_card_lost_the_other_two_open(reconciled, officer):
    box, cards = reconciled
    record_card(box=box, number=2, is_lost=True, by=officer)
    record_card(box=box, number=2, is_lost=True, by=officer)
    assert box.trustees.get(number=2).is_card_lost
    record_card(box=box, number=2, is_lost=False, by=officer)
    record_card(box=box, number=2, is_lost=True, by=officer)
    assert list(Act.objects.filter(deed__startswith="box.card_").order_by("pk").values_list("deed", flat=True))[3:] == [
        "box.card_lost", "box.card_found", "box.card_lost",
    ]  # fmt: skip
    assert voting.open_box(box=box, by=officer, cards=[cards[0], cards[2]]).state == "opened"


def test_the_wrapped_keys_are_destroyed_with_the_box(draft, officer):
    cards = ceremony(draft, officer)
    box = voting.freeze_box(box=draft, by=officer)
    boxkeys.destroy_keys(box)
    assert pair_files(box) == []
    with pytest.raises(CardRefused):
        try_cards(box=box, texts=cards[:2], by=officer)


def test_the_worked_case_wraps_and_opens():
    case = json.loads(VECTORS.read_text(encoding="utf-8"))
    cards = {int(number): trustees.parse_card(text) for number, text in case["cards"].items()}
    private = keys.private_key_from_number(int(case["private_number"], 16))
    for number, card in cards.items():
        salt = bytes.fromhex(case["salt"])
        assert trustees.check_of(card, ref=case["box"], number=number, salt=salt).hex() == case["checks"][str(number)]
        assert re.fullmatch(r"[0-9A-Z]{36}", card.text)
    for one in case["pairs"]:
        pair = tuple(one["pair"])
        made = trustees.wrap(private, cards, ref=case["box"], pair=pair, iv=keys.unb64u(one["iv"]))
        assert json.loads(made) == one
        opened = trustees.unwrap(made, cards, ref=case["box"], pair=pair)
        assert keys.public_bytes(opened) == keys.public_bytes(private)
    swapped = {1: cards[2], 2: cards[1], 3: cards[3]}
    with pytest.raises(PairDamaged):
        trustees.unwrap(json.dumps(case["pairs"][0]).encode(), swapped, ref=case["box"], pair=(1, 2))
