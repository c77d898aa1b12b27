"""Writes the cases that Python and JavaScript both run: ``python -m tests.vectors.make_vectors`` from the repository.

Everything is drawn from fixed numbers, so running it again writes the same bytes (a test checks that). The files are
golden: a case, once released, is never changed or removed; new ones are added.

    codes.json     codes: raw, k → text, grouped, check, use (hex); readings: typed → raw, or the code of the refusal
    sealing.json   sealed: keys, definition, length, choices → every step up to the sealed bytes; refused: → code
    records.json   records: a chain, line by line → id, subject, body, fields of the header; refused: line → code
    messages.json  messages: the bytes that are signed, and a signature of them by ``private``
    ballots.json   contests by name; answers: contest, chosen → problems, status;
                   ballots: names of contests, choices → status
    consistency.json  cases: sizes, roots and the proof that the larger list extends the smaller → holds
    unlock.json    cards: raw, session → text, id; pack: of a desk, which the first two cards open → roll; notes: facts,
                   place → the body of a record, under the first card; refused: typed
    attachments.json  image, the record that names it, each piece with what is signed over it, and the last reply
    worked.json    one kiosk from code to export file, step by step: the example of docs/protocol.md §13, which is
                   written at the same time

Private keys are given as their number in hex and as JWK, which is what browsers import.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from server.ledger import messages, tree
from server.ledger.codes import Code, NotACode, parse_code
from server.ledger.keys import b64u, key_hash, load_public_key, private_key_from_number, public_bytes
from server.ledger.records import MalformedRecord, Record, build_record
from server.voting import sealing, unlocking
from server.voting.ballots import BY_POINTS, answer_status, ballot_status, check_choices
from tests.vectors.worked import DEVICE, SERVER, chapter, signed, worked

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "protocol.md"
BOX, EPHEMERAL = 0x1003, 0x1004
DEFINITION = bytes(range(32))


class Seeded:
    """Bytes that look random and are always the same."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def token_bytes(self, nbytes: int) -> bytes:
        return self._draw.randbytes(nbytes)


def jwk(number: int) -> dict:
    public = public_bytes(private_key_from_number(number))
    point = {"x": b64u(public[1:33]), "y": b64u(public[33:])}
    return {"kty": "EC", "crv": "P-256", **point, "d": b64u(number.to_bytes(32, "big"))}


def key_facts(name: str, number: int) -> dict:
    public = public_bytes(private_key_from_number(number))
    return {f"{name}_private": f"{number:064x}", f"{name}_jwk": jwk(number), f"{name}_public": b64u(public)}


def refusal_of(action, *arguments) -> str:
    try:
        action(*arguments)
    except (NotACode, MalformedRecord, sealing.CannotOpen) as refusal:
        return refusal.code
    raise AssertionError("this case must be refused")


def codes() -> dict:
    cases = []
    for raw, k in [(bytes(range(10)), b"\x2a" * 32), (bytes(10), bytes(32)), (b"\xff" * 10, bytes(range(32)))]:
        cases.append(code_case(Code(raw), k))
    source = Seeded(1)
    cases += [code_case(Code(source.token_bytes(10)), source.token_bytes(32)) for _ in range(20)]
    text = Code(bytes(range(10))).text
    grouped = Code(bytes(range(10))).grouped
    right = [text, grouped, grouped.lower(), text.replace("0", "O"), text.replace("0", "o"), f"  {text}\r\n"]
    right += [text.replace("4", "4\u00a0"), text.replace("4", "4\u2013"), "-".join(text)]
    one = Code(b"\x08\x42\x10\x84\x21\x08\x42\x10\x84\x21").text
    right += [one.replace("1", "I"), one.replace("1", "l"), one.replace("1", "L"), one.replace("1", "i")]
    wrong = ["", "0", text[:-1], text + "0", "U" + text[1:], "\u0131" + text[1:], "\uff10" + text[1:], text + "!"]
    wrong += [text.replace("4", "5", 1), text[:3] + text[4] + text[3] + text[5:], "Z" * 18]
    readings = [{"typed": typed, "raw": parse_code(typed).raw.hex()} for typed in right]
    readings += [{"typed": typed, "refused": refusal_of(parse_code, typed)} for typed in wrong]
    return {"codes": cases, "readings": readings}


def code_case(code: Code, k: bytes) -> dict:
    keyed = {"check": code.check(k).hex(), "use": code.use(k).hex(), "voice": code.voice(k).hex()}
    return {"raw": code.raw.hex(), "k": k.hex(), "text": code.text, "grouped": code.grouped, **keyed}


def sealing_case(name: str, choices: dict, length: int, box: int, own: int, definition: bytes) -> dict:
    box_key = private_key_from_number(box)
    private = private_key_from_number(own)
    box_public, own_public = public_bytes(box_key), public_bytes(private)
    shared = private.exchange(ec.ECDH(), load_public_key(box_public))
    key, iv = sealing._derive(shared, own_public, box_public)
    sealed = sealing.seal(choices, box_key=box_public, definition=definition, length=length, private=private)
    plain = json.dumps({"v": 1, "choices": choices}, ensure_ascii=False, separators=(",", ":"))
    facts = {"name": name, **key_facts("box", box), **key_facts("ephemeral", own)}
    steps = {"plain": plain, "shared": shared.hex(), "key": key.hex(), "iv": iv.hex(), "sealed": sealed.hex()}
    return {**facts, "definition": definition.hex(), "length": length, "choices": choices, **steps}


def sealings() -> dict:
    first = sealing_case("two choices", {"q1": ["13", "7"]}, 64, BOX, EPHEMERAL, DEFINITION)
    sealed = [
        first,
        sealing_case("blank", {"q1": []}, 64, BOX, EPHEMERAL + 1, DEFINITION),
        sealing_case("exactly as long as the box", {"q1": ["13", "7"]}, len(first["plain"]), BOX, 5, DEFINITION),
        sealing_case("points", {"q1": {"7": 0, "13": 4}}, 64, BOX, 7, DEFINITION),
        sealing_case("accents, two contests", {"q1": ["é", "L010"], "q2": ["oui"]}, 512, BOX, 6, bytes(32)),
    ]
    refused = []
    raw = bytes.fromhex(first["sealed"])
    for name, content, definition in [
        ("cut", raw[:-1], DEFINITION),
        ("last byte altered", raw[:-1] + bytes([raw[-1] ^ 1]), DEFINITION),
        ("first byte of the ciphertext altered", raw[:65] + bytes([raw[65] ^ 1]) + raw[66:], DEFINITION),
        ("other definition", raw, bytes(32)),
        ("no point", b"\x04" + bytes(64) + raw[65:], DEFINITION),
        ("empty", b"", DEFINITION),
    ]:
        code = refusal_of(
            lambda content=content, definition=definition: sealing.unseal(
                content, box_private=private_key_from_number(BOX), definition=definition
            )
        )
        box = key_facts("box", BOX)
        refused.append({"name": name, **box, "definition": definition.hex(), "sealed": content.hex(), "code": code})
    return {"sealed": sealed, "refused": refused}


def chain() -> list[tuple[str, Record]]:
    """A kiosk's chain: started, opened, two ballots, closed."""
    place = {"space": "place-haute", "meeting": "00112233445566ff", "rng": Seeded(3), "epoch": "0123456789abcdef"}
    place["dev"] = key_hash(public_bytes(private_key_from_number(DEVICE)))
    sealed = [
        sealing.seal(
            {"q1": chosen},
            box_key=public_bytes(private_key_from_number(BOX)),
            definition=DEFINITION,
            length=64,
            private=private_key_from_number(0x2000 + len(chosen)),
        )
        for chosen in (["13", "7"], [])
    ]
    ballot = {"type": "ballot.sealed", "definition": DEFINITION.hex()}
    facts = [
        ("device started", {"type": "device.started", "body": '{"label":"Borne n° 1","software":"1"}'.encode()}),
        ("session opened", {"type": "meeting.state", "actor": "operator", "body": b'{"state":"open"}'}),
        ("ballot", {**ballot, "subject": "use:" + "ab" * 16, "body": sealed[0]}),
        ("blank ballot", {**ballot, "subject": "use:" + "cd" * 16, "body": sealed[1]}),
        ("session closed", {"type": "meeting.state", "actor": "operator", "body": b'{"state":"closed"}'}),
    ]
    records, prev = [], ""
    for seq, (name, fields) in enumerate(facts, 1):
        record = build_record(seq=seq, prev=prev, **place, **fields)
        records.append((name, record))
        prev = record.id
    return records


def records() -> dict:
    cases = []
    for name, record in chain():
        facts = {"subject": record.subject, "subject_salt": record.subject_salt.hex(), "body": record.body.hex()}
        fields = json.loads(record.header_text)
        line = record.to_line().decode()
        cases.append(
            {
                "name": name,
                "line": line,
                "id": record.id,
                **facts,
                "body_salt": record.body_salt.hex(),
                "fields": fields,
            }
        )
    line = json.loads(cases[2]["line"])
    header = json.loads(line["header"])
    edits = [
        ("no JSON", "{"),
        ("a field too many", json.dumps({**line, "time": "now"})),
        ("body of another length", json.dumps({**line, "body": "AAAA"})),
        ("other body", json.dumps({**line, "body": "A" * len(line["body"])})),
        ("padding in base64", json.dumps({**line, "body": line["body"] + "="})),
        ("other subject", json.dumps({**line, "subject": "use:" + "00" * 16})),
        ("short salt", json.dumps({**line, "body_salt": "AAAA"})),
        ("header: other version", json.dumps({**line, "header": json.dumps({**header, "v": 2})})),
        ("header: number with a point", json.dumps({**line, "header": json.dumps({**header, "seq": 3.0})})),
        ("header: number as text", json.dumps({**line, "header": json.dumps({**header, "seq": "3"})})),
        (
            "header: capital hexadecimal",
            json.dumps({**line, "header": json.dumps({**header, "dev": header["dev"].upper()})}),
        ),
        ("header: a field too many", json.dumps({**line, "header": json.dumps({**header, "time": 1})})),
        ("header: other order", json.dumps({**line, "header": json.dumps(dict(reversed(header.items())))})),
        ("header: field twice", json.dumps({**line, "header": '{"v":1,' + line["header"][1:]})),
        ("header: seq 1 with a predecessor", json.dumps({**line, "header": json.dumps({**header, "seq": 1})})),
        ("header: deep", json.dumps({**line, "header": "[" * 4000})),
    ]
    refused = [{"name": name, "line": text, "code": refusal_of(Record.from_line, text)} for name, text in edits]
    return {**key_facts("device", DEVICE), "records": cases, "refused": refused}


def signed_messages() -> dict:
    device = key_hash(public_bytes(private_key_from_number(DEVICE)))
    log_id = key_hash(public_bytes(private_key_from_number(SERVER)))
    head, public = chain()[-1][1].id, b64u(public_bytes(private_key_from_number(DEVICE)))
    pack = json.dumps({"format": "parvis-pack-1", "town": "Sainte-Flûte"}, ensure_ascii=False)
    cases = [
        ("enrol", [Code(bytes(range(10))).text, public]),
        ("get", [f"/api/v1/devices/{device}/pack", 1_790_000_000]),
        ("pack", [pack]),
        ("push", [log_id, device, "0123456789abcdef", 5, head]),
        ("reply", ['{"next":6}']),
        ("checkpoint", ["https://parvis.example", log_id, 1, 12, "ab" * 32]),
        ("receipt", [head]),
        ("promise", [head, device, "0123456789abcdef", 5]),
        ("manifest", ['{"format":"parvis-manifest-1"}\n']),
    ]
    written = [message_case(name, arguments) for name, arguments in cases]
    return {"private": f"{DEVICE:064x}", **key_facts("device", DEVICE), "messages": written}


def message_case(name: str, arguments: list) -> dict:
    """One message and an RFC 6979 signature of it, which is the same every time."""
    raw = name in {"pack", "reply", "manifest"}
    message = getattr(messages, f"{name}_message")(*[value.encode() if raw else value for value in arguments])
    return {"name": name, "arguments": arguments, "message": message.decode(), "signature": signed(DEVICE, message)}


def ballots() -> dict:
    listed = [{"id": str(i), "number": i, "title": {"fr": f"Projet {i}"}, "cost": i * 10_000} for i in range(1, 7)]
    approval = {"id": "q1", "method": "approval", "min": 2, "max": 3, "max_cost": 0, "choices": listed}
    contests = {
        "approval": approval,
        "approval without limits": {**approval, "min": 0, "max": 0},
        "approval with a limit of cost": {**approval, "min": 1, "max": 5, "max_cost": 100_000},
        "choose-1": {**approval, "method": "choose-1", "min": 1, "max": 1},
        "choose-1 that forgot its max": {**approval, "method": "choose-1", "min": 1, "max": 0},
        "knapsack": {**approval, "method": "knapsack", "min": 0, "max": 0, "max_cost": 100_000},
    }
    answers = [[], ["1"], ["1", "2"], ["2", "1"], ["1", "2", "3"], ["1", "2", "3", "4"], ["4", "6"], ["5", "6"]]
    answers += [["1", "1"], ["1", "2", "2"], ["4", "6", "6"], ["7"], ["1", "2", "x"], [""], ["01"], ["1 "], ["=1"]]
    answers += [["1", "2", "3", "4", "5", "6"], ["7", "7", "8", "9"]]
    cases = [
        {"contest": name, "chosen": chosen,
         "problems": check_choices(contest, chosen), "status": answer_status(contest, chosen)}
        for name, contest in contests.items() for chosen in answers
    ]  # fmt: skip
    two = [approval, {**contests["choose-1"], "id": "q2"}]
    contests["second of two"] = two[1]
    names = ["approval", "second of two"]
    whole = [
        {"q1": ["1", "2"], "q2": ["1"]}, {"q1": ["1", "2"]}, {"q1": ["1", "2"], "q2": ["1", "2"]}, {},
        {"q1": [], "q2": []}, {"q1": ["1"]}, {"q1": ["1"], "q2": []}, {"q1": ["1", "2"], "q3": ["1"]}, {"q3": []},
    ]  # fmt: skip
    judged = [{"contests": names, "choices": choices, "status": ballot_status(two, choices)} for choices in whole]
    others = other_contests(approval)
    cases += other_answers(contests, others)
    pairs = [
        (["ranked", "dots as second"], {"q1": ["2", "1"], "q2": {"1": 2}}),
        (["ranked", "dots as second"], {"q1": ["2", "1"], "q2": {"1": 9}}),
        (["ranked", "dots as second"], {"q1": ["2", "2"], "q2": {}}),
        (["ranked", "dots as second"], {"q1": {"2": 1}, "q2": ["1"]}),
        (["ranked", "dots as second"], {"q1": [], "q2": []}),
        (["yes-no"], {"q1": ["no"]}), (["yes-no"], {"q1": ["yes", "no"]}), (["score"], {"q1": {"1": 0}}),
        (["score"], {"q1": {}}), (["score"], {"q1": None}), (["score"], {}), (["score"], {"q2": {"1": 1}}),
    ]  # fmt: skip
    contests |= others
    judged += [
        {"contests": of, "choices": choices, "status": ballot_status([contests[name] for name in of], choices)}
        for of, choices in pairs
    ]
    return {"contests": contests, "answers": cases, "ballots": judged}


def other_contests(approval: dict) -> dict:
    """Contests whose answers are ordered lists or objects, and the question with three choices."""
    words = [("yes", "Oui"), ("no", "Non"), ("abstain", "Abstention")]
    three = [{"id": name, "number": i, "title": {"fr": text}, "cost": 0} for i, (name, text) in enumerate(words, 1)]
    one = {**approval, "min": 1, "max": 0}
    dots = {**one, "method": "dots", "points": 6, "per_choice": 3}
    return {
        "ranked": {**approval, "method": "ranked"},
        "ranked, every choice": {**one, "method": "ranked"},
        "score": {**one, "method": "score", "points": 5},
        "score of two to three": {**approval, "method": "score", "points": 1},
        "dots": dots,
        "dots on two at the most": {**dots, "max": 2},
        "dots that are fewer than one choice may hold": {**dots, "points": 2, "per_choice": 5},
        "dots as second": {**dots, "id": "q2"},
        "yes-no": {**approval, "method": "yes-no", "min": 1, "max": 1, "choices": three},
    }


def other_answers(contests: dict, others: dict) -> list[dict]:
    """Every answer of a shape for every contest of it; every answer of no shape, once for each method."""
    lists = [[], ["1"], ["2", "1"], ["1", "2", "3"], ["3", "1", "2"], ["4", "3", "2", "1"], ["1", "1"], ["2", "1", "2"]]
    lists += [["7"], ["1", "7"], [""], ["?"], ["6", "5", "4", "3", "2", "1"], ["yes"], ["no"], ["abstain"]]
    lists += [["yes", "no"], ["yes", "yes"], ["Yes"], ["maybe"]]
    huge = 10**30
    objects: list[object] = [
        {}, {"1": 0}, {"1": 1}, {"1": 3}, {"1": 4}, {"1": 5}, {"1": 6}, {"1": -1}, {"1": huge}, {"1": -huge},
        {"2": 1, "1": 1}, {"1": 3, "2": 3}, {"1": 3, "2": 3, "3": 1}, {"1": 3, "2": 2, "3": 1}, {"1": 1, "2": 0},
        {"1": 0, "2": 0, "3": 0}, {"1": 1, "2": 1, "3": 1, "4": 1}, {"1": 5, "2": 5, "3": 5, "4": 5, "5": 5, "6": 5},
        {"7": 1}, {"1": 1, "7": 1}, {"": 1}, {"?": 1}, {"1 ": 1}, {"1": 7, "9": -1}, {"1": 3, "2": 4, "3": 1, "4": 1},
    ]  # fmt: skip
    shapeless: list[object] = [
        None, True, False, 0, 1, "", "1", "yes", [1], ["1", 2], [None], [["1"]], [{"1": 1}], [True],
        {"1": True}, {"1": False}, {"1": None}, {"1": "1"}, {"1": 1.5}, {"1": [1]}, {"1": {"1": 1}}, {"1": 1, "2": "2"},
    ]  # fmt: skip
    all_of_them = {**contests, **others}
    asked = [
        (name, answer)
        for name, contest in others.items() if name != "dots as second"
        for answer in [*lists[:2], *(objects if contest["method"] in BY_POINTS else [{}, {"1": 1}, *lists[2:]])]
    ]  # fmt: skip
    once = ("approval", "choose-1", "knapsack", "ranked", "score", "dots", "yes-no")
    asked += [(name, answer) for name in once for answer in ([{"2": 1}, *shapeless] if name in contests else shapeless)]
    return [
        {"contest": name, "chosen": answer,
         "problems": check_choices(all_of_them[name], answer), "status": answer_status(all_of_them[name], answer)}
        for name, answer in asked
    ]  # fmt: skip


def consistencies() -> dict:
    """Proofs between lists of made-up leaves, as they are and as somebody altered them."""
    leaves = [tree.leaf_hash(str(place).encode()) for place in range(70)]
    other = [tree.leaf_hash(b"other"), *leaves[1:]]
    pairs = [(a, b) for b in (0, 1, 2, 3, 4, 5, 7, 8, 9, 33, 64, 70) for a in range(b + 1) if b < 6 or a % 17 in (0, 1)]
    cases = []
    for first, second in pairs:
        steps = tree.consistency_proof(first, second, lambda level, i: tree.root(leaves[i << level : (i + 1) << level]))
        proof = [step.hex() for step in steps]
        before, after, changed = (tree.root(one).hex() for one in (leaves[:first], leaves[:second], other[:second]))
        cases.append((first, second, before, after, proof))
        if 0 < first < second:
            cases.append((first, second, before, changed, proof))
            cases.append((first, second, before, after, [*proof, proof[0]]))
            cases.append((first, second, before, after, proof[:-1]))
            cases.append((first, second, after, before, proof))
    return {"cases": [_consistency(*case) for case in cases]}


def _consistency(first: int, second: int, before: str, after: str, proof: list[str]) -> dict:
    raw = [bytes.fromhex(step) for step in proof]
    holds = tree.is_consistent(first, second, bytes.fromhex(before), bytes.fromhex(after), raw)
    return {
        "first": first,
        "second": second,
        "first_root": before,
        "second_root": after,
        "proof": proof,
        "holds": holds,
    }


def unlocked() -> dict:
    """A card, the roll that it opens in a desk's pack, and what a desk writes down under it."""
    draw, session, dev = Seeded(29), "00112233445566ff", "ab" * 32
    cards = [unlocking.Card(draw.token_bytes(16)) for _one in range(3)]
    keys = {unlocking.card_id(card.key(session)): card.key(session) for card in cards[:2]}
    roll = {"format": "parvis-desk-roll-1", "boxes": [], "rolls": [{"people": [["7", "Lefèvre", "Zoé"]]}]}
    desk, unlock = unlocking.seal_roll(roll, keys, session=session, dev=dev, version=3, rng=draw)
    place = {"type": "desk.marked", "session": session, "dev": dev, "size": 128}
    facts, key = {"roll": 1, "number": "7"}, cards[0].key(session)
    note = unlocking.seal_note(facts, key, type_=place["type"], session=session, dev=dev, size=128, rng=draw)
    text = cards[0].text
    return {
        "cards": [
            {"raw": one.raw.hex(), "session": session, "text": one.text, "grouped": one.grouped,
             "id": unlocking.card_id(one.key(session))}
            for one in cards
        ],
        "pack": {"version": 3, "device": {"id": dev}, "session": {"id": session}, "unlock": unlock, "desk": desk},
        "roll": roll,
        "notes": [{"facts": facts, "place": place, "body": note}],
        "refused": [text[:-1], text + "0", text[:5] + "10"[text[5] == "1"] + text[6:], "000G40R40M30E209ZT"],
    }  # fmt: skip


def attachments() -> dict:
    """A small image of a scanner station, brought in two pieces (§14)."""
    image = b"\xff\xd8\xff" + bytes(range(29))
    device, server = (key_hash(public_bytes(private_key_from_number(number))) for number in (DEVICE, SERVER))
    sha256 = hashlib.sha256(image).hexdigest()
    place = {"space": "place-haute", "meeting": "00112233445566ff", "dev": device, "epoch": "0123456789abcdef"}
    named = {"sha256": sha256, "size": len(image), "type": "image/jpeg"}
    record = build_record(
        type="paper.photo", seq=1, prev="", actor="scanner", body=b"{}", att=[named], rng=Seeded(9), **place
    )
    reply = {"log_id": server, "dev": device, "sha256": sha256, "size": len(image), "held": len(image), "whole": True}
    text = json.dumps(reply, separators=(",", ":"))
    return {
        **key_facts("device", DEVICE),
        **key_facts("server", SERVER),
        "image": image.hex(),
        "sha256": sha256,
        "header": record.header_text,
        "id": record.id,
        "line": record.to_line().decode(),
        "path": f"/api/v1/devices/{device}/attachments/{sha256}",
        "pieces": [_piece(server, device, sha256, image, start, 20) for start in (0, 20)],
        "reply": text,
        "sig": signed(SERVER, messages.attachment_message(text.encode())),
    }


def _piece(log_id: str, device: str, sha256: str, image: bytes, offset: int, most: int) -> dict:
    piece = image[offset : offset + most]
    message = messages.piece_message(log_id, device, sha256, offset, hashlib.sha256(piece).hexdigest())
    facts = {"offset": offset, "piece": piece.hex(), "message": message.decode()}
    return {**facts, "sig": signed(DEVICE, message)}


def example() -> dict:
    return worked([record for _name, record in chain()])


def with_example(document: str) -> str:
    """The protocol with its worked example, and the bytes at the end of its chapter on attachments, written anew."""
    before, _mark, after = document.partition("## 13. ")
    words = after.partition("\n## 14. ")[2].partition("\n```\nimage  ")[0]
    return f"{before}{chapter(example())}\n## 14. {words}{attachment_bytes(attachments())}"


def attachment_bytes(case: dict) -> str:
    """The first attachment, its last piece and the reply to it, as the document shows them."""
    last = case["pieces"][-1]
    parts = [
        *((name, case[name]) for name in ("image", "header", "path")),
        ("piece", f"from byte {last['offset']} on: {last['piece']}"),
        ("signed", json.dumps(last["message"])),
        ("Authorization", f"Parvis {last['sig']}"),
        *((name, case[name]) for name in ("reply", "sig")),
    ]
    return "\n```\n" + "".join(f"{name}  {words}\n" for name, words in parts) + "```\n"


FILES = {
    "codes.json": codes,
    "sealing.json": sealings,
    "records.json": records,
    "messages.json": signed_messages,
    "ballots.json": ballots,
    "consistency.json": consistencies,
    "unlock.json": unlocked,
    "attachments.json": attachments,
    "worked.json": example,
}


def written(name: str) -> str:
    return json.dumps(FILES[name](), ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    for file_name in FILES:
        (HERE / file_name).write_text(written(file_name))
    DOCUMENT.write_text(with_example(DOCUMENT.read_text()))
