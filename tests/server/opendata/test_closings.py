"""Both verifiers hold closings, lost devices (D2) and a sample of letters (P12) against the list; places are named."""

from __future__ import annotations

import json

import pytest

from server.ledger.keys import key_hash, private_key_from_number, public_bytes, sign
from server.ledger.records import build_record
from server.opendata import verify

from .second_verifier import judged
from .small_town import FIRST, HALL, SERVER, SERVER_KEY, Source, published, some_ballots
from .tampering.engine import Case, Folder, Publisher, cases, tampered

HOLDER = Publisher(lambda message: sign(SERVER, message), SERVER_KEY)
SLIPPED, UNKNOWN = (key_hash(public_bytes(private_key_from_number(number)))[:16] for number in (78, 79))
CLOSING = f"accounts.json, closings, {HALL}"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return published(some_ballots(30), some_ballots(3, seed=9), precedence=FIRST)


def both(files, folder, capsys) -> tuple[list[str], set[tuple[str, str]]]:
    """What verify.py prints, and place and code of each finding of the browser's verifier."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = verify.main([str(folder)])
    capsys.readouterr()
    [second] = judged([folder])
    return (found or "").split("\n"), {(one["place"], one["code"]) for one in second["problems"]}


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("fewer_ballots_are_lost", f"{SLIPPED}: counted again", f"missing, {SLIPPED} loss"),
        ("a_slip_names_fewer_ballots", f"{SLIPPED}: named otherwise in the list", f"missing, {SLIPPED} loss_named"),
        ("a_slip_was_written_anew", f"{SLIPPED}: not what the list committed", f"missing, {SLIPPED} not_committed"),
        ("a_loss_is_called_unknown", f"{SLIPPED}: named otherwise", f"missing, {SLIPPED} loss_named"),
        ("an_unknown_loss_is_called_none", f"{UNKNOWN}: named otherwise", f"missing, {UNKNOWN} loss_named"),
        ("a_lost_device_is_not_told", f"{HALL}: other devices", f"closings, {HALL} closing_devices"),
        ("a_lost_device_is_said_to_be_back", f"{HALL}: other losses", f"missing, {HALL} closing_losses"),
        ("a_slip_is_of_another_key", f"{SLIPPED}: the device did not sign", f"missing, {SLIPPED} slip_seal"),
        ("a_closing_is_gone", "closings: other sessions", "closings closing_others"),
        ("a_closing_lost_nothing", f"{HALL}: not what the list committed", f"closings, {HALL} not_committed"),
        ("the_account_of_devices_is_gone", f"{HALL}: other devices", f"closings, {HALL} closing_devices"),
        ("the_sample_is_gone", "sample: another than the list knows", "sample sample_others"),
        ("an_answer_is_off", "sample: 2 letters, ", "sample sum"),
        ("a_sample_was_drawn_with_another_seed", "sample: not as it was drawn", "sample sample_drawn"),
        ("more_people_could_be_asked", "sample: of more people", "sample sample_marks"),
    ],
)
def test_what_was_altered_is_named_with_its_place_by_both(files, tmp_path, capsys, kind, words, code):
    cases(1, seed=0)
    found, second = both(tampered(files, Case(kind, 1), HOLDER), tmp_path / kind, capsys)
    assert any(words in line for line in found), found
    assert tuple(f"accounts.json, {code}".rsplit(" ", 1)) in second, second


def rewritten(files, change) -> dict[str, bytes]:
    """A publisher who keeps the house's chain and rewrites its end, commitments and all, and asks no witness.

    change: of the bodies by type.
    """
    folder, source = Folder(files, HOLDER), Source(9)
    headers, told = folder.headers, folder.json("accounts.json")
    said = {
        one["index"]: one
        for one in (
            *told["closings"],
            *(each["named"] for each in told["missing"]),
            *told["revoked"],
            told["sample"],
        )
    }
    first, before = min(said), ""
    for index, text in enumerate(headers):
        facts = json.loads(text)
        if index < first or facts["dev"] != "ee" * 32:
            before = key_hash(text.encode()) if facts["dev"] == "ee" * 32 else before
            continue
        body = json.loads(said[index]["body"]) if index in said else {}
        change(facts["type"], body)
        made = build_record(
            type=facts["type"], definition=facts["def"], meeting=facts["meeting"], space=facts["space"],
            actor=facts["actor"], body=json.dumps(body).encode(), dev=facts["dev"], epoch=facts["epoch"],
            seq=facts["seq"], prev=before, rng=source,
        )  # fmt: skip
        headers[index], before = made.header_text, made.id
        if index in said:
            said[index].update(body=made.body.decode(), salt=made.body_salt.hex())
    folder.put("accounts.json", told)
    folder.set_log(headers)
    folder.put("witnesses.json", {"format": "parvis-witnesses-1", "witnesses": [], "statements": []})
    folder.sign_again()
    return folder.files


def test_a_chain_rewritten_without_a_change_is_right(files, tmp_path, capsys):
    """So what is found below is found for no other reason."""
    assert both(rewritten(files, lambda type_, body: None), tmp_path / "same", capsys) == ([""], set())


def test_a_slip_that_the_device_did_not_sign_is_found_though_the_list_commits_to_it(files, tmp_path, capsys):
    """Who names a device says that it made fewer records: its own key says otherwise."""

    def shorter(type_, body):
        if type_ == "device.missing" and "slip" in body:
            body["slip"]["seq"] -= 1

    found, second = both(rewritten(files, shorter), tmp_path / "slip", capsys)
    assert found == [f"! accounts.json, missing, {SLIPPED}: the device did not sign its slip"]
    assert second == {(f"accounts.json, missing, {SLIPPED}", "slip_seal")}


def test_a_chain_that_does_not_end_as_its_closing_says_is_found_though_the_list_commits_to_it(files, tmp_path, capsys):
    def another_head(type_, body):
        if type_ == "session.reconciled":
            [[chain]] = body["heads"].values()
            chain["head"] = "5e" * 32

    found, second = both(rewritten(files, another_head), tmp_path / "head", capsys)
    assert len(found) == 1 and "its chain does not end so" in found[0] and CLOSING in found[0]
    assert {code for _place, code in second} == {"closing_head"}


def test_a_draw_after_the_certification_is_found_though_the_list_commits_to_it(files, tmp_path, capsys):
    folder = Folder(files, HOLDER)
    types = [json.loads(header)["type"] for header in folder.headers]
    drawn, certified = types.index("sample.drawn"), types.index("box.certified")
    headers = folder.headers
    headers[drawn], headers[certified] = headers[certified], headers[drawn]
    folder.set_log(headers)
    folder.edit("accounts.json", lambda data: data["sample"].update(index=certified))
    folder.sign_again()
    found, second = both(folder.files, tmp_path / "late", capsys)
    assert any("accounts.json, sample: not as it was drawn" in line for line in found)
    assert ("accounts.json, sample", "sample_drawn") in second
