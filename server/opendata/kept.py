"""What verify.py --state asks about what somebody kept: does the published list contain it?

Needs Python 3.9 or later and nothing else; verify.py runs it if it is as published. Kept may be: a
printed state (the text of its square, or the number of records and the fingerprint), a checkpoint,
a witness's statement or file, a receipt or a promise as JSON, a receipt's address or its number.
"""
import json
import os
import re

HEX = "[0-9a-f]{64}"
PRINTED = re.compile(
    rf"parvis-checkpoint-1\s+(\S+)\s+({HEX})\s+(\d+)\s+(\d+)\s+({HEX})\s+(\S{{86}})")
ADDRESS = re.compile(rf"\S*/receipt/({HEX})/?(?:\?(\S*))?")
NAMES = ("origin", "log_id", "epoch", "size", "root", "sig")


def read_all(folder):
    """Everything kept that can be compared: states have "root", receipts have "id"."""
    found: list = []
    for text in folder.kept:
        try:
            if os.path.isfile(text):
                with open(text, encoding="utf-8") as file:
                    text = file.read()
            parts = read(text.strip())
            whole = parts and all(map(is_whole, parts))
            if folder.need(whole, "--state", "cannot be read | illisible"):
                found += parts
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            folder.need(False, "--state", "cannot be read: {} | illisible : {}", error)
    return found


def is_whole(one):
    state = type(one.get("size")) is int and type(one.get("root")) is str
    return state if "root" in one else type(one["id"]) is str


def read(text):
    words = text.lower().split()
    if found := PRINTED.fullmatch(text):
        point = dict(zip(NAMES, found.groups()))
        return [{**point, "epoch": int(point["epoch"]), "size": int(point["size"])}]
    if found := ADDRESS.fullmatch(text):
        told = dict(part.split("=", 1) for part in (found[2] or "").split("&") if "=" in part)
        place = {"dev": told["d"], "epoch": told["e"], "seq": int(told["n"])} if "n" in told else {}
        return [{"id": found[1], **place}]
    if re.fullmatch(HEX, "".join(words)):
        return [{"id": "".join(words)}]
    if words and words[0].isdecimal() and re.fullmatch(HEX, "".join(words[1:])):
        return [{"size": int(words[0]), "root": "".join(words[1:])}]
    return from_json(json.loads(text))


def from_json(told):
    if "statements" in told:
        return [one for part in told["statements"] for one in from_json(part)]
    if told.get("format") == "parvis-witness-1":
        seen = {name: told[name] for name in ("witness", "public_key")}
        return [{**told["checkpoint"], **seen, "seal": told["sig"]}]
    if "root" in told:
        return [told]
    receipt = [told] if "id" in told else []
    return [*receipt, *([told["checkpoint"]] if "checkpoint" in told else [])]


def further(verify, folder):
    """Look for each of them in the list."""
    kept = read_all(folder)
    if not kept:
        return
    log, states = laid_out(verify, folder, kept), verify.beside(folder, "states.py")
    for one in kept:
        (check_state if "root" in one else check_receipt)(verify, folder, one, log, states)


def laid_out(verify, folder, kept):
    """The list as "roots" by size, "ids" (record: index), "chains" and "size"."""
    sizes = {one["size"] for one in kept if "root" in one}
    log, peaks = {"roots": {0: verify.sha(b"")}, "ids": {}, "chains": {}}, []
    lines = folder.read("log.jsonl").split(b"\n")[:-1]
    for index, line in enumerate(lines):
        leaf, header = verify.read_header(index, line)
        log["ids"][verify.sha(leaf).hex()] = index
        log["chains"].setdefault((header["dev"], header["epoch"]), []).append(header["seq"])
        node, place = verify.sha(b"\0" + leaf), index
        while place & 1:
            node, place = verify.sha(b"\1" + peaks.pop() + node), place >> 1
        peaks.append(node)
        if index + 1 in sizes:
            for peak in peaks[-2::-1]:
                node = verify.sha(b"\1" + peak + node)
            log["roots"][index + 1] = node
    return {**log, "size": len(lines)}


def check_state(verify, folder, point, log, states):
    place, size = f"--state, {point['size']}", point["size"]
    if "sig" in point:
        own = point["log_id"] == verify.sha(folder.key).hex()
        message, sig = states["POINT"].format(**point).encode(), states["raw"](point["sig"])
        folder.need(own and verify.is_signed(folder.key, message, sig), place,
                    "another key signed it | signé par une autre clé")
    if "witness" in point:
        seen = (point["public_key"], point["witness"], point["seal"])
        folder.need(states["is_seen"](verify, point, *seen), place,
                    "the witness did not sign this | le témoin n'a pas signé ceci")
    if not folder.need(0 <= size <= log["size"], place,
                       "longer than this list of {}: take newer files"
                       " | plus long que cette liste ({}) : prenez-en une récente", log["size"]):
        return
    if folder.need(log["roots"][size].hex() == point["root"], place,
                   "the list was changed: it does not go on from this state, keep it"
                   " | la liste a été modifiée : elle ne prolonge pas cet état, gardez-le"):
        folder.say("the state of {} records that you kept is in the list"
                   " | l'état de {} actes que vous avez gardé est dans la liste", size)


def check_receipt(verify, folder, one, log, states):
    name, index = one["id"], log["ids"].get(one["id"], -1)
    chain = log["chains"].get((one.get("dev"), one.get("epoch")), [])
    place, last = f"--state, {name[:12]}", max(chain, default=0)
    if "public_key" in one:
        old, new = "parvis-receipt-1\n{id}", "parvis-receipt-2\n{id}\n{dev}\n{epoch}\n{seq}\n"
        message = (new if "seq" in one else old).format(**one).encode()
        key, sig = states["raw"](one["public_key"]), states["raw"](one["sig"])
        own = verify.sha(key).hex() == one["dev"]
        folder.need(own and verify.is_signed(key, message, sig), place,
                    "the device did not sign it | l'appareil ne l'a pas signé")
    if index >= 0:
        folder.need(one.get("index", index) == index, place,
                    "is record {} | c'est l'acte {}", index)
        folder.say("receipt {}: record {} of the list | reçu {} : acte {} de la liste",
                   name[:12], index)
    elif not chain or "seq" not in one:
        folder.need(False, place, "not in this list | pas dans cette liste")
    elif one["seq"] <= last:
        folder.need(False, place,
                    "another record stands under its number | un autre acte porte son numéro")
    else:
        folder.need(False, place, "its device ends at {}, before its number {}"
                    " | son appareil s'arrête à {}, avant son numéro {}", last, one["seq"])
