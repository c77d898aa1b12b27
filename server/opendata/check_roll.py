"""Checks that no roll was exchanged for another: python3 check_roll.py LIST [FOLDER]

LIST is a version of a roll as a sworn observer is given it, FOLDER the published files of a vote (its
``accounts.json`` and ``log.jsonl``). The fingerprint is made anew from every line, and compared with what the
list claims and what the public log was told when the roll was frozen or corrected. Needs Python 3.9 or
later and nothing else. Exit code 0: it fits; 1: it does not; 2: a file cannot be read.

Whether FOLDER itself is genuine is for its ``verify.py``. Before a vote is published, compare the fingerprint
printed here with the one on the office's page of versions. Delete the list afterwards.
Format: docs/protocol.md of Parvis, sections 10 and 11.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

LINE = re.compile(rb'\["(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*"){5}\]\n')


class Wrong(Exception):
    """What does not fit, in words."""


def need(condition, words):
    if not condition:
        raise Wrong(words)


def read_list(path):
    """(what the list claims of itself, the fingerprint of its lines, how many lines there are)"""
    with Path(path).open("rb") as file:
        head = json.loads(file.readline())
        need(head.get("format") == "parvis-roll-1", "This is not a list of a roll.")
        salt = bytes.fromhex(head["salt"])
        need(len(salt) == 32, "The salt does not have 32 bytes.")
        digest, count, last = hashlib.sha256(salt), 0, None
        for count, line in enumerate(file, start=1):
            need(LINE.fullmatch(line), f"Line {count + 1} is no line of a roll.")
            number = json.loads(line)[0].encode()
            need(last is None or last < number, f"Line {count + 1}: numbers must rise, each once.")
            digest.update(line)
            last = number
    return head, digest.hexdigest(), count


def published_version(folder, number):
    """What the public log was told of this version: the body of its record, held against the header's commitment."""
    roll = json.loads(Path(folder, "accounts.json").read_bytes()).get("roll", [])
    told = [one for one in roll if json.loads(one["body"])["version"] == number]
    need(told, f"The log of this vote never heard of version {number}.")
    need(len(told) == 1, f"The log of this vote heard of version {number} more than once.")
    body = told[0]["body"]
    with Path(folder, "log.jsonl").open(encoding="utf-8") as file:
        header = json.loads(next(line for place, line in enumerate(file) if place == told[0]["index"]))["header"]
    committed = hashlib.sha256(bytes.fromhex(told[0]["salt"]) + body.encode()).hexdigest()
    fits = json.loads(header)["type"] == "roll.version" and json.loads(header)["body_c"] == committed
    need(fits, "accounts.json does not say what the log was told. Run verify.py.")
    return told[0]["index"], json.loads(body)


def check(path, folder=None):
    head, fingerprint, people = read_list(path)
    print(f"version {head['version']}: {people} people, fingerprint {fingerprint}")
    need(head["people"] == people, f"The list says that it has {head['people']} people.")
    need(head["commitment"] == fingerprint, f"The list says that its fingerprint is {head['commitment']}.")
    if folder is None:
        print("The list is whole. Compare the fingerprint, or name the folder of the published files.")
        return
    index, body = published_version(folder, head["version"])
    need(body["commitment"] == fingerprint, f"Record {index} of the log has the fingerprint {body['commitment']}.")
    need(body["people"] == people, f"Record {index} of the log says {body['people']} people.")
    print(f"It fits: record {index} of the public log committed to these people and no others.")


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    try:
        check(*arguments)
    except Wrong as wrong:
        print(f"IT DOES NOT FIT. {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        print(f"A file cannot be read: {type(error).__name__} {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
