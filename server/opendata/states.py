"""What can be compared besides: what witnesses elsewhere said of the signed states of the list,
whether places rise with numbers in each chain, and whether online was closed before the hall
opened, where the vote was frozen so.

Needs Python 3.9 or later and nothing else. verify.py runs it if it lies beside, as published;
nothing that verify.py says of log, accounts, ballots and result leans on it.
"""
import base64

SHORT = len('{"state": "open"}')  # one byte less from a device; "paused" and "closed" are longer
POINT = "parvis-checkpoint-1\n{origin}\n{log_id}\n{epoch}\n{size}\n{root}\n"


def raw(text):
    return base64.urlsafe_b64decode(text + "==")


def is_seen(verify, point, key, witness, seal):
    """Whether the holder of this key, a witness of this name, co-signed the checkpoint."""
    message = ("parvis-witness-1\n" + POINT.format(**point)).encode()
    return verify.sha(raw(key)).hex() == witness and verify.is_signed(raw(key), message, raw(seal))


def further(verify, folder):
    """All of it. verify: the program that asks, for what it can judge; folder: what is checked."""
    check_witnesses(verify, folder)
    check_places(folder)
    if folder.json("definition.json").get("precedence") == "online-closes-first":
        check_order(verify, folder)


def check_places(folder):
    """A record stands after those that it follows, or came before one of them and waited for it.

    accounts.json names all that waited. The chain that froze the box is written here: none does.
    """
    accounts = folder.json("accounts.json")
    outside, told = {one["index"] for one in accounts["exceptions"]}, accounts.get("waited", [])
    house, chains = {one["dev"] for _, one in folder.records("box.frozen")[:1]}, {}
    for index, one in enumerate(folder.headers):
        if index not in outside:
            chains.setdefault((one["dev"], one["epoch"]), []).append((one["seq"], index))
    found = {}  # those that waited: whether they may have
    for (device, _), chain in chains.items():
        last = -1
        for _, index in sorted(chain):
            if index < last:
                found[index] = device not in house
            last = max(index, last)
    for index in sorted(set(told) | set(found)):
        folder.need(found.get(index, False) and index in told, f"log.jsonl:{index + 1}",
                    "stands before a record that it follows | est avant un acte qu'il suit"
                    if index in found else "waited for none | n'en attendait aucun")
    folder.need(told == sorted(set(told)), "accounts.json, waited", "order | ordre")
    folder.say("places rise with numbers in every chain, but for {} that waited"
               " | les places suivent les numéros de chaque chaîne, sauf {} en attente", len(told))


def check_order(verify, folder):
    """No session of the box opens before online was closed, and no ballot comes online after it.

    A header says of meeting.state how long its body is: {"state": "open"} is the shortest.
    """
    house = {one["dev"] for _, one in folder.records("box.frozen")[:1]}
    ended = [i for i, one in folder.records("box.online_closed") if one["dev"] in house]
    closed, online = (ended[:1] or [len(folder.headers)])[0], folder.records("ballot.sealed")
    own = verify.sha(folder.read("definition.json")).hex()
    sessions = {one["meeting"] for one in folder.headers if one["def"] == own}
    sessions |= {one.get("session") for one in folder.json("accounts.json")["equations"]}
    opened = [i for i, one in enumerate(folder.headers) if one["type"] == "meeting.state"
              and one["dev"] in house and one["meeting"] in sessions and one["len"] <= SHORT]
    after = [i for i, one in online if one["dev"] in house and not one["meeting"] and i > closed]
    for index in [i for i in opened if i < closed][:1]:
        folder.need(False, f"log.jsonl:{index + 1}", "the hall opened before online was closed"
                    " | la salle a ouvert avant la fin du vote en ligne")
    for index in after[:1]:
        folder.need(False, f"log.jsonl:{index + 1}", "a ballot came online after it was closed"
                    " | un bulletin en ligne après la fin du vote en ligne")
    folder.say("online was closed before the hall opened | le vote en ligne finit avant la salle")


def check_witnesses(verify, folder):
    """Who co-signed which checkpoint: with the key published here, and a state of this log."""
    points = folder.json("checkpoints.json")["checkpoints"]
    told, largest = folder.json("witnesses.json"), {}
    keys = {one["witness"]: one["public_key"] for one in told["witnesses"]}
    for number, one in enumerate(told["statements"], 1):
        place, point, witness = f"witnesses.json, {number}", one["checkpoint"], one["witness"]
        key = keys.get(witness, "")
        folder.need(key == one["public_key"] and is_seen(verify, point, key, witness, one["sig"]),
                    place, "the witness did not sign this | le témoin n'a pas signé ceci")
        folder.need(point in points, place, "not a state of this list | pas un état de cette liste")
        largest[witness] = max(point["size"], largest.get(witness, 0))
    folder.need(set(largest) == set(keys), "witnesses.json",
                "a witness who signed nothing | un témoin qui n'a rien signé")
    for one in told["witnesses"]:
        folder.say("witness {} co-signed the list of {} records ({})"
                   " | le témoin {} a cosigné la liste de {} actes ({})",
                   one["name"], largest.get(one["witness"], 0), one["witness"])
    folder.say("{} witnesses saw {} checkpoints | {} témoins ont vu {} points du journal",
               len(keys), len({one["checkpoint"]["size"] for one in told["statements"]}))
