"""The cases, one sentence each, in the order in which they are asked (§5 to §9)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
import time
from urllib.parse import urlsplit

from .bench import Bench, Failed, NotAsked, case, expect, expect_refusal
from .client import Device, Key, Record, b64u, compact, sha256, unb64u
from .proofs import is_consistent, is_signed_state, seal, use_value

ACCEPTED, NOBODY = "accepted", "0" * 64
NEWS_S = 30  # until a state is signed that holds what came


@case("The same device may enrol again with its code, and is answered alike")
def enrols_again(bench: Bench) -> None:
    answer = bench.device.enrol(bench.code)
    expect((answer.status, answer.told.get("device", {}).get("id")), (200, bench.device.dev))


@case("A code that was used enrols nobody else")
def code_is_used(bench: Bench) -> None:
    expect_refusal(Device(bench.device.url).enrol(bench.code), 404, "enrolment_unknown")


@case("The pack is given to a request that the device signed, and to no other")
def pack_is_signed(bench: Bench) -> None:
    device = bench.device
    bench.device.take_pack(device.pull().told)
    expect_refusal(device.ask(device.pack_path), 403, "request_not_signed")
    stranger = dataclasses.replace(device, key=Key())
    expect_refusal(stranger.pull(), 403, "request_not_signed")


@case("A clock that is an hour off is refused, and the refusal tells the time")
def clock_is_off(bench: Bench) -> None:
    answer = bench.device.pull(int(time.time()) - 3600)
    expect_refusal(answer, 403, "request_not_signed")
    expect(bench.device.pull(answer.told["details"]["time"]).status, 200, "by the server's own clock")


@case("What is new and in order is accepted, and next and head follow")
def in_order(bench: Bench) -> None:
    device = bench.device
    device.add("device.started", compact({"label": "conformance", "software": "conformance"}).encode())
    bench.more()
    reply = bench.reply(device.records)
    expect([one["verdict"] for one in reply["verdicts"]], [ACCEPTED] * 2)
    expect((reply["next"], reply["head"]), (3, device.records[-1].id))
    indices = [one["index"] for one in reply["verdicts"]]
    expect(indices == sorted(set(indices)), True, "places in the list that rise")


@case("A test record, and how often helpers helped, are taken like any record")
def tested(bench: Bench) -> None:
    marks = compact({"helped": {"0" * 32: 1}}).encode()
    bodies = {"device.tested": b"{}", "help.counted": marks}
    expect(bench.verdicts([bench.device.add(*one, actor="operator") for one in bodies.items()]), [ACCEPTED] * 2)


@case("A batch sent again is a duplicate, with the places and verdicts of the first time")
def again(bench: Bench) -> None:
    chosen = bench.more(3)
    first, second = (bench.reply(chosen)["verdicts"] for _time in range(2))
    expect([(one["verdict"], one.get("first")) for one in second], [("duplicate", ACCEPTED)] * 3)
    expect([one["index"] for one in second], [one["index"] for one in first], "places")


@case("A reply that was lost is had by sending again, and each record has one place")
def lost_reply(bench: Bench) -> None:
    chosen = bench.more(2)
    bench.hang_up(bench.device.batch(chosen))
    places = [[one["index"] for one in bench.reply(chosen)["verdicts"]] for _time in range(2)]
    expect(places[0], places[1], "places")


@case("Of a batch that overlaps, the known is a duplicate and the new accepted")
def overlap(bench: Bench) -> None:
    known = bench.device.records[-1]
    expect(bench.verdicts([known, *bench.more()]), ["duplicate", ACCEPTED])


@case("Behind a gap records wait, next names what is wanted, and the gap closes")
def gap(bench: Bench) -> None:
    before = len(bench.device.records)
    first, *later = bench.more(3)
    reply = bench.reply(later)
    expect([(one["verdict"], one["reason"]) for one in reply["verdicts"]], [("parked", "gap")] * 2)
    expect(reply["next"], before + 1)
    reply = bench.reply([first])
    expect((reply["verdicts"][0]["verdict"], reply["next"]), (ACCEPTED, before + 4))
    found = [(one["verdict"], one["first"], one["reason"]) for one in bench.reply(later)["verdicts"]]
    expect(found, [("duplicate", "parked", "")] * 2)


@case("Other bytes under a taken number are a fork, with what builds on it; the first goes on")
def fork(bench: Bench) -> None:
    device = bench.device
    bench.reply(bench.more(2))
    before, taken = device.records[-2:]
    other = device.make("meeting.state", b'{"state":"open"}', seq=taken.seq, prev=before.id)
    after = device.make("meeting.state", b'{"state":"open"}', seq=taken.seq + 1, prev=other.id)
    expect(bench.verdicts([other, after]), ["quarantined fork"] * 2)
    expect(bench.verdicts(bench.more()), [ACCEPTED])


@case("A predecessor that is not the one that stands is quarantined; the chain goes on")
def other_predecessor(bench: Bench) -> None:
    expect(
        bench.verdicts([bench.device.make("meeting.state", b'{"state":"open"}', prev=NOBODY)]), ["quarantined chain"]
    )
    expect(bench.verdicts(bench.more()), [ACCEPTED])


@case("A flipped bit in a header names the first record that is not bound, and nothing is stored")
def flipped(bench: Bench) -> None:
    chosen = bench.more(3)
    altered = chosen[1].line.replace(b"paused", b"pauseD").replace(b'\\"tv\\":1', b'\\"tv\\":2')
    content = bench.device.batch(chosen).replace(chosen[1].line, altered)
    expect(bench.refuses(content, 409, "batch_broken").get("seq"), chosen[1].seq, "the number named")
    expect(bench.verdicts(chosen), [ACCEPTED] * 3)


@case("Records in another order, of another device or epoch are not bound to the signed head")
def not_bound(bench: Bench) -> None:
    chosen = bench.more(2)
    first, one, two, _end = bench.device.batch(chosen).split(b"\n")
    bench.refuses(b"\n".join([first, two, one, b""]), 409, "batch_broken")
    for change in ({"dev": NOBODY}, {"epoch": secrets.token_hex(8)}):
        foreign = bench.device.make("meeting.state", b"{}", **change)
        bench.refuses(bench.device.batch([foreign]), 409, "batch_broken")


@case("A body that is not what the header commits to is quarantined, and the sound one heals it")
def commitment(bench: Bench) -> None:
    (sound,) = bench.more()
    line = json.loads(sound.line)
    broken = Record(sound.seq, sound.header, compact({**line, "body": b64u(b'{"state":"closed"}')}).encode())
    expect(bench.verdicts([broken]), ["quarantined commitment"])
    expect(bench.verdicts([sound]), [ACCEPTED])


@case("Another space, session or definition than the device's own is quarantined")
def context(bench: Bench) -> None:
    for change in ({"space": "elsewhere"}, {"meeting": "0" * 16}, {"def": NOBODY}):
        expect(
            bench.verdicts([bench.device.add("meeting.state", b'{"state":"paused"}', **change)]),
            ["quarantined context"],
        )


@case("A deed of a desk is quarantined where the device is no desk")
def no_desk(bench: Bench) -> None:
    deed = bench.device.add("desk.marked", compact({"card": "0" * 16, "iv": "", "sealed": ""}).encode(), actor="desk")
    expect(bench.verdicts([deed]), ["quarantined context"])


@case("A newer version and an unknown type are parked, and the chain goes on")
def newer(bench: Bench) -> None:
    chosen = [
        bench.device.add("meeting.state", b'{"state":"paused"}', tv=99),
        bench.device.add("conformance.unknown", b"{}"),
        *bench.more(),
    ]
    expect(bench.verdicts(chosen), ["parked newer"] * 2 + [ACCEPTED])


@case("A device that was not enrolled is unknown")
def stranger(bench: Bench) -> None:
    other = Device(bench.device.url, pack=bench.device.pack)
    bench.refuses(other.batch([other.add("meeting.state", b"{}")]), 403, "device_unknown")


@case("A signature of another key, of another log or of another head is wrong")
def wrong_signature(bench: Bench) -> None:
    device, last = bench.device, bench.device.records[-1:]
    thief = dataclasses.replace(device, key=Key())
    bench.refuses(thief.batch(last).replace(thief.dev.encode(), device.dev.encode()), 403, "signature_wrong")
    bench.refuses(device.batch(last, log_id=NOBODY), 403, "signature_wrong")
    bench.refuses(device.batch(last, head=NOBODY), 403, "signature_wrong")


@case("A batch that is empty, cut, miscounted or no batch at all is malformed")
def malformed(bench: Bench) -> None:
    device, last = bench.device, bench.device.records[-1:]
    whole = device.batch(last)
    empty = compact(device.head("parvis-push-1", last, count=0)).encode() + b"\n"
    for content in (empty, whole[:-9], device.batch(last, count=2), b"", b"<!doctype html>\n<p>\n", b"\xff" + whole):
        bench.refuses(content, 400, "batch_malformed")
    bench.refuses(whole.replace(b"parvis-push-1", b"parvis-push-9"), 400, "batch_malformed")


@case("More than 200 records or 1 MiB is too large; 200 records are not")
def too_large(bench: Bench) -> None:
    device, (one,) = bench.device, bench.more()
    bench.refuses(device.batch([one] * 201), 413, "batch_too_large")
    bench.refuses(device.batch([one]) + b" " * 2**20, 413, "batch_too_large")
    expect(bench.verdicts([one, *bench.more(199)]), [ACCEPTED] * 200)


@case("An envelope of another version, other fields, another order or a number with a point is no record")
def envelope(bench: Bench) -> None:
    device, fields = bench.device, json.loads(bench.device.make("meeting.state", b"{}").header)
    odd = [fields | {"v": 2}, dict(reversed(fields.items())), fields | {"time": 1}, fields | {"len": 2.0}]
    headers = [compact(one) for one in odd] + ['{"v":1,' + compact(fields)[1:], compact(fields | {"space": "x" * 5000})]
    for header in headers:
        line = json.loads(device.make("meeting.state", b"{}").line) | {"header": header}
        record = Record(fields["seq"], header, compact(line).encode())
        bench.refuses(device.batch([record]), 400, "batch_malformed")


@case("What the first line says besides is passed over, however odd")
def first_line(bench: Bench) -> None:
    odd = {"status": {"battery": 999, "alarms": "x"}, "seen": "x", "tomorrow": [1]}
    reply = bench.reply(bench.more(), **odd)
    expect(reply["verdicts"][0]["verdict"], ACCEPTED)


def ballot(bench: Bench, body: bytes, right: str = "") -> Record:
    definition = hashlib.sha256(bench.definition.encode()).hexdigest()
    subject = f"use:{right or secrets.token_hex(16)}"
    return bench.device.add("ballot.sealed", body, subject=subject, **{"def": definition})


def sealed(bench: Bench) -> bytes:
    question = json.loads(bench.definition)["contests"][0]["id"]
    return seal({question: []}, bench.definition)


@case("A ballot while the session is not open on the device is provisional")
def not_open(bench: Bench) -> None:
    expect(bench.verdicts([ballot(bench, sealed(bench))]), ["provisional not_open"])


@case(
    "An idea, an endorsement or a comment while the session is not open on the device is provisional, "
    "and accepted while it is"
)
def deeds_of_people(bench: Bench) -> None:
    def deeds() -> list[Record]:
        voice, proposal = f"voice:{secrets.token_hex(16)}", json.dumps({"proposal": secrets.token_hex(12)}).encode()
        told = {"component": 1, "title": "A bench", "body": "By the wash house.", "language": "en", "name": ""}
        ref, subject = secrets.token_hex(16), {"kind": "proposal", "ref": secrets.token_hex(12)}
        said = {"ref": ref, "subject": subject, "parent": "", "text": "Yes.", "language": "en", "stance": "for"}
        said["author"] = {"kind": "person", "name": ""}
        return [
            bench.device.add("comment.written", json.dumps(said).encode(), subject=f"comment:{ref}"),
            bench.device.add("proposal.version", json.dumps(told).encode()),
            *(bench.device.add(f"endorsement.{how}", proposal, subject=voice) for how in ("given", "withdrawn")),
        ]

    expect(bench.verdicts(deeds()), ["provisional not_open"] * 4)
    expect(bench.verdicts([bench.state("open"), *deeds()]), [ACCEPTED] * 5)


@case("A ballot of a right that does not exist, or of another length, is quarantined")
def no_right(bench: Bench) -> None:
    whole = sealed(bench)
    chosen = [bench.state("open"), ballot(bench, whole), ballot(bench, whole[:-1])]
    expect(bench.verdicts(chosen), [ACCEPTED, "quarantined unknown_right", "quarantined malformed"])


@case("A ballot of a pass is accepted; one with the same E is a copy")
def right(bench: Bench) -> None:
    if not bench.pass_code:
        raise NotAsked("--pass gives the code of an unused pass of this session")
    use, body = use_value(bench.pass_code, unb64u(bench.device.pack["k"])), sealed(bench)
    chosen = [bench.state("open"), ballot(bench, body, use), ballot(bench, body, use)]
    expect(bench.verdicts(chosen), [ACCEPTED, ACCEPTED, "quarantined copied"])


@case("After its own closing a chain goes on, and its ballots are late")
def late(bench: Bench) -> None:
    chosen = [bench.state("closed"), ballot(bench, sealed(bench))]
    expect(bench.verdicts(chosen), [ACCEPTED, "provisional late"])


@case("The list is signed by the same key and only grows")
def list_grows(bench: Bench) -> None:
    pack, device = bench.device.pack, bench.device
    before, public, until = pack["checkpoint"], unb64u(pack["server_key"]), time.monotonic() + NEWS_S
    while True:
        told = device.ask("/api/v1/log/checkpoint").told
        now = told["checkpoint"]
        if now["size"] > before["size"] or time.monotonic() > until:
            break
        bench.reply(bench.more())  # a server may sign anew now and then, and not with every reply
        time.sleep(1)
    expect((unb64u(told["public_key"]), sha256(public)), (public, now["log_id"]), "the key of the list")
    expect([is_signed_state(one, public) for one in (before, now)], [True, True], "signatures of checkpoints")
    if not 0 < before["size"] < now["size"] or before["epoch"] != now["epoch"]:
        raise NotAsked("the list did not grow since the pack")
    proof = device.ask(f"/api/v1/log/consistency?first={before['size']}&second={now['size']}").told["proof"]
    expect(is_consistent(before["size"], now["size"], before["root"], now["root"], proof), True, "the proof")


@case("In the end the whole chain is held, in order, and every reply was of this log")
def whole(bench: Bench) -> None:
    records = bench.device.records
    reply = bench.reply(records[-1:])
    expect((reply["next"], reply["head"]), (len(records) + 1, records[-1].id))
    host = urlsplit(bench.device.pack["origin"]).netloc
    if not host:
        raise Failed("the pack names no origin")
