"""What can be compared besides: what witnesses elsewhere said of the signed states of the list.

Needs Python 3.9 or later and nothing else. verify.py runs it if it lies beside, as published;
nothing that verify.py says of log, accounts, ballots and result leans on it.
"""
import base64

POINT = "parvis-checkpoint-1\n{origin}\n{log_id}\n{epoch}\n{size}\n{root}\n"


def raw(text):
    return base64.urlsafe_b64decode(text + "==")


def is_seen(verify, point, key, witness, seal):
    """Whether the holder of this key, a witness of this name, co-signed the checkpoint."""
    message = ("parvis-witness-1\n" + POINT.format(**point)).encode()
    return verify.sha(raw(key)).hex() == witness and verify.is_signed(raw(key), message, raw(seal))


def further(verify, folder):
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
