"""What can be compared besides: what each closing fixed (where the chains of devices end, and what
may be lost with those that never came back), and what was answered to the letters of a sample.

Needs Python 3.9 or later and nothing else. verify.py runs it if it lies beside, as published;
nothing that verify.py says of log, accounts, ballots and result leans on it.
"""
import base64
import json

SLIP = "parvis-push-1\n{log_id}\n{dev}\n{epoch}\n{seq}\n{head}\n"  # what a device signs
LOSS = ("arrived", "records", "promised", "lost")
ANSWERS = ("confirmed", "denied", "returned", "silent")


def further(verify, folder):
    """All of it. verify: the program that asks, for what it can judge; folder: what is checked."""
    folder.need(folder.json("accounts.json")["format"] == "parvis-accounts-2", "accounts.json",
                "of an earlier format | d'un format antérieur")
    log = laid_out(folder)
    check_closings(verify, folder, log)
    check_sample(verify, folder, log)


def laid_out(folder):
    """The list: its lines, who wrote it, and where each record of a chain stands."""
    outside = {one["index"] for one in folder.json("accounts.json")["exceptions"]}
    chains = {(one["dev"], one["epoch"], one["seq"]): index
              for index, one in enumerate(folder.headers) if index not in outside}
    house = {one["dev"] for _, one in folder.records("box.frozen")[:1]}
    return {"lines": folder.read("log.jsonl").split(b"\n"), "house": house, "chains": chains}


def opened(verify, folder, log, said, kind, of, place):
    """The body of this record of the house, as the list committed to it; {} where it did not."""
    one = folder.headers[said["index"]]
    body_c = verify.sha(bytes.fromhex(said["salt"]) + said["body"].encode()).hex()
    found = (one["type"], one["meeting"], one["def"], one["body_c"], one["dev"] in log["house"])
    fits = folder.need(found == (kind, *of, body_c, True), place,
                       "not what the list committed to | pas ce que la liste a engagé")
    return json.loads(said["body"]) if fits else {}


def check_closings(verify, folder, log):
    """Each session of the vote has its closing, and loses nothing but what is told of it."""
    accounts, own = folder.json("accounts.json"), verify.sha(folder.read("definition.json")).hex()
    equations, missing = accounts["equations"], accounts.get("missing", [])
    closings = {one["session"]: one for one in accounts.get("closings", [])}
    ours = [(i, one) for i, one in enumerate(folder.headers) if one["dev"] in log["house"]]
    held = {one["meeting"] for _, one in ours  # a decision names the session that its record named
            if one["def"] == own and one["meeting"] and one["type"] != "record.decided"}
    held |= {one["session"] for one in [*equations, *missing] if "session" in one}
    ended = [(one["meeting"], i) for i, one in ours if one["type"] == "session.reconciled"]
    told = sorted((name, one["index"]) for name, one in closings.items())
    ended = sorted(one for one in ended if one[0] in closings)
    folder.need(held <= set(closings) and ended == told, "accounts.json, closings",
                "other sessions than were closed | d'autres séances que celles closes")
    paired = {one["session"]: one["right"] for one in equations if one["name"] == "devices"}
    for session, said in closings.items():
        place = f"accounts.json, closings, {session}"
        body = opened(verify, folder, log, said, "session.reconciled", (session, ""), place)
        heads = body.get("heads", {})
        lost = {one["dev"]: one for one in missing if one["session"] == session}
        told = {dev: {name: one[name] for name in LOSS if name in one} for dev, one in lost.items()}
        numbers = {"closed": len(heads), "missing": len(lost)}
        folder.need(paired.get(session, {"closed": 0, "missing": 0}) == numbers, place,
                    "other devices than the accounts have | d'autres appareils que les comptes")
        folder.need(body.get("lost", told) == told, f"accounts.json, missing, {session}",
                    "other losses than at the closing | d'autres pertes qu'à la clôture")
        for dev, chains in heads.items():
            for head in chains:
                index = log["chains"].get((dev, head["epoch"], head["seq"]), said["index"])
                ends = index < said["index"] and id_of(verify, log, index) == head["head"]
                folder.need(ends or head["seq"] == 0, f"{place}, {dev[:16]}",
                            "its chain does not end so | sa chaîne ne finit pas ainsi")
        for one in lost.values():
            check_loss(verify, folder, log, one, said["index"])
    struck = [(one["meeting"], i) for i, one in ours if one["type"] == "device.revoked"]
    told = accounts.get("revoked", [])
    folder.need(sorted(one for one in struck if one[0] in closings) == sorted(
        (one["session"], one["index"]) for one in told), "accounts.json, revoked",
        "others than the list knows | d'autres que la liste")
    for one in told:
        opened(verify, folder, log, one, "device.revoked", (one["session"], ""), "accounts.json")
    folder.say("{} closings, {} devices never came back"
               " | {} clôtures, {} appareils jamais revenus", len(closings), len(missing))


def id_of(verify, log, index):
    return verify.sha(verify.read_header(index, log["lines"][index])[0]).hex()


def check_loss(verify, folder, log, one, closed):
    """As many as its slip names and did not come; unknown only where nobody brought a slip."""
    place, dev = f"accounts.json, missing, {one['dev'][:16]}", one["dev"]
    of = (one["session"], "")
    named = opened(verify, folder, log, one["named"], "device.missing", of, place)
    slip = named.get("slip", {})
    told = (named.get("dev"), named.get("reason"), slip.get("ballots"))
    same = told == (dev, one["reason"], one.get("promised")) and one["named"]["index"] < closed
    folder.need(same, place, "named otherwise in the list | nommé autrement dans la liste")
    here = {(h["epoch"], h["seq"]): h["type"] for h in folder.headers[:closed] if h["dev"] == dev}
    ballots = {(h["epoch"], h["seq"]) for h in folder.headers[:closed]
               if h["dev"] == dev and h["type"] == "ballot.sealed"}
    ends = {}
    for epoch, seq in [*here, *([(slip["epoch"], slip["seq"])] if "sig" in slip else [])]:
        ends[epoch] = max(seq, ends.get(epoch, 0))
    gone, arrived = sum(ends.values()) - len(here), len(ballots)
    lost = max(0, slip["ballots"] - arrived) if slip else None
    folder.need((one["arrived"], one.get("lost")) == (arrived, lost) and one["records"] >= gone,
                place, "counted again: {} arrived, {} lost, {} records did not"
                " | recompté : {} arrivés, {} perdus, {} actes absents",
                arrived, "?" if lost is None else lost, gone)
    if "sig" in slip:
        check_slip(verify, folder, log, one, slip, place)


def check_slip(verify, folder, log, one, slip, place):
    """The device signed it, and the record that it ends with is the one that came, if it came."""
    key, sig = (base64.urlsafe_b64decode(text + "==") for text in (one["public_key"], slip["sig"]))
    message = SLIP.format(log_id=verify.sha(folder.key).hex(), dev=one["dev"], **slip).encode()
    own = verify.sha(key).hex() == one["dev"] and verify.is_signed(key, message, sig)
    folder.need(own, place, "the device did not sign its slip | bordereau non signé par l'appareil")
    index = log["chains"].get((one["dev"], slip["epoch"], slip["seq"]))
    folder.need(index is None or id_of(verify, log, index) == slip["head"], place,
                "its slip ends otherwise | son bordereau finit autrement")


def check_sample(verify, folder, log):
    """Drawn once, between reconciliation and certification; each letter has one answer or none."""
    sample, place = folder.json("accounts.json").get("sample"), "accounts.json, sample"
    reconciled, drawn, certified, used, back = (
        [i for i, one in folder.records(kind) if one["dev"] in log["house"]] for kind in (
            "box.reconciled", "sample.drawn", "box.certified", "right.used", "right.restored"))
    folder.need(drawn == ([sample["index"]] if sample else []), place,
                "another than the list knows | un autre que celui de la liste")
    if not sample or not drawn:
        return
    of = ("", verify.sha(folder.read("definition.json")).hex())
    body = opened(verify, folder, log, sample, "sample.drawn", of, place)
    size, marks, answers = sample["size"], sample["marks"], [sample[name] for name in ANSWERS]
    order = reconciled[:1] + drawn + certified[:1]
    folder.need(body == {"seed": sample["seed"], "size": size, "of": marks} and sample["seed"]
                and order == sorted(order), place, "not as it was drawn | pas comme tiré")
    folder.need(min(answers) >= 0 and sum(answers) == size, place,
                "{} letters, {} answers or none | {} lettres, {} réponses ou silences",
                size, sum(answers))
    folder.need(1 <= size <= marks <= len(used) - len(back), place,
                "of more people than were marked | plus de personnes que de pointages")
    folder.say("a sample: {} letters, {} said no | un échantillon : {} lettres, {} non",
               size, sample["denied"])
