"""What a stranger does to the files, who holds no key; and a list of files altered by who holds it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from server.ledger.keys import sign
from server.opendata.published import signed_manifest

from .engine import OTHER, OTHER_KEY, Folder, some, stranger


@stranger
def a_byte_is_another(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    content = bytearray(folder.files[name])
    content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
    folder.files[name] = bytes(content)


@stranger
def a_byte_is_put_in(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    content, place = folder.files[name], rng.randrange(len(folder.files[name]))
    folder.files[name] = content[:place] + bytes([rng.randrange(256)]) + content[place:]


@stranger
def a_byte_is_taken_out(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    content, place = folder.files[name], rng.randrange(len(folder.files[name]))
    folder.files[name] = content[:place] + content[place + 1 :]


@stranger
def a_file_is_cut(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    folder.files[name] = folder.files[name][: rng.randrange(len(folder.files[name]))]


@stranger
def a_file_is_empty(folder: Folder, rng: random.Random) -> None:
    folder.files[some(rng, folder.files)] = b""


@stranger
def a_file_is_longer(folder: Folder, rng: random.Random) -> None:
    folder.files[some(rng, folder.files)] += b"\n"


@stranger
def a_file_is_gone(folder: Folder, rng: random.Random) -> None:
    del folder.files[some(rng, folder.listed())]


@stranger
def the_manifest_is_gone(folder: Folder, rng: random.Random) -> None:
    del folder.files["manifest.json"]


@stranger
def the_signature_is_gone(folder: Folder, rng: random.Random) -> None:
    del folder.files["manifest.sig"]


@stranger
def two_files_changed_places(folder: Folder, rng: random.Random) -> None:
    one, other = rng.sample(folder.listed(), 2)
    folder.files[one], folder.files[other] = folder.files[other], folder.files[one]


@stranger
def a_file_begins_with_a_mark(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    folder.files[name] = b"\xef\xbb\xbf" + folder.files[name]


@stranger
def line_ends_were_rewritten(folder: Folder, rng: random.Random) -> None:
    name = some(rng, folder.files)
    folder.files[name] = folder.files[name].replace(b"\n", b"\r\n")


@stranger
def json_was_written_anew(folder: Folder, rng: random.Random) -> None:
    name = some(rng, ["definition.json", "accounts.json", "result.json", "checkpoints.json", "manifest.json"])
    folder.files[name] = json.dumps(folder.json(name), indent=3).encode()


@stranger
def two_ballots_changed_places(folder: Folder, rng: random.Random) -> None:
    rows = folder.rows
    one, other = rng.sample(range(1, len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    folder.rows = rows


@stranger
def a_ballot_was_copied(folder: Folder, rng: random.Random) -> None:
    rows = folder.rows
    folder.rows = [rows[0], *sorted([*rows[1:], some(rng, rows[1:])])]


@stranger
def a_ballot_was_taken(folder: Folder, rng: random.Random) -> None:
    rows = folder.rows
    rows.pop(rng.randrange(1, len(rows)))
    folder.rows = rows


@stranger
def a_record_was_taken(folder: Folder, rng: random.Random) -> None:
    lines = folder.lines
    lines.pop(rng.randrange(len(lines)))
    folder.files["log.jsonl"] = b"".join(line + b"\n" for line in lines)


@stranger
def two_records_changed_places(folder: Folder, rng: random.Random) -> None:
    lines = folder.lines
    one, other = rng.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    folder.files["log.jsonl"] = b"".join(line + b"\n" for line in lines)


@stranger
def the_end_of_the_log_is_gone(folder: Folder, rng: random.Random) -> None:
    lines = folder.lines
    folder.files["log.jsonl"] = b"".join(line + b"\n" for line in lines[: rng.randrange(len(lines))])


@stranger
def the_hash_in_the_manifest_was_made_to_fit(folder: Folder, rng: random.Random) -> None:
    """He alters a file and the list of files, but cannot sign it."""
    name = some(rng, folder.listed())
    folder.files[name] += b" "
    signature = folder.files["manifest.sig"]
    folder.sign_again()
    folder.files["manifest.sig"] = signature


@stranger
def the_key_was_exchanged(folder: Folder, rng: random.Random) -> None:
    line = folder.files["manifest.sig"].split(b"\n")
    folder.files["manifest.sig"] = b"\n".join([OTHER_KEY.hex().encode(), *line[1:]])


@stranger
def all_is_signed_by_another_key(folder: Folder, rng: random.Random) -> None:
    content = {name: folder.files[name] for name in folder.listed()}
    folder.files |= signed_manifest(content, lambda message: sign(OTHER, message), OTHER_KEY)


@stranger
def the_signature_is_of_other_bytes(folder: Folder, rng: random.Random) -> None:
    wrong = folder.publisher.sign(b"parvis-manifest-1\n" + rng.randbytes(8))
    folder.files["manifest.sig"] = folder.files["manifest.sig"][:131] + wrong.hex().encode() + b"\n"


@stranger
def the_signature_is_for_another_purpose(folder: Folder, rng: random.Random) -> None:
    wrong = folder.publisher.sign(b"parvis-pack-1\n" + folder.files["manifest.json"])
    folder.files["manifest.sig"] = folder.files["manifest.sig"][:131] + wrong.hex().encode() + b"\n"


@stranger
def the_signature_is_nothing_but_zeros(folder: Folder, rng: random.Random) -> None:
    folder.files["manifest.sig"] = folder.files["manifest.sig"][:131] + b"0" * 128 + b"\n"


@stranger
def the_halves_of_the_signature_changed_places(folder: Folder, rng: random.Random) -> None:
    seal = folder.files["manifest.sig"]
    folder.files["manifest.sig"] = seal[:131] + seal[195:259] + seal[131:195] + b"\n"


# -- a publisher: the list of files itself


def _list_kind(name: str, change: Callable[[list[dict], random.Random], object]) -> None:
    """The list of files itself, altered and signed."""

    def tamper(folder: Folder, rng: random.Random) -> None:
        folder.edit("manifest.json", lambda data: change(data["files"], rng))
        manifest = folder.files["manifest.json"]
        seal = folder.publisher.sign(b"parvis-manifest-1\n" + manifest)
        folder.files["manifest.sig"] = f"{folder.publisher.public_key.hex()}\n{seal.hex()}\n".encode()

    tamper.__name__ = name
    stranger(tamper)  # already signed


_list_kind("the_list_tells_another_hash", lambda f, r: r.choice(f).update(sha256=r.randbytes(32).hex()))
_list_kind("the_list_tells_another_size", lambda f, r: r.choice(f).update(size=1))
_list_kind("the_list_tells_a_file_twice", lambda f, r: f.append(dict(r.choice(f))))
_list_kind("the_list_is_in_another_order", lambda f, r: f.reverse())
_list_kind("the_list_is_empty", lambda f, r: f.clear())
_list_kind("the_list_names_a_file_elsewhere", lambda f, r: r.choice(f).update(name="../result.json"))
