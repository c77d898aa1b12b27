"""P23: after the day of destruction no name, address or code of a vote is left anywhere; every proof still holds.

Somebody greps a dump of the whole database, and every file of the installation, for the bytes of what people were
asked for and what the staff wrote about them.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from server.ledger.actions import sign_checkpoint
from server.ledger.codes import Code, new_code
from server.ledger.models import Checkpoint, Record
from server.ledger.receipts import receipt_for
from server.ledger.tree import leaf_hash, root_from_path
from server.meetings import actions as meetings
from server.opendata.actions import published_folder
from server.operations.rows import dump
from server.voting import actions as voting
from server.voting.actions.objections import decide_objection, receive_objection
from server.voting.actions.walk_ins import decide_walk_in, enter_walk_in
from server.voting.models import Assistance, PresenceMark, RollEntry, RollVersion
from tests.server.votes import Vote, make_box, make_session, noon, print_sheets

pytestmark = pytest.mark.django_db
PEOPLE = [("Quenneville", "Apolline"), ("Vraisembert", "Théophile"), ("Zimmerlin", "Ondine"), ("Harpignies", "Côme")]
HELPER = "Gwendoline Outremer"
WALK_IN = {
    "family_name": "Tournebise", "given_name": "Philomène", "birth_date": dt.date(1951, 2, 3),
    "address": "9 sente des Amourettes", "shown": "passeport 12ZZ98765", "reason": "arrivée en mars",
}  # fmt: skip


def dumped() -> bytes:
    """Every row of every table, and every file, as bytes; on SQLite its own dump as well, with what Django forgot."""
    found = [line for model in apps.get_models() for line in dump(model, using="default")]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        found += [line.encode() + b"\n" for line in connection.connection.iterdump()]
    var = Path(settings.PARVIS_VAR)
    database = {f"db.sqlite3{end}" for end in ("", "-wal", "-shm", "-journal")}
    found += [p.read_bytes() for p in sorted(var.rglob("*")) if p.is_file() and p.name not in database]
    return b"\0".join(found)


def lines_of(vote: Vote) -> list[RollEntry]:
    """Four people with everything that a roll knows of anybody."""
    return RollEntry.objects.bulk_create(
        RollEntry(
            roll=vote.box.roll, number=f"INSEE-77{place}41", family_name=family, given_name=given,
            birth_date=dt.date(1930 + place, 11, 7), address=f"{place}7 impasse Grenadine",
            email=f"{given}@maison.example",
        )
        for place, (family, given) in enumerate(PEOPLE, start=1)
    )  # fmt: skip


def held_vote(officer) -> Vote:
    """Everything that writes about people: letters, a correction, a void letter, the desk, a walk-in, an objection,
    an envelope, a proxy and a helper."""
    ways = {"takes_post": True, "post_deadline": {"fr": "vendredi"}, "proxies_per_holder": 1, "helped_per_helper": 2}
    box = make_box(people=0, **ways)
    vote = Vote(box=box, session=make_session(box), officer=officer)
    vote.entries = sorted(lines_of(vote), key=lambda one: one.number)
    voting.freeze_box(box=box, by=officer)
    vote.letters = [code for code, _row in voting.make_passes(box=box, entries=vote.entries)]
    vote.stack = [code for code, _row in voting.make_passes(session=vote.session, quantity=4)]
    voting.open_voting(box=box, by=officer)
    meetings.open_session(session=vote.session, by=officer)
    vote.refresh()
    vote.online(0, "verger", token="aform")
    vote.online(1, "lavoir")
    lost = vote.entries[2]
    voting.void_letter(box=box, entry=lost, reason="Madame Zimmerlin ne l’a pas reçue", by=officer)
    line = {name: getattr(lost, name) for name in ("number", "given_name", "birth_date", "address", "email")}
    amended = voting.Correction(
        box.roll, RollVersion.Kind.AMENDED, "Zimmerlin écrivait mal", lost, {**line, "family_name": "Zimmerlin-Roy"}
    )
    voting.correct_roll(correction=amended, by=officer)
    given_back = vote.hand_over(3)
    mark = PresenceMark.objects.get(entry=vote.entries[3])
    why = {"reason": PresenceMark.Back.OTHER, "note": "Monsieur Harpignies préfère rentrer"}
    voting.restore_right(mark=mark, code_text=given_back.text, by=officer, **why)
    refused = enter_walk_in(
        session=vote.session, roll=box.roll, about=WALK_IN, code_text=vote.stack.pop().text, by=officer
    )
    decide_walk_in(walk_in=refused, is_accepted=False, reason="Tournebise habite ailleurs", by=officer)
    said = {"matter": "Vraisembert n’a pas de voix", "from_whom": "Vraisembert", "received_on": dt.date(2027, 5, 9)}
    objection = receive_objection(box=box, by=officer, **said)
    decide_objection(objection=objection, outcome="rejected", decision="Vraisembert en a une", by=officer)
    vote.codes = [*vote.letters, given_back, *vote.stack, by_other_ways(vote)]
    left = {"passes_unused": 3, "passes_spoiled": 0, "passes_returned": 0, "passes_issued": 1}
    vote.finish(**left, sheets_in_box=0, sheets_unused=0)
    return vote.refresh()


def by_other_ways(vote: Vote) -> Code:
    """An envelope that was lost, a proxy that was revoked, two people helped; the code of the envelope."""
    quenneville, vraisembert = vote.entries[:2]
    print_sheets(vote, 1)
    sent = voting.prepare_envelopes(box=vote.box, session=vote.session, entries=[quenneville])[0]
    code = new_code()
    sent.check_value, sent.state = code.check(bytes(vote.box.letter_key)).hex(), sent.State.SENT
    sent.save()
    voting.void_envelope(envelope=sent, reason="Apolline Quenneville a déménagé", by=vote.officer)
    people = {"giver": quenneville, "holder": vraisembert, "shown": "papier signé Quenneville"}
    proxy = voting.enter_proxy(boxes=[vote.box], by=vote.officer, **people)[0]
    voting.revoke_proxy(proxy=proxy, reason="Quenneville vient", by=vote.officer)
    for _person in range(2):
        voting.note_help(session=vote.session, name=HELPER, by=vote.officer)
    return code


def needles(vote: Vote) -> dict[str, bytes]:
    """What must be nowhere. Names as they are and as JSON would spell them."""
    said = [word for family, given in PEOPLE for word in (family, given, f"{given}@maison.example")]
    said += [str(WALK_IN[name]) for name in ("family_name", "given_name", "address", "shown")]
    said += [
        HELPER,
        "gwendoline",
        "impasse Grenadine",
        "Zimmerlin-Roy",
        "INSEE-77",
        *(f"193{place}-11-07" for place in range(1, 5)),
    ]
    said += [spelt for code in vote.codes for spelt in (code.text, code.grouped)]
    found = {word: word.encode() for word in said}
    return found | {
        f"{word} as JSON": word.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00") for word in said
    }


def test_p23_after_its_day_no_name_address_or_code_is_left_and_every_proof_holds(settings):
    from server.accounts.models import User

    vote = held_vote(User.objects.create_user("office@example.org"))
    wanted, before = needles(vote), dumped()
    for seen in ("Quenneville", "impasse Grenadine", "Tournebise", "Harpignies", "INSEE-77", HELPER):
        assert wanted[seen] in before  # the look is not blind
    helped = Assistance.objects.count()
    proofs = [(row, receipt_for(row)) for row in Record.objects.ballots()]
    type(vote.box).objects.filter(pk=vote.box.pk).update(certified_at=noon(60))
    assert voting.destroy_remains(box=vote.box).destroyed_at
    after = dumped()
    assert [name for name, needle in wanted.items() if needle in after] == []
    assert Assistance.objects.count() == helped == 2
    for row, receipt in proofs:
        assert receipt_for(row)["id"] == receipt["id"] and holds(row, receipt_for(row))
    assert sign_checkpoint().size == Record.objects.count()
    command = [sys.executable, "-I", str(published_folder(vote.box) / "verify.py")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def holds(row: Record, receipt: dict) -> bool:
    path = [bytes.fromhex(step) for step in receipt["path"]]
    root = Checkpoint.objects.filter(size=receipt["size"]).latest("pk").root
    return root_from_path(receipt["index"], receipt["size"], leaf_hash(row.header.encode()), path).hex() == root
